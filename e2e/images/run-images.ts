import { buildImages } from './build-images.ts';
import { checkStack } from './check-stack.ts';
import { Checklist } from './checklist.ts';
import { call } from './docker.ts';
import { canHave, MONGODB_IMAGE } from './find-mongodb.ts';
import { images, nameOf, SECANTUSDB } from './images.ts';
import type { Phase } from './images-options.ts';
import { Stack } from './stack.ts';

/** Why the engine's tests cannot be run here; undefined when they can. */
async function whyNot(): Promise<string | undefined> {
  const engine = await call('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 20_000 });
  if (engine.code !== 0) return `no Docker engine answers (${engine.stderr.trim().split('\n').at(-1) ?? ''})`;
  const compose = await call('docker', ['compose', 'version', '--short'], { timeoutMs: 20_000 });
  if (compose.code !== 0) return 'docker has no compose plugin';
  return undefined;
}

async function missing(names: readonly string[]): Promise<readonly string[]> {
  const looks = names.map(async (name) =>
    (await call('docker', ['image', 'inspect', name])).code === 0 ? [] : [name],
  );
  return (await Promise.all(looks)).flat();
}

async function runStack(list: Checklist): Promise<void> {
  const mongodb = await canHave(MONGODB_IMAGE);
  if (!mongodb)
    list.note(`! ${MONGODB_IMAGE} cannot be had here: SecantusDB stands in for MongoDB (compose/secantusdb.yml)`);
  const wanted = [...images.map(({ app }) => nameOf(app)), ...(mongodb ? [] : [SECANTUSDB])];
  const there = await list.check('the images have been built', async () => {
    const lacking = await missing(wanted);
    if (lacking.length > 0) throw new Error(`not here: ${lacking.join(', ')}; npm run test:images -- --phase build`);
    return `${wanted.length} images`;
  });
  if (there) await checkStack(list, await Stack.on(mongodb ? [] : ['compose/secantusdb.yml']));
}

/**
 * The tests that need a Docker engine. Without one nothing is run, and that is said loudly.
 * @returns the exit code
 */
export async function runImages(phase: Phase, print: (line: string) => void): Promise<0 | 1> {
  const reason = await whyNot();
  if (reason !== undefined) {
    print(`SKIPPED: ${reason}. Nothing was proved about images and compose; set DOCKER_HOST, or start Docker.`);
    print('0 passed, 0 failed');
    return 0;
  }
  const list = new Checklist(print);
  if (phase !== 'run') await buildImages(list);
  if (phase !== 'build') await runStack(list);
  print(list.verdict);
  return list.good ? 0 : 1;
}
