import { z } from 'zod';
import { privateFieldsOf } from '../visibility.ts';
import { envelopeShape } from './envelope.ts';
import * as chatLife from './chat-life-events.ts';
import * as message from './message-events.ts';
import * as person from './person-events.ts';
import * as run from './run-events.ts';
import * as tool from './tool-events.ts';

/** The schema of every event type, in the order of the reference. */
export const eventSchemas = {
  chat_created: chatLife.chatCreated,
  user_message: chatLife.userMessage,
  message_imported: chatLife.messageImported,
  message_taken_up: chatLife.messageTakenUp,
  run_started: run.runStarted,
  run_claimed: run.runClaimed,
  run_released: run.runReleased,
  speaker_selected: run.speakerSelected,
  message_started: message.messageStarted,
  text: message.text,
  reasoning: message.reasoning,
  message_aborted: message.messageAborted,
  reply_held: message.replyHeld,
  tool_call: tool.toolCall,
  tool_started: tool.toolStarted,
  tool_response: tool.toolResponse,
  handoff: run.handoff,
  context_updated: run.contextUpdated,
  input_request: person.inputRequest,
  input_response: person.inputResponse,
  usage: run.usage,
  model_changed: run.modelChanged,
  guardrail_tripped: run.guardrailTripped,
  guardrail_passed: run.guardrailPassed,
  context_summarized: run.contextSummarized,
  run_completed: run.runCompleted,
  run_failed: run.runFailed,
  run_cancelled: run.runCancelled,
  command_rejected: chatLife.commandRejected,
  rewound: chatLife.rewound,
  chat_renamed: chatLife.chatRenamed,
  chat_pinned: chatLife.chatPinned,
  chat_seen: chatLife.chatSeen,
  share_changed: chatLife.shareChanged,
  chat_deleted: chatLife.chatDeleted,
  chat_restored: chatLife.chatRestored,
} as const;

/** Name of an event type. */
export type EventType = keyof typeof eventSchemas;
/** One event of a type; a distributed union over all types by default. */
export type EventOf<T extends EventType> = { [K in T]: z.infer<(typeof eventSchemas)[K]> }[T];
/** A durable fact of a chat. Readers meet types they do not know: ignore them. */
export type ChatEvent = EventOf<EventType>;

type Unplaced<E> = E extends unknown ? Omit<E, 'seq' | 'at'> : never;
/** An event that is not on the log yet: the append gives it `seq` and `at`. */
export type NewEvent = Unplaced<ChatEvent>;
/** One not yet appended event of a type. */
export type NewEventOf<T extends EventType> = Unplaced<EventOf<T>>;

/** The schema of any known event. */
export const chatEventSchema = z.discriminatedUnion('type', [
  eventSchemas.chat_created,
  eventSchemas.user_message,
  ...Object.values(eventSchemas).filter(
    (schema) => !['chat_created', 'user_message'].includes(schema.shape.type.value),
  ),
]) as z.ZodType<ChatEvent>;

/** True when `type` is an event type of this version. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventSchemas, type);
}

const ENVELOPE = ['type', ...Object.keys(envelopeShape)];
const publicFields = new Map<string, readonly string[]>(
  Object.entries(eventSchemas).map(([type, schema]) => {
    const hidden = new Set(privateFieldsOf(schema));
    return [type, Object.keys(schema.shape).filter((name) => !hidden.has(name))];
  }),
);

/**
 * The event as anybody outside the services may see it: only the fields that this version knows to be public. Of a type
 * that it does not know the envelope is left: nothing says which of the other fields are private.
 */
export function publicEvent(event: ChatEvent): ChatEvent {
  const names = publicFields.get(event.type) ?? ENVELOPE;
  const fields: Record<string, unknown> = {};
  for (const name of names) {
    const value: unknown = Reflect.get(event, name);
    if (value !== undefined) fields[name] = value;
  }
  return fields as unknown as ChatEvent;
}
