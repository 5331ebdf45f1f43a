import { join } from 'node:path';
import { root } from '../../tools/paths.ts';
import { checkImage } from './check-image.ts';
import type { Checklist } from './checklist.ts';
import { call, docker } from './docker.ts';
import { canHave, MONGODB_IMAGE } from './find-mongodb.ts';
import { images, nameOf, SECANTUSDB, version } from './images.ts';

const BUILD_MS = 20 * 60_000;

/** What the person who builds says: a network, secrets of a registry, other base images. */
const flags = (): readonly string[] =>
  (process.env['DOCKER_BUILD_FLAGS'] ?? '').split(/\s+/).filter((one) => one !== '');

async function revision(): Promise<string> {
  const { code, stdout } = await call('git', ['-C', root, 'rev-parse', 'HEAD']);
  return code === 0 ? stdout.trim() : 'unknown';
}

/** Builds every image from the Dockerfile as it is, and checks each. */
export async function buildImages(list: Checklist): Promise<void> {
  const labels = { revision: await revision(), created: new Date().toISOString() };
  const common = [`VERSION=${version}`, `REVISION=${labels.revision}`, `CREATED=${labels.created}`];
  for (const image of images) {
    const args = [`APP=${image.app}`, ...common].flatMap((one) => ['--build-arg', one]);
    const built = await list.check(`${image.app}: builds`, async () => {
      await docker(['build', ...flags(), ...args, '--tag', nameOf(image.app), root], { timeoutMs: BUILD_MS });
      return undefined;
    });
    if (built) await checkImage(list, image, labels);
  }
  if (await canHave(MONGODB_IMAGE)) return;
  await list.check('secantusdb: builds, as the stand-in for MongoDB', async () => {
    const file = join(root, 'compose', 'secantusdb', 'Dockerfile');
    await docker(['build', ...flags(), '--file', file, '--tag', SECANTUSDB, root], { timeoutMs: BUILD_MS });
    return `${MONGODB_IMAGE} cannot be had here`;
  });
}
