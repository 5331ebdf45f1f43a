import { assertId } from './ids.ts';

/** Names of the streams and of the bucket of workflow definitions. */
export const STREAMS = { chats: 'CHATS', commands: 'COMMANDS', parked: 'PARKED' } as const;
/** Bucket of resolved workflow definitions, keyed by their hash. */
export const WORKFLOWS_BUCKET = 'WORKFLOWS';
/** Bucket of what is written down of files, and object store of their bytes. */
export const FILES_BUCKET = 'FILES';
/** Durable consumers and what they read. */
export const DURABLES = { commands: 'commands', runs: 'runs', persistence: 'persistence' } as const;

const CONSUMER = /^[a-z][a-z0-9-]{0,31}$/;
const OWNER_KEY = /^[A-Za-z0-9_-]{22}$/;

/** The log of one chat. @throws InvalidIdError */
export const chatSubject = (chatId: string): string => `chat.${assertId(chatId)}`;
/** What was stored on the log of one chat, as the stream republishes it. @throws InvalidIdError */
export const liveChatSubject = (chatId: string): string => `live.chat.${assertId(chatId)}`;
/** Commands for one chat. @throws InvalidIdError */
export const commandSubject = (chatId: string): string => `command.${assertId(chatId)}`;
/** Tickets of one chat. @throws InvalidIdError */
export const runSubject = (chatId: string): string => `run.${assertId(chatId)}`;
/** Schedules of one chat. @throws InvalidIdError */
export const timerSubject = (chatId: string, id: string): string => `timer.${assertId(chatId)}.${assertId(id)}`;
/** Requests to the orchestrator that runs the chat now. @throws InvalidIdError */
export const ownerSubject = (chatId: string): string => `owner.${assertId(chatId)}`;
/**
 * Messages that a consumer gave up on.
 * @throws InvalidIdError
 * @throws RangeError when `consumer` is not the name of a consumer
 */
export function parkedSubject(consumer: string, chatId: string): string {
  if (!CONSUMER.test(consumer)) throw new RangeError(`not a consumer's name: ${JSON.stringify(consumer)}`);
  return `parked.${consumer}.${assertId(chatId)}`;
}

/**
 * Sidebar changes of one user.
 * @throws RangeError when `ownerKey` is not the 22-character key
 */
export function liveUserSubject(ownerKey: string): string {
  if (!OWNER_KEY.test(ownerKey)) throw new RangeError(`not an owner key: ${JSON.stringify(ownerKey)}`);
  return `live.user.${ownerKey}`;
}
