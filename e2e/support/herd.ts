import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** One socket to be: who it is and which chat it follows. */
export interface HerdViewer {
  readonly token: string;
  readonly chatId: string;
}

/** What the process with the sockets is told. */
export interface HerdOrder {
  readonly id: number;
  readonly do: 'add' | 'leave' | 'back' | 'report';
  readonly url?: string;
  readonly viewers?: readonly HerdViewer[];
  readonly withinMs?: number;
}

/** How the sockets are. Lists are in the order in which they were added. */
export interface HerdReport {
  /** How many are connected and subscribed. */
  readonly live: number;
  /** `seq` of the last event of each, none before it left out. */
  readonly lastSeqs: readonly number[];
  /** For each: from its beginning to connect to the last event that it got, in ms. */
  readonly tookMs: readonly number[];
  /** Events that came without the one before them. */
  readonly holes: number;
  /** Subscriptions that were refused or not answered. */
  readonly refusals: number;
  /** How often they connected, all together. */
  readonly connections: number;
}

/** Its answer. */
export interface HerdAnswer {
  readonly id: number;
  readonly report: HerdReport;
}

/** Many sockets, in a process of their own so that the test does not slow them down. */
export class Herd {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (report: HerdReport) => void>();
  #orders = 0;

  constructor() {
    this.#process = fork(path.join(import.meta.dirname, 'herd-process.ts'), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#process.on('message', ({ id, report }: HerdAnswer) => {
      this.#waiting.get(id)?.(report);
      this.#waiting.delete(id);
    });
  }

  /** Sockets that connect now. */
  add(url: string, viewers: readonly HerdViewer[]): Promise<HerdReport> {
    return this.#tell({ do: 'add', url, viewers });
  }

  /** Cuts them all; they stay away. */
  leave(): Promise<HerdReport> {
    return this.#tell({ do: 'leave' });
  }

  /** Lets them all connect again, evenly spread over this time. */
  back(withinMs: number): Promise<HerdReport> {
    return this.#tell({ do: 'back', withinMs });
  }

  report(): Promise<HerdReport> {
    return this.#tell({ do: 'report' });
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }

  #tell(order: Omit<HerdOrder, 'id'>): Promise<HerdReport> {
    const id = (this.#orders += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#process.send({ id, ...order });
    });
  }
}
