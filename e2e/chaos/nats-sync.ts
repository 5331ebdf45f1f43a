import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const LOOK_MS = 500;
/** A leader that has not heard of a replica for longer than this does not have it. */
const HEARD_NS = 3_000_000_000;

/** What is still on the queues of the orchestrators: messages that wait, and messages without an ack. */
export interface QueueState {
  readonly stream: string;
  readonly durable: string;
  readonly pending: number;
  readonly unacknowledged: number;
}

/** How long to wait for NATS. */
export interface SyncWait {
  readonly withinMs: number;
  /** Gives up at once. */
  readonly signal: AbortSignal;
}

/**
 * Waits until JetStream serves and all replicas of all streams are current.
 * @returns false when they are not within the time
 */
export async function natsInSync(urls: () => readonly string[], { withinMs, signal }: SyncWait): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (performance.now() < end && !signal.aborted) {
    if (await isInSync(urls()).catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

async function withManager<T>(
  urls: readonly string[],
  work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: [...urls], timeout: 2_000, reconnect: false });
  try {
    return await work(await jetstreamManager(connection, { timeout: 3_000 }));
  } finally {
    await connection.close();
  }
}

async function isInSync(urls: readonly string[]): Promise<boolean> {
  // Every node takes clients: one that is only just starting does not count as there.
  for (const url of urls) await withManager([url], async (manager) => manager.getAccountInfo());
  return withManager(urls, async (manager) => {
    for await (const { cluster } of manager.streams.list()) {
      const replicas = cluster?.replicas ?? [];
      if (cluster !== undefined && cluster.leader === undefined) return false;
      if (replicas.some(({ current, offline, active }) => !current || offline || active > HEARD_NS)) return false;
    }
    return true;
  });
}

/** What the durables of a stream still have to do. */
export async function queueStates(urls: readonly string[]): Promise<QueueState[]> {
  return withManager(urls, async (manager) => {
    const states: QueueState[] = [];
    for await (const { config } of manager.streams.list()) {
      for await (const consumer of manager.consumers.list(config.name)) {
        const { num_pending: pending, num_ack_pending: unacknowledged } = consumer;
        states.push({ stream: config.name, durable: consumer.name, pending, unacknowledged });
      }
    }
    return states;
  });
}
