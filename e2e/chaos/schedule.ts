/**
 * Which faults are made when. Invariants:
 * 1. The schedule follows from seed, minutes and number of NATS nodes alone: a seed that fails makes the same faults again.
 * 2. A process under a fault, or just back from one, gets no second one; of NATS nodes at most one is down at a time.
 * 3. Every kind of fault comes once before any comes again (a shuffled deck).
 * 4. While the whole stack is killed nothing else goes on.
 */
import { Seeded } from './seeded.ts';

/** Signals, by what they are for. */
export type ProcessFaultKind = 'kill' | 'term' | 'hang';
/** What a cable can do to what goes through it. */
export type CableFaultKind = 'cut' | 'half-open' | 'delay' | 'reset' | 'silent' | 'slow';

/** One fault. */
export type Fault =
  | {
      readonly kind: ProcessFaultKind;
      /** Milliseconds from the beginning of the schedule. */
      readonly at: number;
      /** How long it lasts; 0 when it is over at once (the process is started again by itself). */
      readonly lastsMs: number;
      readonly name: string;
      /** Counts from 1. */
      readonly instance: number;
    }
  | { readonly kind: CableFaultKind; readonly at: number; readonly lastsMs: number; readonly cable: number }
  /** Every client loses its connection at once. */
  | { readonly kind: 'herd'; readonly at: number; readonly lastsMs: 0 }
  /** `kill -9` of every process, then a new launch on the same data. */
  | { readonly kind: 'stack'; readonly at: number; readonly lastsMs: number }
  /** The disk of a server is full for a while. */
  | { readonly kind: 'full'; readonly at: number; readonly lastsMs: number; readonly name: 'nats' | 'mongodb' };

/** What a schedule is drawn from. */
export interface ScheduleWishes {
  readonly seed: number;
  readonly minutes: number;
  readonly natsNodes: 1 | 3;
}

/** How many cables clients go through. */
export const CABLES = 4;

/** How many instances run of each service; servers are said by `natsNodes`. */
export const INSTANCES: Readonly<Record<string, number>> = {
  orchestrator: 2,
  persistence: 2,
  'api-gateway': 2,
  'realtime-gateway': 2,
  'event-logger': 1,
  'demo-model': 2,
  edge: 1,
  mongodb: 1,
};

type Card = { readonly kind: ProcessFaultKind; readonly name: string } | { readonly kind: CableFaultKind | 'herd' };

const SIGNALS: readonly ProcessFaultKind[] = ['kill', 'hang', 'term'];

/** How often a service is hit in one pass of the deck by each signal. */
const HITS: readonly (readonly [string, number])[] = [
  ['orchestrator', 2],
  ['persistence', 1],
  ['api-gateway', 1],
  ['realtime-gateway', 1],
  ['nats', 1],
  ['mongodb', 1],
];

const CABLE_KINDS: readonly CableFaultKind[] = ['cut', 'half-open', 'delay', 'reset', 'silent', 'slow'];

const DECK: readonly Card[] = [
  ...HITS.flatMap(([name, times]) =>
    SIGNALS.flatMap((kind): Card[] => Array.from({ length: times }, () => ({ kind, name }))),
  ),
  { kind: 'kill', name: 'edge' },
  { kind: 'hang', name: 'edge' },
  { kind: 'kill', name: 'demo-model' },
  { kind: 'kill', name: 'event-logger' },
  ...CABLE_KINDS.map((kind): Card => ({ kind })),
  { kind: 'herd' },
];

const FIRST_MS = 4_000;
/** A hang outlasts every timeout of ours: ack_wait 6 s, owner requests 1 s, health checks, pings of NATS (2 of 5 s). */
const HANG_MS = { from: 12_500, to: 17_000 } as const;
/** From one fault to the next. */
const PAUSE_MS = { from: 3_500, to: 8_500 } as const;
/** How long a process is left in peace after a fault. */
const PEACE_MS = 9_000;
const ORCHESTRATOR_PEACE_MS = 12_000;
const NATS_PEACE_MS = { 1: 12_000, 3: 20_000 } as const;
/** A whole-stack kill and the launch after it. */
const STACK_MS = 25_000;
const FULL_MS = 15_000;
/** After the last fault there is time to see it heal. */
const LAST_MS = 2_000;

const lasts: Readonly<Record<Card['kind'], readonly [number, number]>> = {
  kill: [0, 0],
  term: [0, 0],
  hang: [HANG_MS.from, HANG_MS.to],
  cut: [0, 0],
  'half-open': [8_000, 20_000],
  delay: [5_000, 15_000],
  reset: [2_000, 6_000],
  silent: [3_000, 9_000],
  slow: [5_000, 40_000],
  herd: [0, 0],
};

class Drawing {
  readonly #random: Seeded;
  readonly #wishes: ScheduleWishes;
  readonly #endMs: number;
  /** Until when a process or a cable is not to be touched. */
  readonly #busy = new Map<string, number>();
  readonly #faults: Fault[] = [];
  #deck: Card[] = [];

  constructor(wishes: ScheduleWishes) {
    this.#wishes = wishes;
    this.#random = new Seeded(wishes.seed);
    this.#endMs = wishes.minutes * 60_000;
  }

  draw(): readonly Fault[] {
    const windows = this.#windows();
    let at = FIRST_MS;
    while (at < this.#endMs - LAST_MS) {
      const next = windows[0];
      if (next !== undefined && at >= next.at - HANG_MS.to) {
        windows.shift();
        this.#faults.push(next);
        at = next.at + next.lastsMs + PEACE_MS;
        continue;
      }
      const fault = this.#next(at);
      if (fault !== undefined) this.#faults.push(fault);
      at += this.#random.whole(PAUSE_MS.from, PAUSE_MS.to);
    }
    return this.#faults.sort((a, b) => a.at - b.at);
  }

  /** What has the stage to itself: nothing that lasts may reach into it. */
  #windows(): Fault[] {
    const { minutes } = this.#wishes;
    if (minutes < 1.5) return [];
    const stack = (part: number): Fault => ({
      kind: 'stack',
      at: Math.round(this.#endMs * (part + this.#random.next() * 0.08)),
      lastsMs: STACK_MS,
    });
    const full = (part: number, name: 'nats' | 'mongodb'): Fault => ({
      kind: 'full',
      at: Math.round(this.#endMs * part),
      lastsMs: FULL_MS,
      name,
    });
    if (minutes < 5) return [stack(0.45)];
    return [stack(0.2), full(0.45, 'nats'), full(0.6, 'mongodb'), stack(0.75)];
  }

  #next(at: number): Fault | undefined {
    for (let tries = 0; tries < 12; tries += 1) {
      if (this.#deck.length === 0) this.#deck = this.#random.shuffled(DECK);
      const card = this.#deck.shift();
      if (card === undefined) return undefined;
      const fault = this.#play(card, at);
      if (fault !== undefined) return fault;
      this.#deck.push(card);
    }
    return undefined;
  }

  #play(card: Card, at: number): Fault | undefined {
    const [from, to] = lasts[card.kind];
    const lastsMs = this.#random.whole(from, to);
    if (card.kind === 'herd') return { kind: 'herd', at, lastsMs: 0 };
    if ('name' in card) return this.#playProcess({ kind: card.kind, name: card.name, at, lastsMs });
    const cable = this.#random.whole(0, CABLES - 1);
    if (!this.#isFree(`cable ${cable}`, at)) return undefined;
    this.#busy.set(`cable ${cable}`, at + lastsMs);
    return { kind: card.kind, at, lastsMs, cable };
  }

  #playProcess(of: { kind: ProcessFaultKind; name: string; at: number; lastsMs: number }): Fault | undefined {
    const { name, at, lastsMs } = of;
    const count = name === 'nats' ? this.#wishes.natsNodes : (INSTANCES[name] ?? 1);
    const instance = this.#random.whole(1, count);
    // One at a time of those whose fault another one of them has to make good.
    const key = name === 'nats' || name === 'orchestrator' ? name : `${name} ${instance}`;
    const hung = this.#isFree(`hang of ${name}`, at);
    if (!this.#isFree(key, at) || (of.kind === 'hang' && !hung)) return undefined;
    const until = at + lastsMs;
    this.#busy.set(key, until + this.#peaceOf(name));
    if (of.kind === 'hang') this.#busy.set(`hang of ${name}`, until + PEACE_MS);
    return { ...of, instance };
  }

  #peaceOf(name: string): number {
    if (name === 'nats') return NATS_PEACE_MS[this.#wishes.natsNodes];
    return name === 'orchestrator' ? ORCHESTRATOR_PEACE_MS : PEACE_MS;
  }

  #isFree(key: string, at: number): boolean {
    return (this.#busy.get(key) ?? 0) <= at;
  }
}

/** Draws the faults of a run, in the order of their times. */
export function drawSchedule(wishes: ScheduleWishes): readonly Fault[] {
  return new Drawing(wishes).draw();
}

/** Its victim in words. */
export function victimOf(fault: Fault): string {
  if ('instance' in fault) return `${fault.name} #${fault.instance}`;
  if ('cable' in fault) return `cable ${fault.cable}`;
  if (fault.kind === 'full') return `the disk of ${fault.name}`;
  return fault.kind === 'herd' ? 'every client' : 'every process';
}
