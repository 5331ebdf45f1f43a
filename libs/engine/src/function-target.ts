/** A tool of the workflow says where the turn goes. The engine calls it: exactly once, as any tool call. */
import type { Json, NewEvent, Target } from '@colloquy/contracts';
import { engineAnswer, type EngineAnswer } from './agent-run.ts';
import { decide, type Context } from './context.ts';
import { engineCall, engineCallId } from './engine-calls.ts';
import { heardTexts } from './heard-texts.ts';
import { nobody } from './selected-events.ts';
import { hasTarget, targetOfName } from './target-names.ts';
import type { Step } from './types.ts';

/** Calls the tool; when it has answered, sets the variables that it wants and goes where it says. */
export function functionStep(
  context: Context,
  { tool }: Extract<Target, { kind: 'function' }>,
  goTo: (target: Target) => NewEvent[],
): Step {
  const { run } = context;
  const { runId, speaker = '' } = run;
  // The number of handoffs tells this one from others of the same turn.
  const callId = engineCallId('target', runId, String(run.handoffs), tool);
  const answer = engineAnswer(run, callId);
  if (answer === undefined) {
    const args = { from: speaker, text: lastText(context) };
    return decide([engineCall(context, { agent: speaker, callId, tool, args })]);
  }
  const target = answer.ok ? (answer.target ?? targetIn(context, answer.result)) : undefined;
  return decide([...wanted(runId, answer), ...whereTo(context, { tool, target, goTo })]);
}

function wanted(runId: string, { set }: EngineAnswer): NewEvent[] {
  return set === undefined || Object.keys(set).length === 0 ? [] : [{ type: 'context_updated', runId, set }];
}

function whereTo(
  context: Context,
  { tool, target, goTo }: { tool: string; target: Target | undefined; goTo: (target: Target) => NewEvent[] },
): NewEvent[] {
  if (target === undefined || !hasTarget(context.workflow, target)) {
    return nobody(context, `"${tool}" did not say who speaks next.`);
  }
  const itself = target.kind === 'function' && target.tool === tool;
  return itself ? nobody(context, `"${tool}" names itself as the one that says who speaks next.`) : goTo(target);
}

/** A result that is only a name means what the name means. */
function targetIn({ workflow }: Context, result: Json): Target | undefined {
  return typeof result === 'string' ? targetOfName(workflow, result.trim()) : undefined;
}

/** What was said last, by whomever. */
function lastText({ state }: Context): string {
  return heardTexts(state.said).at(-1)?.text ?? '';
}
