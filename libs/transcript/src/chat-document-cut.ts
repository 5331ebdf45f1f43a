import type { ChatEvent } from '@colloquy/contracts';
import { DOCUMENT_FIELD_LENGTH } from '@colloquy/contracts/constants';

/** Fields that hold any JSON: what is too large of them becomes the beginning of its JSON text. */
const FREE_FIELDS: ReadonlySet<string> = new Set(['arguments', 'result', 'structured', 'schema', 'value']);

/** The first `length` UTF-16 code units of a text, never half of a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? length - 1 : length);
}

/**
 * The value with each of its strings cut to DOCUMENT_FIELD_LENGTH; the same object when nothing was too long. A value of
 * a free field whose JSON is longer than that becomes the beginning of the JSON.
 */
function cutField(name: string, value: unknown): unknown {
  if (FREE_FIELDS.has(name) && typeof value !== 'string') {
    const json = JSON.stringify(value) as string | undefined;
    return json !== undefined && json.length > DOCUMENT_FIELD_LENGTH ? cutText(json, DOCUMENT_FIELD_LENGTH) : value;
  }
  return cutStrings(value);
}

function cutStrings(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, DOCUMENT_FIELD_LENGTH);
  if (Array.isArray(value)) {
    const cut = value.map(cutStrings);
    return cut.some((item, index) => item !== value[index]) ? cut : (value as unknown);
  }
  return typeof value === 'object' && value !== null ? cutFields(value, cutStrings) : value;
}

function cutFields(value: object, cut: (value: unknown, name: string) => unknown): object {
  const fields = Object.entries(value) as [string, unknown][];
  const after = fields.map(([name, field]): [string, unknown] => [name, cut(field, name)]);
  const changed = after.some(([, field], index) => field !== fields[index]?.[1]);
  return changed ? Object.fromEntries(after) : value;
}

/**
 * The event as the chat document keeps it: each field at most DOCUMENT_FIELD_LENGTH UTF-16 code units of text or JSON,
 * with `truncated: true` when something was cut. The same object when nothing was.
 */
export function cutEvent(event: ChatEvent): ChatEvent {
  const cut = cutFields(event, (value, name) => cutField(name, value));
  return cut === event ? event : ({ ...cut, truncated: true } as ChatEvent);
}

/** A question's fields, cut like those of an event but without the mark: its event carries that. */
export function cutQuestion<T extends object>(question: T): T {
  return cutFields(question, (value, name) => cutField(name, value)) as T;
}
