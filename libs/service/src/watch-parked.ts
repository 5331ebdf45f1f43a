import type { HealthRegistry } from './health-registry.ts';
import type { Metrics } from './metrics.ts';
import type { ServiceClock } from './system-clock.ts';

/** How long a count is good, in ms: a probe and a scrape of every instance must not each go through all that is parked. */
const GOOD_FOR_MS = 5000;

/** What was given up, as the broker says. */
export interface ParkedCounts {
  /** Messages by consumer; a consumer without any may be missing. */
  readonly counts: () => Promise<ReadonlyMap<string, number>>;
  /** The consumers that the service answers for. */
  readonly consumers: readonly string[];
}

/** Says on `/metrics` and `/readyz` how many messages were given up and wait for an operator; makes nothing unready. */
export function watchParked(
  { counts, consumers }: ParkedCounts,
  { clock, health, metrics }: { clock: ServiceClock; health: HealthRegistry; metrics: Metrics },
): void {
  const recent = remembered(clock, counts);
  health.addDetail('parked', async () => {
    const found = await recent();
    return Object.fromEntries(consumers.map((consumer) => [consumer, found.get(consumer) ?? 0]));
  });
  metrics.gauge({
    name: 'colloquy_parked_messages',
    help: 'Messages that were given up and wait for an operator, by consumer; every instance says the same: use max; -1 when the broker does not say',
    labels: ['consumer'],
    collect: async (gauge) => {
      const found = await recent().catch(() => undefined);
      for (const consumer of consumers) gauge.set({ consumer }, found === undefined ? -1 : (found.get(consumer) ?? 0));
    },
  });
}

/** One question at a time, and its answer again while it is good; a failure is not kept. */
function remembered<T>(clock: ServiceClock, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return () => {
    if (last !== undefined && clock.monotonic() - last.at < GOOD_FOR_MS) return last.answer;
    const asked = { answer: ask(), at: clock.monotonic() };
    last = asked;
    asked.answer.catch(() => {
      if (last === asked) last = undefined;
    });
    return asked.answer;
  };
}
