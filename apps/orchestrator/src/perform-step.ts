import { next, type Step } from '@colloquy/engine';
import { askPerson } from './ask-person.ts';
import { callModel } from './call-model.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { runTools } from './run-tools.ts';
import { startRun } from './start-run.ts';

/** A step that does something. */
export type WorkStep = Exclude<Step, { kind: 'rest' }>;

/**
 * Performs one step and records what came of it.
 * @throws FencedError when somebody else owns the chat
 */
export async function performStep(parts: OrchestratorParts, chat: RunningChat, step: WorkStep): Promise<void> {
  const began = parts.clock.monotonic();
  try {
    await perform(parts, chat, step);
  } finally {
    parts.meters.stepTook(step.kind, parts.clock.monotonic() - began);
  }
}

function perform(parts: OrchestratorParts, chat: RunningChat, step: WorkStep): Promise<void> {
  switch (step.kind) {
    case 'start_run':
      return startRun(parts, chat);
    case 'decide':
      return decide(chat);
    case 'call_model':
      return callModel(parts, chat, step.request);
    case 'run_tools':
      return runTools(parts, chat, step);
    case 'ask_person':
      return askPerson(parts, chat);
  }
}

async function decide(chat: RunningChat): Promise<void> {
  await chat.change((state) => {
    const step = next(state, chat.workflow);
    return step.kind === 'decide' ? { events: step.events } : undefined;
  });
}
