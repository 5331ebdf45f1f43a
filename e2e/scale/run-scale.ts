import { randomBytes } from 'node:crypto';
import { pause } from '../chaos/ending.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { figuresOf, type Figures, type Lag, type Reading } from './figures.ts';
import { Gauge } from './gauge.ts';
import { whatWasLost, type Verdict } from './lost.ts';
import { People, type Answered } from './people.ts';
import type { ScaledName, ScaleOptions } from './scale-options.ts';

/** What a scale test of one service came to. */
export interface ScaleOutcome {
  readonly service: ScaledName;
  /** A line for each number of instances, on the way out. */
  readonly figures: readonly Figures[];
  /** What was lost on the way out and in again; nothing, it is hoped. */
  readonly verdict: Verdict;
}

/** How a scale test is run. */
export interface ScaleRun {
  readonly options: ScaleOptions;
  readonly print: (line: string) => void;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Few enough that people wait for an orchestrator while there is only one. */
const MAX_RUNS = 4;
const TOKENS_PER_SECOND = 60;
/** Between two steps on the way in, ms: a drain, and some runs after it. */
const IN_MS = 2000;

/**
 * Starts a system with one instance of a service, lets people talk, adds one instance after the other, then takes them
 * away again while people go on talking; then looks whether anything was lost.
 * @throws what the system throws when it does not start, or the signal's reason
 */
export async function scaleService(service: ScaledName, { options, print, signal }: ScaleRun): Promise<ScaleOutcome> {
  const secret = randomBytes(32).toString('base64url');
  const system = await startSystem({
    instances: { orchestrator: 2, [service]: options.most },
    env: {
      AUTH_MODE: 'guest',
      AUTH_SECRET: secret,
      DEMO_TOKENS_PER_SECOND: String(TOKENS_PER_SECOND),
      ...(service === 'orchestrator' ? { MAX_RUNS: String(MAX_RUNS) } : {}),
    },
  });
  const people = new People({ url: system.url, secret, count: options.people });
  try {
    await system.launched.scale(service, 1);
    await people.start();
    const figures = await measureOut(system, { service, people, options, print, signal });
    for (let count = options.most - 1; count >= 1; count -= 1) {
      signal.throwIfAborted();
      await system.launched.scale(service, count);
      await pause(IN_MS, signal);
    }
    await people.stop();
    const verdict = await whatWasLost(system, people.chats, secret);
    return { service, figures, verdict: { ...verdict, faults: [...people.faults, ...verdict.faults] } };
  } finally {
    people.leave();
    await system.stop();
  }
}

interface Measuring extends ScaleRun {
  readonly service: ScaledName;
  readonly people: People;
}

async function measureOut(system: System, { service, people, options, print, signal }: Measuring): Promise<Figures[]> {
  const gauge = await Gauge.connect(system);
  const figures: Figures[] = [];
  try {
    for (let count = 1; count <= options.most; count += 1) {
      signal.throwIfAborted();
      await system.launched.scale(service, count);
      // What began before with fewer is over.
      await pause(1000, signal);
      const seen = await measure(gauge, service, { people, ms: options.seconds * 1000, signal });
      const measured = figuresOf({ service, instances: count }, seen.readings, seen);
      print(`${service} × ${String(count)}: ${measured.runsPerSecond.toFixed(1)} runs/s`);
      figures.push(measured);
    }
  } finally {
    await gauge.close();
  }
  return figures;
}

async function measure(
  gauge: Gauge,
  service: ScaledName,
  { people, ms, signal }: { readonly people: People; readonly ms: number; readonly signal: AbortSignal },
): Promise<{ readings: [Reading, Reading]; answered: readonly Answered[]; lags: Lag[] }> {
  const over = new AbortController();
  const watching = gauge.watch(over.signal);
  try {
    const from = await gauge.read(service);
    await pause(ms, signal);
    const to = await gauge.read(service);
    over.abort();
    return { readings: [from, to], answered: people.answered, lags: await watching };
  } finally {
    over.abort();
  }
}
