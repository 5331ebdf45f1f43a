import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../paths.ts';

const BASE = 'docker-compose.yml';
/** Two that take the place of the same server. */
const NOT_TOGETHER: readonly (readonly [string, string])[] = [['compose/ha.yml', 'compose/secantusdb.yml']];

/** The base file alone, with each other one, and with all that go together. */
export async function composeCombinations(): Promise<readonly (readonly string[])[]> {
  if (!existsSync(join(root, BASE))) return [];
  const others = (await readdir(join(root, 'compose')))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `compose/${name}`)
    .toSorted();
  const sets = others.reduce<readonly (readonly string[])[]>(
    (so, other) => [...so, ...so.map((files) => [...files, other])],
    [[]],
  );
  return sets
    .filter((files) => !NOT_TOGETHER.some(([one, two]) => files.includes(one) && files.includes(two)))
    .map((files) => [BASE, ...files]);
}
