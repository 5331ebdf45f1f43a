import { ENGINE_VERSION, type NewEvent } from '@colloquy/contracts';
import { next, type Step } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';

type Parts = Pick<OrchestratorParts, 'messaging' | 'workflows' | 'ids' | 'worker' | 'meters'>;
type StartStep = Extract<Step, { kind: 'start_run' }>;

/**
 * Starts a run of the chat's workflow as it is now. Its definition is in the bucket before the event that names it.
 * A workflow that is not there any more fails the run with words for the person.
 * @throws FencedError when somebody else owns the chat
 */
export async function startRun(parts: Parts, chat: RunningChat): Promise<void> {
  await chat.change(async (state) => {
    const step = next(state, undefined);
    if (step.kind !== 'start_run') return undefined;
    const found = parts.workflows.find(step.workflow);
    const runId = parts.ids.uuid();
    if (found === undefined) return { events: unknownWorkflow(parts, step, runId) };
    await parts.messaging.workflows.put(found.hash, found.definition);
    chat.workflow = found.definition;
    parts.meters.runStarted();
    const variables = { ...found.definition.variables, ...step.variables };
    return { events: [started(parts, step, { runId, workflowHash: found.hash, variables })] };
  });
}

function started(
  parts: Parts,
  step: StartStep,
  of: { runId: string; workflowHash: string; variables: StartStep['variables'] },
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

function unknownWorkflow(parts: Parts, step: StartStep, runId: string): NewEvent[] {
  const message = `The workflow "${step.workflow}" is not installed any more. Start a new chat with another one.`;
  return [
    started(parts, step, { runId, workflowHash: 'unknown', variables: step.variables }),
    { type: 'run_failed', runId, error: { code: 'unknown_workflow', message, retryable: false } },
  ];
}
