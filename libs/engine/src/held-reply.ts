/** Replies that nobody sees before a guardrail has passed them. */
import type { Json, NewEvent } from '@colloquy/contracts';
import type { HeldReply } from './agent-run.ts';
import type { Context } from './context.ts';
import type { JudgeableReply, JudgedReply } from './judge-reply.ts';
import { followingEvents, spokenEvents } from './release-reply.ts';
import { chosenHandoff } from './reply-handoff.ts';
import type { ModelResult } from './types.ts';

/** A held reply, read back from the log. */
export interface HeldModelReply extends JudgeableReply {
  readonly result: ModelReply;
  /** Where the reply wants the turn to go. */
  readonly handoff: readonly NewEvent[];
}

/** What is kept of a reply. */
type ModelReply = Pick<ModelResult, 'messageId' | 'text' | 'toolCalls' | 'finishReason' | 'model' | 'reasoning'>;

/** The event that holds a reply. */
export function holdReply({ run }: Context, agent: string, result: ModelReply): NewEvent {
  const { messageId, finishReason, text, toolCalls, model, reasoning } = result;
  const reply = { text, toolCalls, model, ...(reasoning === undefined ? {} : { reasoning }) } as unknown as Json;
  return { type: 'reply_held', runId: run.runId, agent, messageId, finishReason, reply };
}

/** A reply as it was held. */
export function heldOf(context: Context, { agent, messageId, finishReason, reply }: HeldReply): HeldModelReply {
  const kept = reply as unknown as Pick<ModelReply, 'text' | 'toolCalls' | 'model' | 'reasoning'>;
  return replyOf(context, agent, { ...kept, messageId, finishReason });
}

/** A reply as guardrails look at it. */
export function replyOf(context: Context, agent: string, result: ModelReply): HeldModelReply {
  const { calls, events } = chosenHandoff(context, agent, result.toolCalls);
  return { agent, messageId: result.messageId, text: result.text, calls, handoff: events, result };
}

/** What goes on the log when the guardrails have said everything that they have to say of a reply. */
export function releaseHeld(
  context: Context,
  { agent, result, handoff }: HeldModelReply,
  { judged, usage }: { judged: JudgedReply; usage?: NewEvent },
): NewEvent[] {
  const released = { agent, result, judged };
  const overruled = judged.redirect !== undefined || judged.blockedBy !== undefined;
  return [
    ...spokenEvents(context, released),
    ...(usage === undefined ? [] : [usage]),
    ...followingEvents(context, released),
    ...(overruled ? [] : handoff),
  ];
}
