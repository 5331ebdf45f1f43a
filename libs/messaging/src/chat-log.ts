/**
 * The log of every chat.
 *
 * Invariants (the tests name them):
 *  L1 A read gives the commits of one chat in the order of their stream sequence, each once.
 *  L2 A complete read ends only when the leader's newest message of the subject has been given: a replica that lags
 *     cannot make a chat look at rest.
 *  L3 The epoch is that of the stream that is read: it is asked again after a reconnect.
 */
import { chatSubject, type ChatEvent, type Clock, decodeCommit, MULTI_LAST_LIMIT, STREAMS } from '@colloquy/contracts';
import { BrokerRefusedError, BrokerUnavailableError } from './broker-errors.ts';
import type { BrokerLink, StoredMessage } from './broker-link.ts';
import { openAppender, type AppenderContext } from './chat-appender.ts';
import { packEvents } from './commit-size.ts';
import { BATCH_TOO_LARGE, MOST_IN_BATCH, sortRefusal } from './error-codes.ts';
import { HEADERS, traceOf } from './message-headers.ts';
import type { ChatAppender, ChatLog, LogPosition, Restored, StoredCommit } from './ports.ts';

/** Messages of one page: the client gives a page at most 5 s. */
const PAGE = 256;
/** A replica that lags is asked again after so long. */
const LAG_MS = 20;

/** Reads and writes logs over one connection. */
export function createChatLog(context: AppenderContext): ChatLog {
  return new LinkedChatLog(context);
}

/**
 * The commit in a message of CHATS.
 * @throws MalformedCommitError when it is none
 */
export function toStoredCommit(message: StoredMessage): StoredCommit {
  return {
    commit: decodeCommit(message.data),
    streamSeq: message.seq,
    msgId: message.headers[HEADERS.msgId] ?? '',
    ...traceOf(message.headers),
  };
}

class LinkedChatLog implements ChatLog {
  private readonly context: AppenderContext;
  private readonly link: BrokerLink;
  private readonly clock: Clock;
  private epochAsked: Promise<string> | undefined;

  constructor(context: AppenderContext) {
    this.context = context;
    this.link = context.link;
    this.clock = context.clock;
    this.link.onReconnect(() => (this.epochAsked = undefined));
  }

  epoch(): Promise<string> {
    if (this.epochAsked === undefined) {
      const asked = this.link.streamCreated(STREAMS.chats).then((created) => created.toString(36));
      this.epochAsked = asked;
      asked.catch(() => {
        if (this.epochAsked === asked) this.epochAsked = undefined;
      });
    }
    return this.epochAsked;
  }

  async *read(
    chatId: string,
    { after, complete = false, signal }: { after: number; complete?: boolean; signal?: AbortSignal },
  ): AsyncGenerator<StoredCommit, void, undefined> {
    const subject = chatSubject(chatId);
    let seq = after;
    for (;;) {
      signal?.throwIfAborted();
      const page = await this.link.readPage({ stream: STREAMS.chats, subject, seq: seq + 1, limit: PAGE });
      for (const message of page.messages) {
        seq = message.seq;
        yield toStoredCommit(message);
      }
      if (page.more) continue;
      if (!complete || (await this.leaderHasNothingAfter(subject, seq))) return;
      if (page.messages.length === 0) await this.clock.sleep(LAG_MS, signal);
    }
  }

  async last(chatId: string): Promise<StoredCommit | undefined> {
    const message = await this.link.lastOf(STREAMS.chats, chatSubject(chatId));
    return message && toStoredCommit(message);
  }

  async lastSequences(chatIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (chatIds.length > MULTI_LAST_LIMIT) {
      throw new RangeError(`at most ${String(MULTI_LAST_LIMIT)} chats a call, not ${String(chatIds.length)}`);
    }
    if (chatIds.length === 0) return new Map();
    const bySubject = new Map(chatIds.map((chatId) => [chatSubject(chatId), chatId]));
    const found = await this.link.lastSequences(STREAMS.chats, [...bySubject.keys()]);
    return new Map([...found].map(([subject, seq]) => [bySubject.get(subject) ?? subject, seq]));
  }

  open(chatId: string, position: LogPosition): ChatAppender {
    return openAppender(this.context, chatId, position);
  }

  async chatIds(): Promise<readonly string[]> {
    const subjects = await this.link.subjects(STREAMS.chats, 'chat.*');
    return [...subjects.keys()].map((subject) => subject.slice('chat.'.length));
  }

  async restore(chatId: string, events: readonly ChatEvent[], after: number): Promise<Restored> {
    const subject = chatSubject(chatId);
    const commits = packEvents(chatId, events);
    if (commits.length === 0) throw new RangeError('there are no events to put back');
    if (commits.length > MOST_IN_BATCH) {
      throw new BrokerRefusedError(
        BATCH_TOO_LARGE,
        `it takes ${commits.length} commits of full size, NATS stores at most ${MOST_IN_BATCH} as one, and a part must not be taken for the whole`,
      );
    }
    const outcome = await this.link.publishAtomic(
      commits.map((commit, at) => ({
        subject,
        data: JSON.stringify(commit),
        headers: {
          [HEADERS.msgId]: this.context.nextMsgId(),
          ...(at === 0 ? { [HEADERS.expectedLastSubjectSequence]: String(after) } : {}),
        },
      })),
    );
    if (outcome.kind === 'stored') return { kind: 'stored', streamSeq: outcome.seq };
    if (outcome.kind === 'unknown') throw new BrokerUnavailableError(outcome.message);
    const refusal = sortRefusal(outcome.code);
    if (refusal === 'contested') return { kind: 'contested' };
    if (refusal === 'hopeless') throw new BrokerRefusedError(outcome.code, outcome.message);
    throw new BrokerUnavailableError(`the broker does not take it now: ${outcome.message} (${String(outcome.code)})`);
  }

  async erase(chatId: string, upToStreamSeq: number): Promise<void> {
    const filter = chatSubject(chatId);
    if (upToStreamSeq > 0) await this.link.purge({ stream: STREAMS.chats, filter, upToSeq: upToStreamSeq });
    await this.link.purge({ stream: STREAMS.parked, filter: `parked.*.${chatId}` });
    await this.link.purge({ stream: STREAMS.commands, filter: `timer.${chatId}.*` });
  }

  private async leaderHasNothingAfter(subject: string, seq: number): Promise<boolean> {
    const last = await this.link.lastOf(STREAMS.chats, subject);
    return last === undefined || last.seq <= seq;
  }
}
