import { connect, type NatsConnection } from '@nats-io/transport-node';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectMessaging, provisionMessaging, type Messaging } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/service';
import { startNats } from '../../tools/servers/index.ts';

/** A broker of a benchmark's own, with the connections of both sides. */
export interface BenchNats {
  readonly url: string;
  /** The processes of the broker. */
  readonly pids: readonly number[];
  /** Ours: what the services write with. */
  readonly messaging: Messaging;
  /** The floor: the bare client. */
  readonly bare: NatsConnection;
}

/** Ours, connected as a service is. */
export const openMessaging = (url: string): Promise<Messaging> =>
  connectMessaging({ url, name: 'bench', clock: systemClock, ids: systemIds });

/** The bare client. */
export const openBare = (url: string): Promise<NatsConnection> => connect({ servers: url, noAsyncTraces: true });

/** Starts a provisioned broker with file storage, gives it to the work, and leaves nothing of it. */
export async function withNats<T>(work: (nats: BenchNats) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-'));
  const server = await startNats({ dataDir });
  try {
    await provisionMessaging({ url: server.url });
    const [messaging, bare] = await Promise.all([openMessaging(server.url), openBare(server.url)]);
    try {
      return await work({ url: server.url, pids: server.pids(), messaging, bare });
    } finally {
      await Promise.all([messaging.drain(), bare.close()]);
    }
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
