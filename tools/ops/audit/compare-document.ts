import { publicEvent, type ChatEvent, type ChatHeader, type ChatRecord } from '@colloquy/contracts';
import { recordOfLog } from '@colloquy/transcript';
import type { History } from './history.ts';
import { changedFields } from './history.ts';
import type { ChatSources, Difference, Name } from './sources.ts';
import { isSameJson } from './stable-hash.ts';

/** Where a chat was folded is the document's own business; `position` has a rule of its own. */
const OWN: ReadonlySet<string> = new Set(['position', 'openMessages', 'rebuiltAt', 'messages']);

/** What the document must be, by the history up to its own `lastSeq`. */
export function expectedRecord(chatId: string, events: readonly ChatEvent[]): ChatRecord | undefined {
  return recordOfLog([{ epoch: '', streamSeq: 0, commit: { v: 1, chatId, events: [...events] } }], publicEvent);
}

/** What of MongoDB's document is not what the history says, at the document's own `lastSeq`. */
export function compareDocument(sources: ChatSources, history: History, name: Name): readonly Difference[] {
  const { document, chatId, epoch } = sources;
  const end = history.events.length;
  if (document === undefined) return [name('document', `there is no document; the log is at event ${end}`)];
  const differs = (text: string, seq?: number): Difference => name('document', text, seq);
  if (document.lastSeq > end) return [differs(`it is at event ${document.lastSeq}, the log ends at ${end}`, end)];
  const expected = expectedRecord(chatId, history.events.slice(0, document.lastSeq));
  if (expected === undefined) return [differs(`its lastSeq is ${document.lastSeq}`)];
  return [
    ...compareFields(expected, document, (text) => differs(text, document.lastSeq)),
    ...compareMessages(expected.messages, document.messages, differs),
    ...comparePosition(document, { epoch, history, differs }),
  ];
}

/** Fields of two headers that differ, with both values. */
export function compareFields(
  expected: object,
  found: object,
  differs: (text: string) => Difference,
): readonly Difference[] {
  const [right, there] = [fieldsOf(expected), fieldsOf(found)];
  const names = [...new Set([...right.keys(), ...there.keys()])];
  return names
    .filter((field) => !isSameJson(right.get(field), there.get(field)))
    .map((field) => differs(`${field} is ${shortJson(there.get(field))}, the log says ${shortJson(right.get(field))}`));
}

function fieldsOf(of: object): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(of).filter(([field]) => !OWN.has(field)));
  if ('openMessages' in of) {
    const open = of.openMessages as ChatHeader['openMessages'];
    fields.set(
      'openMessages',
      open.map(({ messageId }) => messageId),
    );
  }
  return fields;
}

/** What of the newest events that a person sees is missing, doubled, other or out of order. */
export function compareMessages(
  expected: readonly ChatEvent[],
  found: readonly ChatEvent[],
  differs: (text: string, seq: number) => Difference,
): readonly Difference[] {
  const right = new Map(expected.map((event) => [event.seq, event]));
  const seen = new Set<number>();
  const differences: Difference[] = [];
  for (const event of found) {
    const { seq, type } = event;
    const wanted = right.get(seq);
    if (seen.has(seq)) differences.push(differs(`messages hold event ${seq} (${type}) twice`, seq));
    else if (wanted === undefined)
      differences.push(differs(`messages hold event ${seq} (${type}), which is none of them`, seq));
    else if (!isSameJson(wanted, event)) {
      differences.push(differs(`messages: event ${seq} (${type}) differs in ${changedFields(wanted, event)}`, seq));
    }
    seen.add(seq);
  }
  for (const { seq, type } of expected) {
    if (!seen.has(seq)) differences.push(differs(`messages lack event ${seq} (${type})`, seq));
  }
  const unordered = found.find(({ seq }, at) => seq < (found[at - 1]?.seq ?? 0));
  if (unordered) differences.push(differs(`messages: event ${unordered.seq} comes after a later one`, unordered.seq));
  return differences;
}

/** A cursor that is too early repeats a little; one that is too late leaves out, and that is what must not be. */
function comparePosition(
  { position, lastSeq, openMessages }: ChatRecord,
  by: { epoch: string; history: History; differs: (text: string, seq?: number) => Difference },
): readonly Difference[] {
  if (position.eventSeq !== lastSeq) return [by.differs(`its position is at event ${position.eventSeq}`, lastSeq)];
  const place = by.history.places.get(lastSeq);
  if (place === undefined || position.epoch !== by.epoch) return [];
  const late = [position, ...openMessages.map(({ before }) => before)].find(
    (at) => at.epoch === by.epoch && at.streamSeq > place,
  );
  if (late === undefined) return [];
  return [
    by.differs(`a position in it is stream sequence ${late.streamSeq}, event ${lastSeq} lies at ${place}`, lastSeq),
  ];
}

const LONGEST = 120;

function shortJson(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
