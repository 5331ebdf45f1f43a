import type { ChatEvent, ChatHeader, ChatRecord } from '@colloquy/contracts';
import type { PlacedEvent } from './ports.ts';
import { decodeJson, encodeJson } from './safe-json.ts';
import type { StoredChat, StoredEvent } from './schemas.ts';

/** Since when the longest open question waits; null when none does. */
export function askedAtOf({ pendingRequests, updatedAt }: ChatHeader): string | null {
  const [oldest] = pendingRequests;
  return oldest === undefined ? null : (oldest.askedAt ?? updatedAt);
}

/** The fields of a header as they are written; what is missing is null. */
export function storedHeader(header: ChatHeader): Record<string, unknown> {
  const {
    chatId: _,
    tenantId = null,
    deletedAt = null,
    lastRun = null,
    rebuiltAt = null,
    dueAt = null,
    ...rest
  } = header;
  const pendingRequests = encodeJson(rest.pendingRequests);
  const askedAt = askedAtOf(header);
  return { ...rest, pendingRequests, askedAt, tenantId, deletedAt, lastRun, rebuiltAt, dueAt };
}

/** Events as they are written onto a chat's messages. */
export function storedMessages(events: readonly ChatEvent[]): ChatEvent[] {
  return events.map((event) => encodeJson(event) as ChatEvent);
}

/** The header of a stored chat; undefined for a tombstone. */
export function headerOf(stored: StoredChat | null): ChatHeader | undefined {
  if (stored === null || stored.erased === true) return undefined;
  const { _id, erased: _erased, conflict: _conflict, askedAt: _askedAt, messages: _messages, ...rest } = stored;
  const { tenantId, deletedAt, lastRun, rebuiltAt, dueAt, ...always } = rest;
  return {
    chatId: _id,
    ...always,
    pendingRequests: decodeJson(always.pendingRequests) as ChatHeader['pendingRequests'],
    ...(tenantId === null ? {} : { tenantId }),
    ...(deletedAt === null ? {} : { deletedAt }),
    ...(lastRun === null ? {} : { lastRun }),
    ...(rebuiltAt === null ? {} : { rebuiltAt }),
    // A document that was written before there were timers has no such field.
    ...(typeof dueAt === 'string' ? { dueAt } : {}),
  };
}

/** A stored chat with its messages; undefined for a tombstone. */
export function recordOf(stored: StoredChat | null): ChatRecord | undefined {
  const header = headerOf(stored);
  if (header === undefined || stored === null || stored.erased === true) return undefined;
  return { ...header, messages: stored.messages.map((event) => decodeJson(event) as ChatEvent) };
}

/** The one place that an event can have. */
export const eventId = (chatId: string, seq: number): string => `${chatId}:${seq}`;

/** An event as it is written. */
export function storedEvent({ event, chatId, ownerId, tenantId, epoch, streamSeq }: PlacedEvent): StoredEvent {
  return {
    _id: eventId(chatId, event.seq),
    chatId,
    seq: event.seq,
    type: event.type,
    at: event.at,
    ownerId,
    tenantId: tenantId ?? null,
    epoch,
    streamSeq,
    event: encodeJson(event) as ChatEvent,
  };
}
