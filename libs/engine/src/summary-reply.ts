import type { NewEvent } from '@colloquy/contracts';
import { SUMMARY } from './agent-run.ts';
import type { Context } from './context.ts';
import type { ModelRequest, ModelResult } from './types.ts';

/** What a model that was asked for a summary puts on the log: what an agent knows from now on, or what the run leaves. */
export function summaryEvents(
  { run }: Context,
  { request, result }: { request: ModelRequest; result: ModelResult },
): NewEvent[] {
  const { runId } = run;
  const { agent, digestUpTo: upToSeq } = request;
  const { messageId, text } = result;
  if (upToSeq !== undefined) return [{ type: 'context_summarized', runId, agent, upToSeq, digest: text }];
  return [{ type: 'reply_held', runId, agent, messageId, finishReason: SUMMARY, reply: { text } }];
}
