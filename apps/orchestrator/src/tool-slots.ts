import type { ToolRun } from '@colloquy/engine';

interface Waiting {
  readonly run: ToolRun;
  readonly enter: () => void;
}

/**
 * Which tools a chat runs, in all of its runs: child runs go on at once, and what a tool can bear is its own affair.
 *
 * Invariant (tests name it): S4  Of a tool with `maxConcurrent` no more than that run at once, whichever runs ask for it;
 * who waits gets its place in the order of asking.
 */
export class ToolSlots {
  readonly #taken = new Map<string, number>();
  #waiting: readonly Waiting[] = [];

  /** Takes a place for a call if there is one; nobody who waits for that tool is passed by. */
  tryEnter(run: ToolRun): boolean {
    const { name } = run.tool;
    if (!this.#hasRoom(run) || this.#waiting.some((other) => other.run.tool.name === name)) return false;
    this.#taken.set(name, this.#count(name) + 1);
    return true;
  }

  /** Takes a place for a call as soon as there is one. False when the signal came before. */
  enter(run: ToolRun, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.tryEnter(run)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiting = {
        run,
        enter: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting = [...this.#waiting, waiting];
    });
  }

  /** Gives the place of a call back: to the first who waits for that tool. */
  leave({ tool: { name } }: ToolRun): void {
    const next = this.#waiting.find(({ run }) => run.tool.name === name);
    if (next === undefined) {
      this.#taken.set(name, this.#count(name) - 1);
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== next);
    next.enter();
  }

  #hasRoom({ tool }: ToolRun): boolean {
    const most = ('unknown' in tool ? undefined : tool.maxConcurrent) ?? Infinity;
    return this.#count(tool.name) < most;
  }

  #count(name: string): number {
    return this.#taken.get(name) ?? 0;
  }
}
