import { DURABLES } from '@colloquy/contracts';
import type { ParkedMessages } from '@colloquy/messaging';
import type { HealthRegistry, Metrics } from '@colloquy/service';

/** What orchestrators give up on. */
const CONSUMERS = [DURABLES.commands, DURABLES.runs] as const;

/** Says on `/metrics` and `/readyz` how many commands and tickets were given up and wait for an operator. */
export function watchParked(
  parked: Pick<ParkedMessages, 'counts'>,
  { health, metrics }: { health: HealthRegistry; metrics: Metrics },
): void {
  health.addDetail('parked', async () => {
    const counts = await parked.counts();
    return Object.fromEntries(CONSUMERS.map((consumer) => [consumer, counts.get(consumer) ?? 0]));
  });
  metrics.gauge({
    name: 'colloquy_parked_messages',
    help: 'Messages that were given up and wait for an operator, by consumer; every instance says the same: use max; -1 when the broker does not say',
    labels: ['consumer'],
    collect: async (gauge) => {
      const counts = await parked.counts().catch(() => undefined);
      for (const consumer of CONSUMERS)
        gauge.set({ consumer }, counts === undefined ? -1 : (counts.get(consumer) ?? 0));
    },
  });
}
