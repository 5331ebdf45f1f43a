import type { Json } from '@colloquy/contracts';
import type { Entry, Question } from '@colloquy/transcript';
import { plainText } from '../actions/plain-text.ts';

const known = new WeakMap<Entry, string>();

/** All of an entry that can be read on the screen, or that it shows when it is opened. */
export function textOf(entry: Entry): string {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const text = partsOf(entry)
    .filter((part) => part !== undefined && part !== '')
    .join('\n');
  known.set(entry, text);
  return text;
}

function partsOf(entry: Entry): (string | undefined)[] {
  switch (entry.kind) {
    case 'user':
      return [entry.text, ...(entry.attachments ?? []).map(({ name }) => name)];
    case 'agent':
      return [plainText(entry.text), jsonText(entry.structured)];
    case 'reasoning':
      return [plainText(entry.text)];
    case 'tool':
      return [
        entry.tool,
        entry.argumentsText,
        jsonText(entry.arguments),
        entry.progress,
        jsonText(entry.result),
        entry.error?.message,
        ...questionParts(entry.question),
      ];
    case 'question':
      return questionParts(entry.question);
    case 'handoff':
      return [entry.from, entry.to, entry.reason];
    default:
      return lineParts(entry);
  }
}

function lineParts(entry: Extract<Entry, { kind: 'run' | 'guardrail' | 'rejected' }>): (string | undefined)[] {
  if (entry.kind === 'run') return [entry.summary, entry.reason?.text, entry.branch];
  return entry.kind === 'guardrail' ? [entry.name, entry.message] : [entry.message];
}

function questionParts(question: Question | undefined): (string | undefined)[] {
  if (question === undefined) return [];
  return [question.prompt, jsonText(question.answer?.value), question.answer?.comment];
}

/** As it is shown: a text without its quotation marks. */
function jsonText(value: Json | undefined): string | undefined {
  if (value === undefined || typeof value === 'boolean') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
