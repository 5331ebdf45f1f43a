import { HarmedProcess } from '../../apps/orchestrator/src/fixtures/harmed-process.ts';
import type { Nature } from './nature.ts';

/** Where log lines of our services go: only the loud ones matter to a story. */
export interface Lines {
  debug(): void;
  info(): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One process of the house. */
export abstract class HouseProcess extends HarmedProcess {
  readonly nature: Nature;
  readonly logger: Lines;

  constructor(nature: Nature, name: string) {
    const { world, time } = nature;
    const say = (message: string, error: unknown): void => {
      world.warnings.push(`${time.monotonic().toFixed(0)} ${name}: ${message}: ${String(error)}`);
    };
    super(world, name, ({ what, error }) => say(what, error));
    this.nature = nature;
    const loud = (fields: object, message: string): void => say(message, Reflect.get(fields, 'err'));
    this.logger = { debug: () => undefined, info: () => undefined, warn: loud, error: loud };
  }

  /** Something has come over the network: it is read when the process runs, and never by a dead one. */
  receive(read: () => void): void {
    this.clock.setTimeout(read, 0);
  }
}
