import type { ChatEvent, ChatHeader, EventOf } from '@colloquy/contracts';
import type { PlacedEvent } from '@colloquy/store';

/** The stream that samples lie on. */
export const EPOCH = 'm1abc';
let counter = 0;

/** A fresh id: the suite's chats and owners meet nobody else's. */
export function fresh(name: string): string {
  counter += 1;
  return `${name}-${String(counter).padStart(16, '0')}`;
}
/** An instant so many seconds after a fixed one. */
export const instant = (second: number): string => new Date(1_700_000_000_000 + second * 1000).toISOString();

/** A header as the fold would give it. */
export function sampleHeader(chatId: string, fields: Partial<ChatHeader> = {}): ChatHeader {
  return {
    chatId,
    ownerId: 'ada',
    workflow: 'assistant',
    title: 'A title',
    status: 'idle',
    pinned: false,
    shareId: null,
    createdAt: instant(1),
    updatedAt: instant(1),
    lastSeq: 1,
    usage: { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0, byModel: [] },
    pendingRequests: [],
    lastText: '',
    messageCount: 0,
    position: { epoch: EPOCH, streamSeq: 3, eventSeq: 1 },
    openMessages: [],
    openCalls: [],
    inboxSeq: 0,
    ...fields,
  };
}

/** A user message at a place of a chat. */
export function sampleMessage(seq: number, text = `message ${seq}`): EventOf<'user_message'> {
  const place = { seq, at: instant(seq), type: 'user_message' } as const;
  return { ...place, messageId: `message-${String(seq).padStart(16, '0')}`, commandId: fresh('command'), text };
}

/** An event and where it lies. */
export function placed(chatId: string, event: ChatEvent, streamSeq = event.seq * 10): PlacedEvent {
  return { chatId, event, ownerId: 'ada', epoch: EPOCH, streamSeq };
}
