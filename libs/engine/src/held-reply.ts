/** Replies that nobody sees before a guardrail has passed them. */
import type { Json, NewEvent } from '@colloquy/contracts';
import type { HeldReply } from './agent-run.ts';
import type { Context } from './context.ts';
import type { JudgeableReply, JudgedReply } from './judge-reply.ts';
import { readReply, type KeptReply } from './read-held.ts';
import { followingEvents, spokenEvents } from './release-reply.ts';
import { chosenHandoff } from './reply-handoff.ts';

/** A held reply, read back from the log. */
export interface HeldModelReply extends JudgeableReply {
  readonly result: KeptReply;
  /** Where the reply wants the turn to go. */
  readonly handoff: readonly NewEvent[];
}

/** The event that holds a reply. */
export function holdReply({ run }: Context, agent: string, result: KeptReply): NewEvent {
  const { messageId, finishReason, text, toolCalls, model, reasoning, spent } = result;
  const more = { ...(reasoning === undefined ? {} : { reasoning }), ...(spent === undefined ? {} : { spent }) };
  const reply = { text, toolCalls, model, ...more } as unknown as Json;
  return { type: 'reply_held', runId: run.runId, agent, messageId, finishReason, reply };
}

/** A reply as it was held. */
export function heldOf(context: Context, { agent, messageId, finishReason, reply }: HeldReply): HeldModelReply {
  return replyOf(context, agent, { ...readReply(reply), messageId, finishReason });
}

/** A reply as guardrails look at it. */
export function replyOf(context: Context, agent: string, result: KeptReply): HeldModelReply {
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
