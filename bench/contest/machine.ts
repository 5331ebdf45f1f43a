import os from 'node:os';
import { ensureMongoServer } from '../../tools/servers/index.ts';

/** What a figure belongs to. */
export interface Machine {
  readonly at: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly database: string;
  readonly loadBefore: number;
}

/** The machine as it is now. */
export async function machineFacts(): Promise<Machine> {
  const mongo = await ensureMongoServer({ say: () => undefined });
  return {
    at: new Date().toISOString(),
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cpus: os.availableParallelism(),
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.versions.node,
    database: mongo.kind === 'url' ? 'one that runs elsewhere' : `${mongo.flavour} ${mongo.version}`,
    loadBefore: os.loadavg()[0] ?? 0,
  };
}
