import { startNats, type StartedNats } from '@colloquy/tools/servers';
import { provisionMessaging } from '@colloquy/messaging';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A NATS server of a test's own. */
export interface TestNats {
  readonly url: string;
  /** Port of the first node. */
  readonly port: number;
  /** Ports of all nodes. */
  readonly ports: readonly number[];
  readonly server: StartedNats;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** What a test's server should be like. */
export interface TestNatsOptions {
  readonly provision?: boolean;
  readonly nodes?: 1 | 3;
}

/**
 * Starts a real NATS server, or a cluster of three with three copies of everything, on free ports with data in a folder
 * of its own; provisioned unless told otherwise.
 * @throws ServerUnavailable when there is no server to be had
 */
export async function startTestNats({ provision = true, nodes = 1 }: TestNatsOptions = {}): Promise<TestNats> {
  const dataDir = await mkdtemp(join(tmpdir(), 'colloquy-nats-'));
  const server = await startNats({ dataDir, nodes });
  if (provision) await provisionMessaging({ url: server.url, replicas: nodes });
  const ports = server.nodes.map(({ port }) => port);
  return {
    url: server.url,
    port: ports[0] ?? 0,
    ports,
    server,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
