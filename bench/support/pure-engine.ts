import type { ChatEvent, NewEvent, WorkflowDefinition } from '@colloquy/contracts';
import { evolve, initialState, next, replyEvents, toolEvents, type ChatState, type Step } from '@colloquy/engine';
import { scriptedModel } from './scripted-model.ts';
import { stepsOf, twoAgentsWorkflow, type TwoAgents } from './two-agents.ts';

const AT = '2026-01-01T00:00:00.000Z';

/** Runs chats of the loop on the engine alone: what `next` says is done, its events are folded, nothing is kept. */
export class PureEngine {
  readonly #loop: TwoAgents;
  readonly #workflow: WorkflowDefinition;
  readonly #model: ReturnType<typeof scriptedModel>;
  #ids = 0;

  constructor(loop: TwoAgents) {
    this.#loop = loop;
    this.#workflow = twoAgentsWorkflow(loop);
    this.#model = scriptedModel(loop, () => this.#id());
  }

  /** Runs one chat until it rests; gives its steps. Throws when they are not those of the loop. */
  chat(): number {
    let state = this.#begin();
    let steps = 0;
    for (;;) {
      const step = next(state, this.#workflow);
      if (step.kind === 'rest') break;
      if (step.kind === 'call_model' || step.kind === 'run_tools') steps += 1;
      state = this.#perform(state, step);
    }
    if (steps !== stepsOf(this.#loop)) throw new Error(`a chat took ${String(steps)} steps`);
    return steps;
  }

  #begin(): ChatState {
    const commandId = this.#id();
    const { question } = this.#loop;
    return fold(initialState, [
      { type: 'chat_created', commandId, ownerId: 'bench', workflow: this.#workflow.name, variables: {} },
      { type: 'user_message', commandId, messageId: commandId, text: question, by: 'bench' },
    ]);
  }

  #perform(state: ChatState, step: Step): ChatState {
    switch (step.kind) {
      case 'start_run':
        return fold(state, [this.#started(step)]);
      case 'decide':
        return fold(state, step.events);
      case 'call_model': {
        const { request } = step;
        return fold(state, replyEvents(state, this.#workflow, { request, result: this.#model(request) }));
      }
      case 'run_tools':
        return step.calls.reduce((before, run) => {
          const { callId, agent, attempt } = run;
          const runId = before.run?.runId ?? '';
          const started = fold(before, [{ type: 'tool_started', runId, agent, callId, attempt }]);
          const result = { ok: true, ms: 0, result: this.#loop.result } as const;
          return fold(started, toolEvents(started, this.#workflow, { run, result }));
        }, state);
      default:
        throw new Error(`the loop has no step ${step.kind}`);
    }
  }

  #started({ trigger, workflow, variables }: Extract<Step, { kind: 'start_run' }>): NewEvent {
    const about = { workflow, workflowHash: 'two-agents', engineVersion: 1, worker: 'bench' };
    return { type: 'run_started', runId: this.#id(), trigger, variables, ...about };
  }

  #id(): string {
    this.#ids += 1;
    return `bench-${String(this.#ids).padStart(16, '0')}`;
  }
}

function fold(state: ChatState, events: readonly NewEvent[]): ChatState {
  let folded = state;
  for (const event of events) folded = evolve(folded, placed(event, folded.lastSeq + 1));
  return folded;
}

function placed(event: NewEvent, seq: number): ChatEvent {
  return { ...event, seq, at: AT };
}
