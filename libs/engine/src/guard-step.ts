/** What guardrails need before the run goes on: replies and results that are held, messages that nobody has heard. */
import type { Guardrail, Json, NewEvent } from '@colloquy/contracts';
import { agentRunOf, type HeldReply } from './agent-run.ts';
import { completion, decide, type Context } from './context.ts';
import { checkArguments, checkStep, type PendingCheck } from './guardrail-verdict.ts';
import { judge } from './guardrails.ts';
import { heldOf, releaseHeld } from './held-reply.ts';
import { inputSubjects } from './input-subjects.ts';
import { judgeReply } from './judge-reply.ts';
import { redirection } from './redirection.ts';
import { heldResultOf, judgeResult, resultEvents } from './judge-result.ts';
import type { OpenCall, Step } from './types.ts';

/** What is found in something that waits for a verdict, and what must still be looked at. */
interface Finding {
  readonly events: readonly NewEvent[];
  readonly wants?: PendingCheck;
  /** What becomes of it when nothing more must be looked at. */
  readonly release: () => readonly NewEvent[];
}

/** The step that something held needs, or by which a guardrail ends the run. Undefined when nothing is held. */
export function guardStep(context: Context): Step | undefined {
  const { held, stoppedBy, heldResults } = agentRunOf(context.run);
  if (held !== undefined) return findingStep(context, findingInReply(context, held));
  if (stoppedBy !== undefined) return decide(completion(context.run, 'guardrail', stopText(stoppedBy)));
  const [result] = heldResults;
  return result === undefined ? undefined : findingStep(context, findingInResult(context, result));
}

function stopText({ name, text }: { name: string; text: string }): string {
  return text === '' ? `The guardrail ${name} stopped the run.` : text;
}

/** What is found is on the log before anything follows from it (G2). */
function findingStep(context: Context, { events, wants, release }: Finding): Step | undefined {
  if (wants === undefined) return decide([...release()]);
  return events.length > 0 ? decide(events) : checkStep(context, wants);
}

function findingInReply(context: Context, held: HeldReply): Finding {
  const reply = heldOf(context, held);
  const judged = judgeReply(context, reply);
  return { ...judged, release: () => releaseHeld(context, reply, { judged }) };
}

function findingInResult(context: Context, held: HeldReply): Finding {
  const result = heldResultOf(held);
  const judged = judgeResult(context, result);
  return { ...judged, release: () => resultEvents(context, result, judged) };
}

/** The step that a message from outside needs before an agent hears it; undefined when it may. */
export function inputStep(context: Context, agent: string): Step | undefined {
  const finding = findingInInput(context, agent);
  if (finding === undefined) return undefined;
  return finding.wants === undefined ? decide([...finding.release()]) : findingStep(context, finding);
}

/** The first thing that guardrails find or must look at in what came from outside and the agent has not heard. */
function findingInInput(context: Context, agent: string): Finding | undefined {
  // Asked before every call: what was said is looked through only for a guardrail that looks at it.
  if (context.workflow.guardrails?.some(({ on }) => on === 'input') !== true) return undefined;
  for (const { subject, guardrails } of inputSubjects(context, agent)) {
    const judged = judge(context, subject, guardrails);
    const { events, wants, blockedBy } = judged;
    if (events.length > 0)
      return { events: [], release: () => [...events, ...consequences(context, agent, blockedBy)] };
    if (wants === undefined) continue;
    const check = { guardrail: wants, subject, consequences: consequences(context, agent, wants) };
    return { events, wants: check, release: () => [] };
  }
  return undefined;
}

/** A stop is carried out by the next step; a redirect has to be on the log with what found it. */
function consequences(context: Context, agent: string, guardrail: Guardrail | undefined): readonly NewEvent[] {
  return guardrail?.action === 'redirect' ? redirection(context, agent, guardrail) : [];
}

/** What the run waits to have looked at; undefined when nothing. */
export function pendingCheck(context: Context): PendingCheck | undefined {
  const { held, heldResults } = agentRunOf(context.run);
  if (held !== undefined) return findingInReply(context, held).wants;
  const [result] = heldResults;
  if (result !== undefined) return findingInResult(context, result).wants;
  return context.run.speaker === undefined ? undefined : findingInInput(context, context.run.speaker)?.wants;
}

/** What a call of a guardrail is run with: the text too, which its event does not say. Undefined for other calls. */
export function argumentsOfCheck(context: Context, { callId, tool }: OpenCall): Json | undefined {
  if (!callId.startsWith('check-')) return undefined;
  const check = pendingCheck(context);
  const asked = check?.guardrail.check;
  return check !== undefined && asked?.kind === 'function' && asked.tool === tool ? checkArguments(check) : undefined;
}
