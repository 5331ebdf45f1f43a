import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OpsError, type OpsContext } from './ops-command.ts';

interface Local {
  readonly processes: readonly { readonly name: string; readonly url: string }[];
}

/**
 * Where a server is: its environment variable, else what runs on this machine.
 * @throws OpsError that names both ways
 */
export async function addressOf(server: 'nats' | 'mongodb', { env, dataDir }: OpsContext): Promise<string> {
  const variable = server === 'nats' ? 'NATS_URL' : 'MONGODB_URI';
  const given = env[variable];
  if (given !== undefined && given !== '') return given;
  const text = await readFile(join(dataDir, 'local.json'), 'utf8').catch(() => '');
  const local: Local = text === '' ? { processes: [] } : (JSON.parse(text) as Local);
  const urls = local.processes.filter(({ name }) => name === server).map(({ url }) => url);
  if (urls.length > 0) return urls.join(',');
  throw new OpsError(`No ${server} is known: start the system with npm start, or set ${variable}.`);
}
