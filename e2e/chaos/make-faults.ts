import type { ChaosSystem } from './chaos-system.ts';
import { pause } from './ending.ts';
import type { RoughCable } from './rough-cable.ts';
import { victimOf, type Fault, type ProcessFaultKind } from './schedule.ts';
import type { Disturbance, OwnerFault } from './takeover.ts';

/** What faults are made on. */
export interface FaultParts {
  readonly system: ChaosSystem;
  readonly cables: readonly RoughCable[];
  readonly signal: AbortSignal;
  /** A line of the timeline. */
  readonly say: (text: string) => void;
  /** Waits until the NATS nodes are in sync; says whether they are. */
  readonly natsInSync: () => Promise<boolean>;
  /** Makes the disk of a server full, and gives it back; says why when that cannot be done here. */
  readonly fillDisk: (name: 'nats' | 'mongodb', lastsMs: number) => Promise<string | undefined>;
}

/** A fault that was made. */
export interface MadeFault {
  readonly fault: Fault;
  /** ms since the epoch. */
  readonly from: number;
  to: number;
}

const SIGNAL_OF: Readonly<Record<ProcessFaultKind, NodeJS.Signals>> = {
  kill: 'SIGKILL',
  term: 'SIGTERM',
  hang: 'SIGSTOP',
};
/** How long a process that was killed needs to be back, generously: a takeover in this time is not alone. */
const BACK_MS = 6_000;
/** Until the model is back, and the retries of a call that began before. */
const MODEL_BACK_MS = 20_000;
const DELAY_MS = 700;

/** Makes the faults of a schedule, each at its time. */
export class FaultMaker {
  readonly made: MadeFault[] = [];
  readonly owners: OwnerFault[] = [];
  readonly #parts: FaultParts;
  readonly #going = new Set<Promise<void>>();

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /** Resolves when all have been made and are over. */
  async follow(schedule: readonly Fault[]): Promise<void> {
    const began = performance.now();
    for (const fault of schedule) {
      await this.#pause(fault.at - (performance.now() - began));
      if (this.#parts.signal.aborted) break;
      const making: Promise<void> = this.#make(fault)
        .catch((error: unknown) => {
          this.#parts.say(
            `${fault.kind} ${victimOf(fault)}: ${error instanceof Error ? error.message : String(error)}`,
          );
          // A system that does not come back is no fault of the schedule.
          if (fault.kind === 'stack') throw error;
        })
        .finally(() => this.#going.delete(making));
      this.#going.add(making);
      if (fault.kind === 'stack' || fault.kind === 'full') await making;
      making.catch(() => undefined);
    }
    await Promise.all([...this.#going]);
  }

  /** Times in which something that a takeover needs was away, besides the owner itself. */
  disturbances(): Disturbance[] {
    return this.#timesOf('nats', BACK_MS);
  }

  /** Times in which a call of the model may have failed for good. */
  modelAway(): Disturbance[] {
    return this.#timesOf('demo-model', MODEL_BACK_MS);
  }

  #timesOf(server: string, backMs: number): Disturbance[] {
    return this.made.flatMap(({ fault, from, to }) => {
      const matters = fault.kind === 'stack' || fault.kind === 'full' || ('name' in fault && fault.name === server);
      return matters ? [{ from, to: to + backMs }] : [];
    });
  }

  async #make(fault: Fault): Promise<void> {
    const made: MadeFault = { fault, from: Date.now(), to: Date.now() };
    if ('instance' in fault) await this.#strike(fault, made);
    else if ('cable' in fault) await this.#harm(fault, made);
    else if (fault.kind === 'herd') this.#herd(made);
    else if (fault.kind === 'stack') await this.#killStack(made);
    else await this.#fill(fault, made);
    made.to = Date.now();
  }

  #begin(made: MadeFault, how = ''): void {
    this.made.push(made);
    const { fault } = made;
    const lasts = fault.lastsMs > 0 ? ` for ${(fault.lastsMs / 1000).toFixed(1)} s` : '';
    this.#parts.say(`${fault.kind} ${victimOf(fault)}${lasts}${how}`);
  }

  async #strike(fault: Extract<Fault, { instance: number }>, made: MadeFault): Promise<void> {
    const { system, natsInSync } = this.#parts;
    const { kind, name, instance } = fault;
    if (name === 'nats' && !(await natsInSync())) {
      this.#parts.say(`${kind} ${victimOf(fault)}: left out, the nodes are not in sync`);
      return;
    }
    const worker = name === 'orchestrator' ? await system.workerOf(instance) : undefined;
    const struck = { ...made, from: Date.now(), to: Date.now() };
    system.signal(name, instance, SIGNAL_OF[kind]);
    if (worker !== undefined) this.owners.push({ kind, worker, at: Date.now() });
    this.#begin(struck, worker === undefined ? '' : ` (${worker})`);
    if (kind === 'hang') {
      await this.#pause(fault.lastsMs);
      if (!system.down) system.signal(name, instance, 'SIGCONT');
      this.#parts.say(`${victimOf(fault)} wakes`);
    }
    struck.to = Date.now();
  }

  async #harm(fault: Extract<Fault, { cable: number }>, made: MadeFault): Promise<void> {
    const cable = this.#parts.cables[fault.cable];
    if (cable === undefined) return;
    this.#begin(made, `, ${cable.connections} connections`);
    if (fault.kind === 'cut') {
      cable.cut();
      return;
    }
    cable.turn(fault.kind, fault.kind === 'delay' ? DELAY_MS : 0);
    await this.#pause(fault.lastsMs);
    cable.turn('whole');
  }

  #herd(made: MadeFault): void {
    const { cables } = this.#parts;
    this.#begin(made, `, ${cables.reduce((sum, { connections }) => sum + connections, 0)} connections`);
    for (const cable of cables) cable.cut();
  }

  async #killStack(made: MadeFault): Promise<void> {
    const { system, say } = this.#parts;
    this.#begin(made);
    await system.killAll();
    const began = performance.now();
    await system.start();
    say(`everything is back, launched in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }

  async #fill(fault: Extract<Fault, { kind: 'full' }>, made: MadeFault): Promise<void> {
    this.#begin(made);
    const refused = await this.#parts.fillDisk(fault.name, fault.lastsMs);
    if (refused === undefined) return;
    this.made.splice(this.made.indexOf(made), 1);
    this.#parts.say(`full ${fault.name}: left out, ${refused}`);
  }

  #pause(ms: number): Promise<void> {
    return pause(ms, this.#parts.signal);
  }
}
