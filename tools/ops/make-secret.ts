import { randomBytes } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OpsError, type OpsCommand } from './ops-command.ts';

/** Bytes of a new secret: as many as the hash that tokens are signed with. */
const BYTES = 32;

/** A secret in a file of its own, for AUTH_SECRET_FILE. One that is there stays: a new one would send all guests away. */
export const makeSecret: OpsCommand = {
  usage: 'secret <file>',
  text: 'make a random secret for AUTH_SECRET_FILE, unless the file is there',
  async run({ args, cwd, print }) {
    const [given] = args;
    if (given === undefined) throw new OpsError('Which file? For example: npm run ops -- secret auth-secret');
    const file = resolve(cwd, given);
    const made = await makeOnce(file).catch((error: unknown) => {
      throw new OpsError(`The secret cannot be written to ${file}: ${String(error)}`);
    });
    print(made ? `Made a secret in ${file}.` : `There is a secret in ${file}: it stays.`);
  },
};

/** Whole or not at all: half a secret that stays would keep the gateways from starting for ever. */
async function makeOnce(file: string): Promise<boolean> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    // Services run as other users than the one that makes it, and only what mounts its folder sees it.
    await writeFile(aside, `${randomBytes(BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o444 });
    await link(aside, file);
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
