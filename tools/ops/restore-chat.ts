/**
 * Puts a chat's history from MongoDB back on its log, when the broker has lost it. Invariants (the tests name them):
 * R1 A history appears on the log whole or not at all, and only behind what is there. Whoever writes at the same time is
 *    fenced off or comes first, so services may run meanwhile.
 * R2 Nothing that is on the log is changed; where log and MongoDB say different things, nothing is written.
 * R3 Doing it again changes nothing, so one that broke off is simply run again.
 * R4 An erased chat stays erased, and a chat that has aged out of a log that was never lost stays so.
 */
import type { ChatEvent, ChatHeader, Clock } from '@colloquy/contracts';
import { evolve, initialState, statusOf, type ChatState } from '@colloquy/engine';
import { BrokerRefusedError, BrokerUnavailableError, type ChatLog } from '@colloquy/messaging';
import type { ChatWriter } from '@colloquy/store';
import { storedEvents } from './audit/read-sources.ts';
import { isSameJson } from './audit/stable-hash.ts';

/** A chat that is written at the same time, or a broker that does not answer, is looked at again so often. */
const TRIES = 10;
/** After the first answer that did not come; twice as long after each further one. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** What a restore works with. */
export interface RestoreParts {
  readonly log: Pick<ChatLog, 'epoch' | 'read' | 'restore'>;
  readonly store: Pick<ChatWriter, 'isErased' | 'header' | 'events' | 'dropEvents'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** What became of a chat. */
export type RestoredChat =
  /** So many events are on the log again; `state` is what an orchestrator folds from it. */
  | { readonly kind: 'restored'; readonly events: number; readonly state: ChatState; readonly running: boolean }
  /** The log has all that MongoDB has, or has aged out. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'erased' }
  /** Nothing of the chat was changed. */
  | { readonly kind: 'fault'; readonly reason: string };

/** The chat cannot be restored from what there is. */
class RestoreFault extends Error {
  override readonly name = 'RestoreFault';
}

/**
 * Restores one chat.
 * @param named - the operator named this chat: its log is filled also when it may only have aged out
 * @throws what the log or the store throws when it does not answer
 */
export async function restoreChat(parts: RestoreParts, chatId: string, named: boolean): Promise<RestoredChat> {
  try {
    let unknown = 0;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const restored = await restoreOnce(parts, chatId, named);
      if (restored.kind !== 'contested' && restored.kind !== 'unknown') return restored;
      if (restored.kind === 'contested') continue;
      if (tries < TRIES) await parts.clock.sleep(Math.min(PAUSE_MS * 2 ** unknown, LONGEST_PAUSE_MS));
      unknown += 1;
    }
    return { kind: 'fault', reason: whyNot(unknown) };
  } catch (error) {
    // Of one chat: the others can be restored all the same.
    if (error instanceof RestoreFault || error instanceof BrokerRefusedError)
      return { kind: 'fault', reason: error.message };
    throw error;
  }
}

function whyNot(unknown: number): string {
  if (unknown === 0) return `it was written ${TRIES} times meanwhile: try again`;
  return `the broker did not take it at ${unknown} of ${TRIES} tries, or did not say so: see that it is well, then try again`;
}

/** Somebody wrote meanwhile, or nobody knows whether it was stored. */
type Again = { readonly kind: 'contested' } | { readonly kind: 'unknown' };

async function restoreOnce(parts: RestoreParts, chatId: string, named: boolean): Promise<RestoredChat | Again> {
  const { store, log } = parts;
  if (await store.isErased(chatId)) return { kind: 'erased' };
  const header = await store.header(chatId);
  const stored = await storedEvents(store, chatId);
  // After MongoDB: what persistence has, was on the log before.
  const logged = await readLog(log, chatId);
  if (logged.events.length === 0 && !named && header?.position.epoch === (await log.epoch())) return { kind: 'whole' };
  const history = unbroken(stored);
  checkLog(chatId, { history, logged });
  checkCopies(header, { history, logged });
  const missing = history.filter(({ seq }) => seq > logged.lastSeq);
  if (history.length < stored.length && logged.lastSeq <= history.length) {
    await store.dropEvents(chatId, history.length);
  }
  if (missing.length === 0) return { kind: 'whole' };
  const restored = await log.restore(chatId, missing, logged.streamSeq).catch(orUnknown);
  if (restored.kind !== 'stored') return restored;
  const state = history.reduce<ChatState>(evolve, initialState);
  return { kind: 'restored', events: missing.length, state, running: statusOf(state) === 'running' };
}

/** Nobody knows whether it was stored: the log says. */
function orUnknown(error: unknown): { kind: 'unknown' } {
  if (error instanceof BrokerUnavailableError) return { kind: 'unknown' };
  throw error;
}

interface Logged {
  readonly events: readonly ChatEvent[];
  /** Of the last event; 0 when the log holds none. */
  readonly lastSeq: number;
  /** Of the last commit, also of one without events. */
  readonly streamSeq: number;
}

async function readLog(log: RestoreParts['log'], chatId: string): Promise<Logged> {
  const events: ChatEvent[] = [];
  let end = 0;
  for await (const { commit, streamSeq } of log.read(chatId, { after: 0, complete: true })) {
    events.push(...commit.events);
    end = streamSeq;
  }
  return { events, lastSeq: events.at(-1)?.seq ?? 0, streamSeq: end };
}

/** From event 1 to the first hole. */
function unbroken(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const hole = events.findIndex(({ seq }, at) => seq !== at + 1);
  return hole === -1 ? events : events.slice(0, hole);
}

/** @throws RestoreFault when the log has a hole: only behind its end something can be put */
function checkLog(chatId: string, { history, logged }: { history: readonly ChatEvent[]; logged: Logged }): void {
  const at = logged.events.findIndex(({ seq }, index) => index > 0 && seq > (logged.events[index - 1]?.seq ?? 0) + 1);
  if (at === -1) return;
  const [before, after] = [logged.events[at - 1]?.seq ?? 0, logged.events[at]?.seq ?? 0];
  const what = `events ${before + 1} to ${after - 1} are missing within its log, and only at its end something can be put`;
  const wayOut =
    history.length >= logged.lastSeq
      ? `MongoDB has them all: take its log away (nats stream purge CHATS --subject chat.${chatId}), then restore it by its id`
      : `MongoDB is whole up to event ${history.length} only, so what follows is on this log alone: ` +
        'restore MongoDB or NATS from a backup that has them';
  throw new RestoreFault(`${what}. ${wayOut}`);
}

/** @throws RestoreFault when the copies do not fit together */
function checkCopies(
  header: ChatHeader | undefined,
  { history, logged }: { history: readonly ChatEvent[]; logged: Logged },
): void {
  const end = Math.max(history.length, logged.lastSeq);
  const documentSeq = header?.lastSeq ?? 0;
  // A document is written after its events: beyond it there may be a part of a batch, before it there is no hole.
  if (documentSeq > end) {
    throw new RestoreFault(
      `its document is at event ${documentSeq}, but event ${end + 1} is neither in MongoDB nor on the log`,
    );
  }
  if (end === 0) throw new RestoreFault('MongoDB has no such chat');
  const first = logged.events[0]?.seq ?? end + 1;
  if (first > history.length + 1) {
    throw new RestoreFault(`events ${history.length + 1} to ${first - 1} are neither in MongoDB nor on the log`);
  }
  const other = logged.events.find(
    (event) => event.seq <= history.length && !isSameJson(history[event.seq - 1], event),
  );
  if (other !== undefined) {
    throw new RestoreFault(
      `event ${other.seq} on the log is not the one in MongoDB: the chat went on without its last events. Rebuild it by its id to let the log decide`,
    );
  }
}
