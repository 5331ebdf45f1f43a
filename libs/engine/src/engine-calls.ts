/**
 * Tool calls that the engine itself makes (a function as a target, a guardrail or a summary). They are calls as any
 * other, so that exactly-once, approvals, timeouts and takeovers are those of tools; only nobody asked for them in a reply.
 *
 * Invariant: such a call is its own message (`messageId` = `callId`), and its id follows from what it is about, so that
 * the same log always makes the same call.
 */
import type { Json, NewEvent } from '@colloquy/contracts';
import { approvalOf } from './approvals.ts';
import type { Context } from './context.ts';
import type { OpenCall, RunState, ToolResult } from './types.ts';

/** True when the engine made the call, not a model. */
export function isEngineCall({ callId, messageId }: { readonly callId: string; readonly messageId: string }): boolean {
  return callId === messageId;
}

/** An id that follows from what a call is about; equal parts, equal id. */
export function engineCallId(kind: string, ...about: readonly string[]): string {
  return `${kind}-${digestOf([kind, ...about].join('\n'))}`;
}

/** The event of such a call. Its arguments are public: what nobody may see yet is put in when it is run. */
export function engineCall(
  { run, workflow }: Context,
  { agent, callId, tool, args }: { agent: string; callId: string; tool: string; args: Json },
): NewEvent {
  const { runId } = run;
  const definition = workflow.tools.find(({ name }) => name === tool);
  const approval = approvalOf(run, definition, args);
  return { type: 'tool_call', runId, agent, callId, tool, arguments: args, messageId: callId, approval };
}

/** The response to such a call. What it says is for nobody but the run: it may hold what a guardrail keeps back. */
export function engineResponse({ runId }: RunState, { agent, callId }: OpenCall, result: ToolResult): NewEvent {
  const about = { type: 'tool_response' as const, runId, agent, callId };
  if (!result.ok) {
    const { error, ms } = result;
    return { ...about, ok: false, error: { code: error.code, message: 'The call failed.' }, hidden: error.message, ms };
  }
  const { result: hidden, ...rest } = result;
  return { ...about, ...rest, hidden };
}

/** 106 bits of a text, as 28 hexadecimal digits (cyrb53 twice): enough that two calls of one run never meet. */
function digestOf(text: string): string {
  return `${hash53(text, 1)}${hash53(text, 2)}`;
}

function hash53(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(16).padStart(14, '0');
}
