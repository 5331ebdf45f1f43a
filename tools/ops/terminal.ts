import { Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline/promises';
import type { Readable } from 'node:stream';

/** Where a person sits: what a command needs that goes on and asks. */
export interface Terminal {
  /** Writes as it is, without a line's end. */
  write(text: string): void;
  readonly colours: boolean;
  /** Puts a question; undefined when nobody can answer any more. Rejects when `signal` aborts. */
  ask(prompt: string, signal: AbortSignal): Promise<string | undefined>;
  /** Calls `fn` at each Ctrl-C. Returns how to stop. */
  onInterrupt(fn: () => void): () => void;
  close(): void;
}

/** The terminal, or the pipe, that this process was started at. */
export function processTerminal(): Terminal {
  let lines: Lines | undefined;
  return {
    write: (text) => void process.stdout.write(text),
    colours: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    ask(prompt, signal) {
      lines ??= new Lines();
      return lines.next(prompt, signal);
    },
    onInterrupt(fn) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, fn);
      return () => {
        for (const signal of signals) process.off(signal, fn);
      };
    },
    close: () => lines?.close(),
  };
}

/** Lines of standard input, asked for one at a time; those of a pipe that come early wait. */
class Lines {
  readonly #reader: Interface;
  readonly #early: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #ended = false;

  constructor() {
    this.#reader = createInterface({ input: process.stdin, terminal: false });
    this.#reader.on('line', (line) => {
      if (this.#waiting === undefined) this.#early.push(line);
      else this.#waiting(line);
    });
    this.#reader.on('close', () => {
      this.#ended = true;
      this.#waiting?.(undefined);
    });
  }

  async next(prompt: string, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    process.stdout.write(prompt);
    const early = this.#early.shift();
    if (early !== undefined || this.#ended) return early;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#waiting = undefined;
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        done();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting = (line) => {
        done();
        resolve(line);
      };
    });
  }

  close(): void {
    this.#reader.close();
    // A pipe or a terminal must not keep this process; a file (/dev/null is one) is read by a stream that has no unref.
    const stdin: Readable = process.stdin;
    if (stdin instanceof Socket) stdin.unref();
    else stdin.destroy();
  }
}
