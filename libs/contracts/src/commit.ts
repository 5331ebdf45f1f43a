import { z } from 'zod';
import { DELTA_KINDS, WIRE_VERSION } from './constants.ts';
import { chatEventSchema, type ChatEvent } from './events/chat-event.ts';
import { idSchema } from './ids.ts';
import { countSchema } from './values.ts';

/**
 * A piece of text on its way. `offset` is the length so far of that messageId and kind in UTF-16 code units: applying
 * a delta twice, or one already covered, changes nothing; one that starts beyond the end shows a gap.
 */
export const deltaSchema = z
  .object({
    messageId: idSchema.meta({ description: 'For arguments and progress: the callId' }),
    runId: idSchema,
    agent: z.string(),
    offset: countSchema,
    text: z.string(),
    kind: z.enum(DELTA_KINDS),
  })
  .meta({ id: 'Delta' });
/** A piece of text on its way; it has no `seq`. */
export type Delta = z.infer<typeof deltaSchema>;

/** One message on a chat's log: events and deltas appended together; the events apply first. */
export const commitSchema = z
  .object({
    v: z.literal(WIRE_VERSION),
    chatId: idSchema,
    events: z.array(chatEventSchema),
    deltas: z.array(deltaSchema).optional(),
  })
  .meta({ id: 'Commit' });
/** One message on a chat's log. */
export interface Commit {
  v: typeof WIRE_VERSION;
  chatId: string;
  events: ChatEvent[];
  deltas?: Delta[];
}

/** Thrown when bytes are no commit that this version can read. */
export class MalformedCommitError extends Error {
  override readonly name = 'MalformedCommitError';
}

/**
 * Reads a commit from the log. Only what every reader relies on is checked (version, chat, seq, type, time, and where
 * a piece of text belongs); unknown event types and fields pass through as they are.
 * @throws MalformedCommitError
 */
export function decodeCommit(text: string): Commit {
  const value = parseJson(text);
  if (!isRecord(value)) throw new MalformedCommitError('a commit is a JSON object');
  if (value['v'] !== WIRE_VERSION)
    throw new MalformedCommitError(`unknown commit version ${JSON.stringify(value['v'])}`);
  if (!idSchema.safeParse(value['chatId']).success) throw new MalformedCommitError('the commit names no chat');
  const { events, deltas } = value;
  if (!Array.isArray(events) || !events.every(isEnvelope))
    throw new MalformedCommitError('the commit holds a malformed event');
  if (deltas !== undefined && !(Array.isArray(deltas) && deltas.every(isPiece)))
    throw new MalformedCommitError('the commit holds a malformed delta');
  return value as unknown as Commit;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedCommitError('the commit is no JSON', { cause: error });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isEnvelope(value: unknown): boolean {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value['seq']) &&
    typeof value['type'] === 'string' &&
    typeof value['at'] === 'string'
  );
}

function isPiece(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['messageId'] === 'string' &&
    typeof value['kind'] === 'string' &&
    typeof value['text'] === 'string' &&
    Number.isSafeInteger(value['offset'])
  );
}
