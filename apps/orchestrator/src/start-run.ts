import { ENGINE_VERSION, type Limits, type NewEvent } from '@colloquy/contracts';
import { next, type Step } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { setDueTimers, setTimers } from './set-timers.ts';
import { ownerBudgetSpent } from './user-budget.ts';

type Parts = Pick<
  OrchestratorParts,
  'messaging' | 'workflows' | 'clock' | 'ids' | 'worker' | 'meters' | 'store' | 'log' | 'userBudget'
>;
type StartStep = Extract<Step, { kind: 'start_run' }>;

/**
 * Starts a run of the chat's workflow as it is now. Its definition is in the bucket before the event that names it,
 * and the timer of its deadline is on disk (T1). A workflow that is not there any more fails the run with words for the person.
 * @throws FencedError when somebody else owns the chat
 */
export async function startRun(parts: Parts, chat: RunningChat): Promise<void> {
  // Before the chat is asked to hold still: a stop must not wait for the database.
  const spent = await ownerBudgetSpent(parts, chat.state);
  await chat.change(async (state) => {
    const step = next(state, undefined);
    if (step.kind !== 'start_run') return undefined;
    const found = parts.workflows.find(step.workflow);
    const runId = parts.ids.uuid();
    if (found === undefined) return { events: unknownWorkflow(parts, step, runId) };
    await parts.messaging.workflows.put(found.hash, found.definition);
    chat.workflow = found.definition;
    const { lastAt } = state;
    parts.meters.runStarted(lastAt === undefined ? 0 : parts.clock.now() - Date.parse(lastAt));
    const variables = { ...found.definition.variables, ...step.variables };
    const deadline = await setDeadline(parts, { chatId: chat.chatId, runId, limits: found.definition.limits });
    const begun = started(parts, step, { runId, workflowHash: found.hash, variables, ...deadline });
    return { events: spent === undefined ? [begun] : [begun, overBudget(runId, spent)] };
  });
  await setDueTimers(parts, chat.chatId, chat.state);
}

async function setDeadline(
  parts: Parts,
  { chatId, runId, limits }: { chatId: string; runId: string; limits: Limits },
): Promise<{ deadlineAt?: string }> {
  if (limits.deadlineMs === undefined) return {};
  const deadlineAt = new Date(parts.clock.now() + limits.deadlineMs).toISOString();
  await setTimers(parts, chatId, [{ id: runId, kind: 'deadline', at: deadlineAt }]);
  return { deadlineAt };
}

function started(
  parts: Parts,
  step: StartStep,
  of: { runId: string; workflowHash: string; variables: StartStep['variables']; deadlineAt?: string },
): NewEvent {
  return {
    type: 'run_started',
    ...of,
    workflow: step.workflow,
    engineVersion: ENGINE_VERSION,
    trigger: step.trigger,
    worker: parts.worker,
  };
}

function overBudget(runId: string, text: string): NewEvent {
  return { type: 'run_completed', runId, reason: { code: 'user_budget', text } };
}

function unknownWorkflow(parts: Parts, step: StartStep, runId: string): NewEvent[] {
  const why = parts.workflows.unavailable?.(step.workflow);
  const error =
    why === undefined
      ? {
          code: 'unknown_workflow',
          message: `The workflow "${step.workflow}" is not installed any more. Start a new chat with another one.`,
          retryable: false,
        }
      : {
          code: 'workflow_unavailable',
          message: `The workflow "${step.workflow}" cannot be started now. ${why} Try again later.`,
          retryable: true,
        };
  return [
    started(parts, step, { runId, workflowHash: 'unknown', variables: step.variables }),
    { type: 'run_failed', runId, error },
  ];
}
