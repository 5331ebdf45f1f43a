import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OpsError, type OpsContext } from './ops-command.ts';

interface Local {
  readonly url?: string;
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
  const { processes } = await localSystem(dataDir);
  const urls = processes.filter(({ name }) => name === server).map(({ url }) => url);
  if (urls.length > 0) return urls.join(',');
  throw new OpsError(`No ${server} is known: start the system with npm start, or set ${variable}.`);
}

/** Where the API is and the secret that its tokens are signed with, or which of them is not known. */
export type ApiAddress = { readonly url: string; readonly secret: string } | { readonly missing: string };

/** Where the API is: API_URL and AUTH_SECRET (or AUTH_SECRET_FILE), else what runs on this machine. */
export async function apiAddressOf({ env, dataDir }: OpsContext): Promise<ApiAddress> {
  const given = textOf(env['API_URL']);
  const local = given === undefined && !elsewhere(env) ? (await localSystem(dataDir)).url : undefined;
  const url = given ?? local;
  if (url === undefined) return { missing: 'set API_URL to where people reach the system, and AUTH_SECRET' };
  const file = textOf(env['AUTH_SECRET_FILE']) ?? (local === undefined ? undefined : join(dataDir, 'auth-secret'));
  const kept = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
  const secret = textOf(env['AUTH_SECRET']) ?? textOf(kept.trim());
  return secret === undefined ? { missing: 'set AUTH_SECRET to what the gateways have' } : { url, secret };
}

/** Servers that were named are not those of the system that runs here. */
const elsewhere = (env: OpsContext['env']): boolean =>
  textOf(env['NATS_URL']) !== undefined || textOf(env['MONGODB_URI']) !== undefined;

const textOf = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

async function localSystem(dataDir: string): Promise<Local> {
  const text = await readFile(join(dataDir, 'local.json'), 'utf8').catch(() => '');
  return text === '' ? { processes: [] } : (JSON.parse(text) as Local);
}
