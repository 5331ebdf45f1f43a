import { type ChatRow, chatRowSchema, decodeCommit, liveChatSubject, liveUserSubject } from '@colloquy/contracts';
import type { BrokerLink, LinkMessage } from './broker-link.ts';
import { flushOrUndo } from './flush-or-undo.ts';
import { HEADERS, traceHeader, traceOf } from './message-headers.ts';
import type { LiveCommit, LiveFeed, Subscription } from './ports.ts';

/** What the live feed needs. */
export interface LiveContext {
  readonly link: BrokerLink;
  /** Told of messages that cannot be read: a reader finds the gap by the next sequence and reads the log. */
  readonly onFault: (fault: { readonly what: string; readonly error: unknown }) => void;
}

/** Live messages over one connection. */
export function createLiveFeed({ link, onFault }: LiveContext): LiveFeed {
  const listen = async <T>(
    subject: string,
    read: (message: LinkMessage) => T,
    onValue: (value: T) => void,
  ): Promise<Subscription> => {
    const subscription = link.subscribe(subject, (message) => {
      let value: T;
      try {
        value = read(message);
      } catch (error) {
        onFault({ what: `reading ${subject}`, error });
        return;
      }
      onValue(value);
    });
    await flushOrUndo(link, () => subscription.unsubscribe());
    return { close: async () => subscription.unsubscribe() };
  };
  return {
    subscribeChat: (chatId, onCommit) => listen(liveChatSubject(chatId), toLiveCommit, onCommit),
    subscribeUser: (ownerKey, onRow) =>
      listen(liveUserSubject(ownerKey), toRow, ({ row, traceparent }) => onRow(row, traceparent)),
    publishUser: (ownerKey, row, traceparent) =>
      link.publish(liveUserSubject(ownerKey), JSON.stringify(row), traceHeader(traceparent)),
  };
}

function toRow({ data, headers }: LinkMessage): { row: ChatRow; traceparent?: string } {
  return { row: chatRowSchema.parse(JSON.parse(data)), ...traceOf(headers) };
}

function toLiveCommit({ data, headers }: LinkMessage): LiveCommit {
  return {
    commit: decodeCommit(data),
    streamSeq: sequence(headers[HEADERS.sequence]),
    lastStreamSeq: sequence(headers[HEADERS.lastSequence]),
    msgId: headers[HEADERS.msgId] ?? '',
    ...traceOf(headers),
  };
}

function sequence(header: string | undefined): number {
  const value = Number(header);
  if (header === undefined || !Number.isSafeInteger(value)) throw new TypeError('a live message without its sequence');
  return value;
}
