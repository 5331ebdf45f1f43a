/** What its owner has seen of a chat, so that a mark which says nothing new does not come onto the log. */
import { NEWS_EVENT_TYPES, type ChatEvent } from '@colloquy/contracts';
import type { ChatState } from './types.ts';

const NEWS: ReadonlySet<string> = new Set(NEWS_EVENT_TYPES);

/** Up to where the owner has seen the chat after an event: who says, answers or wants something has seen the rest. */
export function seenAfter({ seenSeq, ownerId }: ChatState, event: ChatEvent): number {
  switch (event.type) {
    case 'user_message':
    case 'input_response':
      return event.by === ownerId ? later(event.seq, seenSeq) : seenSeq;
    case 'rewound':
      return later(event.seq, seenSeq);
    case 'chat_seen':
      return later(Math.min(event.upToSeq, event.seq), seenSeq);
    default:
      return seenSeq;
  }
}

/** Where the newest event stands that is worth seeing, after one more. */
export function newsAfter({ newsSeq }: ChatState, { type, seq }: ChatEvent): number {
  return NEWS.has(type) ? seq : newsSeq;
}

/** A log may lack a number: it moves nothing. */
function later(seq: number, than: number): number {
  return seq > than ? seq : than;
}

/**
 * How far a mark moves on what was seen; undefined when it does not: there is nothing new before it. A mark alone is
 * nothing new, so that a device which marks all that comes does not mark its own marks for ever. Nobody has seen what is
 * not there yet.
 */
export function markedUpTo({ seenSeq, newsSeq, lastSeq }: ChatState, upToSeq: number): number | undefined {
  return seenSeq < Math.min(upToSeq, newsSeq) ? Math.min(upToSeq, lastSeq) : undefined;
}
