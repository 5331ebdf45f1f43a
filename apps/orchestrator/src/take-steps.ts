import { isAtRest, nextSteps, releaseEvents, type PlannedStep } from '@colloquy/engine';
import { performStep, type WorkStep } from './perform-step.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';

/** Most steps of a chat that go on at once; others wait until one of them is over, but for what is only to be recorded. */
const MOST_AT_ONCE = 16;

/** A decision that follows from the log put nothing on it: it would follow again, for ever. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
}

/**
 * Takes the steps of a chat until none is left, those of its child runs at once. When this process is asked to stop each
 * run comes to its step boundary, and all of them are given back together.
 * @throws FencedError when somebody else owns the chat; StuckError when a decision leads nowhere; whatever a step throws
 */
export async function takeSteps(parts: OrchestratorParts, chat: RunningChat): Promise<'rest' | 'released'> {
  const taking = new Taking(parts, chat);
  for (;;) {
    chat.lost.throwIfAborted();
    taking.throwIfFailed();
    if (!chat.draining) taking.begin();
    if (taking.busy) await taking.moved();
    else if (chat.draining) return release(parts, chat);
    else if (await chat.refuse((state) => isAtRest(state, chat.workflow))) return 'rest';
  }
}

/** Gives a run back at a step boundary, so that another orchestrator takes over at once. */
async function release(parts: OrchestratorParts, chat: RunningChat): Promise<'rest' | 'released'> {
  await chat.refuse();
  if (isAtRest(chat.state, chat.workflow)) return 'rest';
  const { worker } = parts;
  await chat.change((state) => ({ events: releaseEvents(state, { worker, ...chat.cutOff }) }));
  parts.meters.released();
  return 'released';
}

class Taking {
  readonly #parts: OrchestratorParts;
  readonly #chat: RunningChat;
  /** The steps that are being taken, by key. */
  readonly #taken = new Map<string, WorkStep>();
  /** By key, how long the log was when a decision was made last. */
  readonly #decidedAt = new Map<string, number>();
  #failure: { readonly reason: unknown } | undefined;
  #moved = false;
  #wake: () => void = () => undefined;

  constructor(parts: OrchestratorParts, chat: RunningChat) {
    this.#parts = parts;
    this.#chat = chat;
    // What a person answers to one run is taken up while another one works.
    chat.onChange = () => {
      this.#ring();
    };
  }

  get busy(): boolean {
    return this.#taken.size > 0;
  }

  /** @throws what a step has thrown */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  /** Begins every step that can be taken and is not being taken yet. */
  begin(): void {
    const { state, workflow } = this.#chat;
    for (const { key, step } of nextSteps(state, workflow, this.#taken)) {
      const hasRoom = step.kind === 'decide' || this.#taken.size < MOST_AT_ONCE;
      if (step.kind !== 'rest' && hasRoom) this.#take({ key, step });
    }
  }

  /** Resolves when a step was over, or an event came, since it was asked last. */
  async moved(): Promise<void> {
    if (!this.#moved) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#moved = false;
  }

  #take({ key, step }: Pick<PlannedStep, 'key'> & { readonly step: WorkStep }): void {
    if (step.kind === 'decide') this.#mustLeadOn(key);
    this.#taken.set(key, step);
    performStep(this.#parts, this.#chat, { key, step })
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      })
      .finally(() => {
        this.#taken.delete(key);
        this.#ring();
      });
  }

  /** The same log gives the same decision. One that is planned again has put nothing on it, nor has anybody else since. */
  #mustLeadOn(key: string): void {
    const { lastSeq } = this.#chat.state;
    if (this.#decidedAt.get(key) === lastSeq) {
      this.#parts.meters.stuck();
      throw new StuckError(`the decision of ${key} at ${String(lastSeq)} put nothing on the log`);
    }
    this.#decidedAt.set(key, lastSeq);
  }

  #ring(): void {
    this.#moved = true;
    this.#wake();
  }
}
