import { createTokens } from '@colloquy/access';
import { systemClock, systemIds } from '@colloquy/service';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launch } from '../../tools/launcher/launch.ts';
import { topology } from '../../tools/topology.ts';

/** A realtime gateway in a process of its own, with the servers that it needs, and somebody who may enter. */
export interface BenchGateway {
  readonly url: string;
  /** The process of the gateway. */
  readonly pid: number;
  readonly natsUrl: string;
  readonly userId: string;
  readonly token: string;
}

const NEEDED = new Set(['nats', 'mongodb', 'realtime-gateway']);

/** Starts the gateway as `npm start` does, gives it to the work, and leaves nothing of it. */
export async function withGateway<T>(work: (gateway: BenchGateway) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-'));
  const secret = systemIds.random(48);
  // The benchmark brings its own servers, whatever the person who runs it has set.
  const { NATS_URL: _nats, MONGODB_URI: _mongo, ...own } = process.env;
  try {
    const launched = await launch({
      dataDir,
      services: topology.filter(({ name }) => NEEDED.has(name)),
      ports: 'free',
      build: false,
      env: { ...own, AUTH_SECRET: secret, AUTH_MODE: 'guest', LOG_LEVEL: 'warn' },
    });
    try {
      const tokens = createTokens({ mode: 'guest', secret, clock: systemClock, ids: systemIds });
      const { token, userId } = await tokens.issueGuest();
      const pid = launched.processes().find(({ name }) => name === 'realtime-gateway')?.pid;
      if (pid === undefined) throw new Error('the gateway does not run');
      return await work({ url: launched.url, pid, natsUrl: launched.urls.get('nats')?.[0] ?? '', token, userId });
    } finally {
      await launched.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
