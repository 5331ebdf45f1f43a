import type { ChatEvent } from '@colloquy/contracts';
import { evolve, initialState, statusOf, type ChatState } from '@colloquy/engine';
import type { ChatLogReader, LogPosition, StoredCommit } from '@colloquy/messaging';
import type { ChatReader } from '@colloquy/store';
import { RunOrigin } from './run-origin.ts';
import { ShownTexts } from './shown-texts.ts';

/** A chat as its log says it is, and where the log ends. */
export interface FoldedChat {
  readonly state: ChatState;
  readonly position: LogPosition;
  /** What was shown of messages that have not ended. */
  readonly shown: ShownTexts;
  /** Which trace its run belongs to. */
  readonly origin: RunOrigin;
  /**
   * True when no orchestrator can be running it: since it last rested, or was released, only commands were recorded.
   * Else an owner that does not answer may only be reconnecting.
   */
  readonly unowned: boolean;
}

/** The log begins after seq 1 and the store does not have what came before: nobody starts a history over. */
export class HistoryMissingError extends Error {
  override readonly name = 'HistoryMissingError';
}

const EVENTS_PAGE = 500;

/**
 * Folds a chat from its log, up to the leader's last sequence. What has aged out of the log comes from the store.
 * Undefined when neither has the chat.
 * @throws HistoryMissingError when earlier events are nowhere to be had
 */
export async function foldChat(
  parts: { log: ChatLogReader; store: Pick<ChatReader, 'events'> },
  chatId: string,
): Promise<FoldedChat | undefined> {
  const fold = new LogFold();
  for await (const stored of parts.log.read(chatId, { after: 0, complete: true })) {
    const first = stored.commit.events[0];
    if (first !== undefined && fold.lastSeq === 0 && first.seq > 1) {
      await foldStored(parts.store, { chatId, upTo: first.seq - 1 }, fold);
    }
    fold.addCommit(stored);
  }
  if (fold.lastSeq === 0) await foldStored(parts.store, { chatId, upTo: Number.POSITIVE_INFINITY }, fold);
  return fold.lastSeq === 0 ? undefined : fold.result();
}

async function foldStored(
  store: Pick<ChatReader, 'events'>,
  wanted: { chatId: string; upTo: number },
  fold: LogFold,
): Promise<void> {
  while (fold.lastSeq < wanted.upTo) {
    const events = await store.events(wanted.chatId, { after: fold.lastSeq, limit: EVENTS_PAGE });
    for (const event of events) if (event.seq <= wanted.upTo) fold.addEvent(event);
    if (events.length < EVENTS_PAGE) break;
  }
  if (Number.isFinite(wanted.upTo) && fold.lastSeq < wanted.upTo) {
    throw new HistoryMissingError(
      `events ${String(fold.lastSeq + 1)} to ${String(wanted.upTo)} of chat ${wanted.chatId} are neither on the log nor in the store`,
    );
  }
}

class LogFold {
  #state: ChatState = initialState;
  readonly #shown = new ShownTexts();
  readonly #origin = new RunOrigin();
  #streamSeq = 0;
  #durableStreamSeq = 0;
  #unowned = true;

  get lastSeq(): number {
    return this.#state.lastSeq;
  }

  addEvent(event: ChatEvent, traceparent?: string): void {
    if (event.seq !== this.#state.lastSeq + 1) {
      throw new HistoryMissingError(
        `event ${String(event.seq)} follows ${String(this.#state.lastSeq)}: the history has a hole`,
      );
    }
    this.#state = evolve(this.#state, event);
    this.#shown.addEvent(event);
    this.#origin.add(event, traceparent);
    if (event.type === 'run_released' || statusOf(this.#state) !== 'running') this.#unowned = true;
    else if (event.commandId === undefined) this.#unowned = false;
  }

  addCommit({ commit, streamSeq, traceparent }: StoredCommit): void {
    for (const event of commit.events) this.addEvent(event, traceparent);
    this.#shown.addDeltas(commit.deltas ?? []);
    this.#streamSeq = streamSeq;
    if (commit.events.length > 0) this.#durableStreamSeq = streamSeq;
  }

  result(): FoldedChat {
    return {
      state: this.#state,
      shown: this.#shown,
      origin: this.#origin,
      unowned: this.#unowned,
      position: { streamSeq: this.#streamSeq, durableStreamSeq: this.#durableStreamSeq, lastSeq: this.#state.lastSeq },
    };
  }
}
