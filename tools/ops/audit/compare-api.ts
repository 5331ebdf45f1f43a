import { publicEvent, type ChatEvent } from '@colloquy/contracts';
import { applyCommits, documentOf, emptyView, viewOfDocument, type ChatView } from '@colloquy/transcript';
import { compareFields, compareMessages, expectedRecord } from './compare-document.ts';
import { compareEvents } from './history.ts';
import type { ApiCopy, ChatSources, Difference, Name } from './sources.ts';
import { isSameJson } from './stable-hash.ts';

/** What a client was given, and what its fold makes of it, held against the history. */
export function compareApi(
  chatId: string,
  given: NonNullable<ChatSources['api']>,
  by: { history: readonly ChatEvent[]; name: Name },
): readonly Difference[] {
  const { history, name } = by;
  if ('refused' in given) return [name('api', `its owner does not get it: ${given.refused}`)];
  const { document, events } = given;
  const differs = (text: string, seq?: number): Difference => name('api', text, seq);
  const { lastSeq } = document;
  if (lastSeq > history.length)
    return [differs(`its document is at event ${lastSeq}, the log ends at ${history.length}`)];
  const record = expectedRecord(chatId, history.slice(0, lastSeq));
  if (record === undefined) return [differs(`its document's lastSeq is ${lastSeq}`)];
  const { messages, cursor: _cursor, ...fields } = documentOf(record);
  const { messages: shown, cursor: _shown, ...there } = document;
  return [
    ...compareFields(fields, there, (text) => differs(`document: ${text}`, lastSeq)),
    ...compareMessages(messages, shown, (text, seq) => differs(`document: ${text}`, seq)),
    // The pages were asked for after the document: they have at least what it has.
    ...compareEvents(history.map(publicEvent), events, { upTo: lastSeq, differs }),
    ...compareScreens(chatId, { document, events }, differs),
  ];
}

/** A person who loads the document and one who has watched from the first event see the same. */
function compareScreens(
  chatId: string,
  { document, events }: ApiCopy,
  differs: (text: string, seq: number) => Difference,
): readonly Difference[] {
  const loaded = viewOfDocument(document);
  // An older part of a long chat is not in the document, nor is a message that is being written.
  if (loaded.earlier > 0 || document.status === 'running') return [];
  const upTo = events.filter(({ seq }) => seq <= document.lastSeq);
  const watched = applyCommits(emptyView(chatId), { events: upTo, deltas: [], cursor: document.cursor });
  const [a, b] = [linesOf(loaded), linesOf(watched)];
  if (isSameJson(a, b)) return [];
  const at = a.findIndex((line, index) => line !== b[index]);
  const [left = 'nothing', right = 'nothing'] = at === -1 ? [undefined, b[a.length]] : [a[at], b[at]];
  return [
    differs(`a screen that loads the chat shows ${left} where one that watched it shows ${right}`, document.lastSeq),
  ];
}

const linesOf = (view: ChatView): readonly string[] => [
  `status ${view.status}`,
  ...[...view.entries].map(({ kind, key }) => `${kind} ${key}`),
];
