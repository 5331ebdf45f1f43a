/** What a person has not seen yet of a chat, from its events alone. */
import type { ChatEvent, ChatHeader } from '@colloquy/contracts';
import { MAX_UNREAD, NEWS_EVENT_TYPES } from '@colloquy/contracts/constants';

const NEWS: ReadonlySet<string> = new Set(NEWS_EVENT_TYPES);

/**
 * The fields that an event changes. Who says or answers something has seen what was there before. The marker only moves on:
 * a device that was asleep does not make read things new.
 */
export function seenFields(header: ChatHeader, event: ChatEvent): Partial<ChatHeader> {
  switch (event.type) {
    case 'user_message':
    case 'input_response':
      return event.by === header.ownerId ? seenUpTo(header, event.seq) : {};
    // Only the owner can want another answer.
    case 'rewound':
      return seenUpTo(header, event.seq);
    case 'chat_seen':
      return seenUpTo(header, Math.min(event.upToSeq, event.seq));
    default: {
      const { unread = [] } = header;
      // The newest are kept: of a longer list it is known only that it is long, until few enough are left.
      return NEWS.has(event.type) ? { unread: [...unread.slice(1 - MAX_UNREAD), event.seq] } : {};
    }
  }
}

function seenUpTo(header: ChatHeader, upToSeq: number): Partial<ChatHeader> {
  const { seenSeq = 0, unread } = header;
  if (!(upToSeq > seenSeq)) return {};
  return { seenSeq: upToSeq, ...(unread === undefined ? {} : { unread: unread.filter((seq) => seq > upToSeq) }) };
}
