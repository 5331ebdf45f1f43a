import { call } from './docker.ts';

/** The image that docker-compose.yml runs. */
export const MONGODB_IMAGE = process.env['MONGODB_IMAGE'] ?? 'mongo:8.0';

const PULL_MS = 300_000;
const known = new Map<string, Promise<boolean>>();

/** Whether an image is here, or can be pulled. Asked once. */
export function canHave(image: string): Promise<boolean> {
  const found = known.get(image) ?? lookFor(image);
  known.set(image, found);
  return found;
}

async function lookFor(image: string): Promise<boolean> {
  if ((await call('docker', ['image', 'inspect', image])).code === 0) return true;
  return (await call('docker', ['pull', '--quiet', image], { timeoutMs: PULL_MS })).code === 0;
}
