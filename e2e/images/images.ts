import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/paths.ts';
import { topology } from '../../tools/topology.ts';

const MB = 1_000_000;

/** One image of ours, and what it may weigh over the image that it stands on. */
export interface Image {
  readonly app: string;
  readonly mostBytes: number;
}

/** Those with more than a service's libs: tools of workflows, Next.js. */
const LARGER: Readonly<Record<string, number>> = { orchestrator: 90 * MB, web: 90 * MB };

/** All images: one for each app of the topology, and the operator's commands. */
export const images: readonly Image[] = [
  ...topology.filter(({ kind }) => kind === 'node' || kind === 'next').map(({ name }) => name),
  'ops',
].map((app) => ({ app, mostBytes: LARGER[app] ?? 60 * MB }));

/** The version that images carry as their tag. */
export const version: string = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
).version;

/** The name of an image. */
export const nameOf = (app: string): string => `colloquy/${app}:${version}`;

/** The stand-in for MongoDB, where its own image cannot be had. */
export const SECANTUSDB = nameOf('secantusdb');

/** The value that an ARG of the Dockerfile has unless somebody says otherwise. */
export function defaultOf(argument: string): string {
  const found = new RegExp(`^ARG ${argument}=(\\S+)`, 'm').exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`the Dockerfile has no ARG ${argument}`);
  return found;
}
