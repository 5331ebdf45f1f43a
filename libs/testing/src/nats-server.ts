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
  readonly server: StartedNats;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a real NATS server on a free port with data in a folder of its own, provisioned unless told otherwise.
 * @throws ServerUnavailable when there is no server to be had
 */
export async function startTestNats({ provision = true }: { provision?: boolean } = {}): Promise<TestNats> {
  const dataDir = await mkdtemp(join(tmpdir(), 'colloquy-nats-'));
  const server = await startNats({ dataDir });
  if (provision) await provisionMessaging({ url: server.url });
  return {
    url: server.url,
    port: server.nodes[0]?.port ?? 0,
    server,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
