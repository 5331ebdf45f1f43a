import type { NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG, type ChatAppender, type Messaging } from '@colloquy/messaging';
import { systemIds } from '@colloquy/service';

/** A chat that a benchmark writes. */
export interface SampleChat {
  readonly chatId: string;
  readonly appender: ChatAppender;
}

/** Begins a chat of `ownerId` on the log, as the API gateway does. */
export async function beginChat({ log }: Messaging, ownerId = 'bench-owner-000001'): Promise<SampleChat> {
  const chatId = systemIds.uuid();
  const commandId = systemIds.uuid();
  const appender = log.open(chatId, EMPTY_LOG);
  const created: NewEvent = { type: 'chat_created', commandId, ownerId, workflow: 'assistant', variables: {} };
  const message: NewEvent = { type: 'user_message', commandId, messageId: commandId, text: 'Hello', by: ownerId };
  await appender.append({ events: [created, message] });
  return { chatId, appender };
}

/** An event as a run writes it: a commit that holds it is about 300 bytes long. */
export const sampleEvent: NewEvent = {
  type: 'tool_started',
  runId: systemIds.uuid(),
  agent: 'assistant',
  callId: systemIds.uuid(),
  attempt: 1,
};
