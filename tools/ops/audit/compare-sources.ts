/**
 * Holds all copies of one chat against each other. Nothing is read here; the same sources always give the same answer.
 * The log decides, and where it has aged out MongoDB's events. Each copy is held against the history up to where it is
 * itself: one that is behind is not wrong.
 */
import { compareApi } from './compare-api.ts';
import { compareDocument } from './compare-document.ts';
import { compareEngine } from './compare-engine.ts';
import { findDoubled } from './doubled.ts';
import { compareEvents, historyOf } from './history.ts';
import { naming, type ChatSources, type Difference } from './sources.ts';
import { stableHash } from './stable-hash.ts';

/** What came of comparing the copies of one chat. */
export interface Comparison {
  readonly chatId: string;
  /** How many events the chat has. */
  readonly events: number;
  /** SHA-256 over the events in order, as hexadecimal: equal chats have equal hashes, wherever they are read. */
  readonly hash: string;
  /** Empty: every copy says the same. */
  readonly differences: readonly Difference[];
}

/** Everything that differs. */
export function compareSources(sources: ChatSources): Comparison {
  const { chatId, stored, document, api, conflict } = sources;
  const name = naming(chatId);
  const history = historyOf(sources, name);
  const { events } = history;
  const upTo = document?.lastSeq ?? 0;
  return {
    chatId,
    events: events.length,
    hash: stableHash(events),
    differences: [
      ...(conflict === undefined ? [] : [name('document', `persistence has marked it: ${conflict}`)]),
      ...history.differences,
      ...findDoubled(events, name),
      ...compareEvents(events, stored, { upTo, differs: (text, seq) => name('events', text, seq) }),
      ...compareDocument(sources, history, name),
      ...compareEngine(chatId, events, name),
      ...(api === undefined ? [] : compareApi(chatId, api, { history: events, name })),
    ],
  };
}
