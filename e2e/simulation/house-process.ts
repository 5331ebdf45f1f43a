import type { MemoryConnection } from '@colloquy/messaging';
import { ProcessClock } from '../../apps/orchestrator/src/fixtures/process-clock.ts';
import type { Nature } from './nature.ts';

/** A process that can be harmed; the orchestrator's fixture is one as well. */
export interface Harmed {
  readonly name: string;
  readonly connection: MemoryConnection;
  readonly alive: boolean;
  readonly frozen: boolean;
  /** It was told to go, and goes as soon as it can. */
  readonly leaving: boolean;
  /** kill -9: nothing that it does from now on reaches anybody. */
  kill(): void;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT: timers that are due fire, and what has come meanwhile is read. */
  thaw(): void;
  /** SIGTERM. */
  drain(): Promise<void>;
}

/** Where log lines of our services go: only the loud ones matter to a story. */
export interface Lines {
  debug(): void;
  info(): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One process of the house with its own clock and connection. */
export abstract class HouseProcess implements Harmed {
  readonly name: string;
  readonly nature: Nature;
  readonly clock: ProcessClock;
  readonly connection: MemoryConnection;
  readonly logger: Lines;
  #alive = true;
  #frozen = false;
  #leaving = false;

  constructor(nature: Nature, name: string) {
    const { world, time } = nature;
    this.name = name;
    this.nature = nature;
    this.clock = new ProcessClock(time);
    const say = (message: string, error: unknown): void => {
      world.warnings.push(`${time.monotonic().toFixed(0)} ${name}: ${message}: ${String(error)}`);
    };
    const loud = (fields: object, message: string): void => say(message, Reflect.get(fields, 'err'));
    this.logger = { debug: () => undefined, info: () => undefined, warn: loud, error: loud };
    const onFault = ({ what, error }: { what: string; error: unknown }): void => say(what, error);
    this.connection = world.broker.connect(name, { ...world.connection, clock: this.clock, onFault });
  }

  get alive(): boolean {
    return this.#alive;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  get leaving(): boolean {
    return this.#leaving;
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.clock.kill();
    this.connection.kill();
    this.gone();
  }

  freeze(): void {
    this.#frozen = true;
    this.clock.freeze();
    this.connection.freeze();
    this.stands();
  }

  thaw(): void {
    this.#frozen = false;
    this.clock.thaw();
    this.connection.thaw();
  }

  async drain(): Promise<void> {
    this.#leaving = true;
    await this.leave();
    await this.connection.drain();
    if (!this.#alive) return;
    this.#alive = false;
    this.clock.kill();
    this.gone();
  }

  /** Something has come over the network: it is read when the process runs, and never by a dead one. */
  receive(read: () => void): void {
    this.clock.setTimeout(read, 0);
  }

  /** Stops in order. */
  protected abstract leave(): Promise<void>;

  /** Its network connections are closed by the system. */
  protected gone(): void {
    // most processes are connected to the broker only
  }

  /** It stands still from now on. */
  protected stands(): void {
    // nobody but the broker notices
  }
}
