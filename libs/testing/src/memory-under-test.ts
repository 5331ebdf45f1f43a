import { createMemoryBroker, type MemoryBrokerOptions, type MemoryConnection } from '@colloquy/messaging';
import type { MessagingUnderTest } from './messaging-under-test.ts';
import { seededIds } from './seeded-ids.ts';
import { VirtualClock } from './virtual-clock.ts';

/** The broker in memory, in virtual time. */
export function memoryUnderTest(options: Partial<MemoryBrokerOptions> = {}): MessagingUnderTest {
  const clock = new VirtualClock();
  const ids = seededIds(1, () => clock.now());
  const broker = createMemoryBroker({ clock, ids, ...options });
  const connections = new Map<string, MemoryConnection>();
  const find = (name: string): MemoryConnection => {
    const connection = connections.get(name);
    if (connection === undefined) throw new RangeError(`no connection ${name}`);
    return connection;
  };
  return {
    clock,
    ids,
    async connect(name, { deltaTtlSeconds } = {}) {
      const connection = broker.connect(name, deltaTtlSeconds === undefined ? {} : { deltaTtlSeconds });
      connections.set(name, connection);
      return connection;
    },
    run: (body) => clock.run(body()),
    deafen: (name) => find(name).deafen(),
    restore: (name) => find(name).restore(),
    async inject(subject, data) {
      broker.inject(subject, data);
    },
    stop: async () => undefined,
  };
}
