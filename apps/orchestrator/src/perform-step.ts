import { endedEvents, stepOf, type Step } from '@colloquy/engine';
import { askPerson } from './ask-person.ts';
import { callModel } from './call-model.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { runTools } from './run-tools.ts';
import { startRun } from './start-run.ts';

/** A step that does something. */
export type WorkStep = Exclude<Step, { kind: 'rest' }>;

/** A step, and the key that the engine's plan gives it: of a run's own step it is the runId. */
interface Taken {
  readonly key: string;
  readonly step: WorkStep;
}

/**
 * Performs one step and records what came of it.
 * @throws FencedError when somebody else owns the chat
 */
export async function performStep(parts: OrchestratorParts, chat: RunningChat, taken: Taken): Promise<void> {
  const began = parts.clock.monotonic();
  const waitedMs = taken.step.kind === 'call_model' ? chat.firstCall.take(parts.clock.now()) : undefined;
  if (waitedMs !== undefined) parts.meters.firstCall(waitedMs);
  chat.steps.begin(taken.key);
  try {
    await chat.spans.step({ step: taken.step, run: chat.state.run }, () => perform(parts, chat, taken));
  } finally {
    chat.steps.end(taken.key);
    parts.meters.stepTook(taken.step.kind, parts.clock.monotonic() - began);
  }
}

function perform(parts: OrchestratorParts, chat: RunningChat, { key, step }: Taken): Promise<void> {
  switch (step.kind) {
    case 'start_run':
      return startRun(parts, chat);
    case 'decide':
      return decide(chat, key);
    case 'call_model':
      return callModel(parts, chat, { runId: key, request: step.request });
    case 'run_tools':
      return runTools(parts, chat, { ...step, runId: key });
    case 'ask_person':
      return askPerson(parts, chat, key);
  }
}

/** Runs that a decision ends while they work are cut off: what they were doing is ended, and counted, with them. */
async function decide(chat: RunningChat, key: string): Promise<void> {
  await chat.change((state) => {
    const step = stepOf(state, chat.workflow, key);
    return step?.kind === 'decide' ? { events: endedEvents(state, step.events, chat.cutOff) } : undefined;
  });
}
