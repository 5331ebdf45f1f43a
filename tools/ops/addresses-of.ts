import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OpsError, type OpsContext } from './ops-command.ts';

interface Local {
  readonly url?: string;
  readonly processes: readonly { readonly name: string; readonly url: string }[];
}

/** An address holds a password, so it may be in a file, as the services take it. @throws OpsError */
async function givenAddress(variable: 'NATS_URL' | 'MONGODB_URI', env: OpsContext['env']): Promise<string | undefined> {
  const plain = textOf(env[variable]);
  const file = textOf(env[`${variable}_FILE`]);
  if (file === undefined) return plain;
  if (plain !== undefined) throw new OpsError(`Set ${variable} or ${variable}_FILE, not both.`);
  const content = await readFile(file, 'utf8').catch(() => '');
  if (content.trim() === '') throw new OpsError(`${variable}_FILE: the file ${file} cannot be read, or it is empty.`);
  return content.trim();
}

/**
 * Where a server is: its environment variable (or the file that `<NAME>_FILE` names), else what runs on this machine.
 * @throws OpsError that names both ways
 */
export async function addressOf(server: 'nats' | 'mongodb', { env, dataDir }: OpsContext): Promise<string> {
  const variable = server === 'nats' ? 'NATS_URL' : 'MONGODB_URI';
  const given = await givenAddress(variable, env);
  if (given !== undefined) return given;
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
  ['NATS_URL', 'NATS_URL_FILE', 'MONGODB_URI', 'MONGODB_URI_FILE'].some((name) => textOf(env[name]) !== undefined);

const textOf = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

async function localSystem(dataDir: string): Promise<Local> {
  const text = await readFile(join(dataDir, 'local.json'), 'utf8').catch(() => '');
  return text === '' ? { processes: [] } : (JSON.parse(text) as Local);
}
