import type { Clock, TimerHandle } from '@colloquy/contracts';

class VirtualTimer {
  readonly fn: () => void;
  readonly at: number;
  readonly order: number;
  constructor(fn: () => void, at: number, order: number) {
    this.fn = fn;
    this.at = at;
    this.order = order;
  }
}

const before = (a: VirtualTimer, b: VirtualTimer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** How far a condition or a promise may take virtual time by default, in ms. */
const DEADLINE_MS = 10 * 60_000;

/** Lets everything run that is ready now: promise callbacks, and what they make ready in turn. */
const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that moves only when told to: timers fire in the order of their time, then of their making, and everything that
 * one makes ready runs before the next fires. So the same program gives the same history every time.
 */
export class VirtualClock implements Clock {
  private readonly heap: VirtualTimer[] = [];
  private readonly cancelled = new WeakSet<TimerHandle>();
  private readonly start: number;
  private elapsed = 0;
  private made = 0;

  /** @param start - wall-clock time at the beginning, in ms since the epoch */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.start = start;
  }

  now(): number {
    return Math.floor(this.start + this.elapsed);
  }

  monotonic(): number {
    return this.elapsed;
  }

  setTimeout(fn: () => void, ms: number): TimerHandle {
    this.made += 1;
    const timer = new VirtualTimer(fn, this.elapsed + Math.max(0, ms), this.made);
    this.push(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    this.cancelled.add(handle);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(asError(signal.reason));
        return;
      }
      const onAbort = (): void => {
        this.clearTimeout(timer);
        reject(asError(signal?.reason));
      };
      const timer = this.setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    await idle();
    while (this.nextAt() <= end) await this.step();
    this.elapsed = end;
  }

  /**
   * Lets time pass until the condition holds.
   * @throws Error when it does not within `deadlineMs` of virtual time, or when nothing is left that could happen
   */
  async runUntil(condition: () => boolean, { deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {}): Promise<void> {
    const end = this.elapsed + deadlineMs;
    await idle();
    while (!condition()) {
      const next = this.nextAt();
      if (next === Infinity) throw new Error('nothing is left to happen, and the condition does not hold');
      if (next > end) throw new Error(`the condition does not hold after ${String(deadlineMs)} ms of virtual time`);
      await this.step();
    }
  }

  /** Lets time pass until the promise settles; gives or throws what it does. */
  async run<T>(promise: Promise<T>, options: { deadlineMs?: number } = {}): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    await this.runUntil(() => settled, options);
    return promise;
  }

  private async step(): Promise<void> {
    const timer = this.pop();
    if (timer === undefined || this.cancelled.has(timer)) return;
    this.elapsed = timer.at;
    timer.fn();
    await idle();
  }

  private nextAt(): number {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (!this.cancelled.has(top)) return top.at;
      this.pop();
    }
    return Infinity;
  }

  private push(timer: VirtualTimer): void {
    let i = this.heap.push(timer) - 1;
    while (i > 0) {
      const parent = this.heap[(i - 1) >> 1];
      if (parent === undefined || !before(timer, parent)) break;
      this.heap[i] = parent;
      i = (i - 1) >> 1;
    }
    this.heap[i] = timer;
  }

  private pop(): VirtualTimer | undefined {
    const [top] = this.heap;
    const last = this.heap.pop();
    if (last !== undefined && last !== top) this.sink(last);
    return top;
  }

  private sink(timer: VirtualTimer): void {
    let i = 0;
    for (;;) {
      const left = this.heap[2 * i + 1];
      const right = this.heap[2 * i + 2];
      if (left === undefined) break;
      const [child, at] = right !== undefined && before(right, left) ? [right, 2 * i + 2] : [left, 2 * i + 1];
      if (!before(child, timer)) break;
      this.heap[i] = child;
      i = at;
    }
    this.heap[i] = timer;
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
