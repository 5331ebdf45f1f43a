/** Compose and Kubernetes run the same servers with the same settings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../paths.ts';
import { NATS_SETTINGS, SERVER_IMAGES } from '../server-settings.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const below = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `${folder}/${name}`);

/** The image without its registry and tag. */
const repository = (image: string): string => image.replace(/:[^/:]+$/, '');

/** Images that differ from the list, though they are of one of its repositories. */
function strangers(file: string, text: string): readonly string[] {
  const images = [...text.matchAll(/\bimage: *(?:\$\{\w+:-)?'?([^\s}']+)/g)].map(([, image = '']) => image);
  return images
    .filter((image) => Object.values(SERVER_IMAGES).some((known) => repository(known) === repository(image)))
    .filter((image) => !Object.values<string>(SERVER_IMAGES).includes(image))
    .map((image) => `${file}: ${image}`);
}

/** Settings of a nats.conf that differ. */
function differences(file: string, text: string): readonly string[] {
  return Object.entries(NATS_SETTINGS)
    .map(([name, value]) => ({ name, value, has: new RegExp(`^\\s*${name}: *"?([^"\\s]+)`, 'm').exec(text)?.[1] }))
    .filter(({ value, has }) => has !== value)
    .map(({ name, value, has }) => `${file}: ${name} is ${has ?? 'not set'}, not ${value}`);
}

describe('servers of others', () => {
  const files = ['docker-compose.yml', ...below('compose'), ...below('k8s')];
  const natsFiles = ['compose/nats/nats.conf', 'k8s/components/nats/nats.conf'];

  it('have one version each, everywhere', () => {
    expect(files.flatMap((file) => strangers(file, read(file)))).toEqual([]);
    for (const image of Object.values(SERVER_IMAGES))
      expect(files.filter((file) => read(file).includes(image)).length).toBeGreaterThan(1);
  });

  it('of NATS are told the same', () => {
    expect(natsFiles.flatMap((file) => differences(file, read(file)))).toEqual([]);
  });

  it('are found out when one is of another version, or is told something else', () => {
    const [compose = '', nats = ''] = ['docker-compose.yml', ...natsFiles].map(read);
    expect(strangers('here', compose.replace('nats:2.12-alpine', 'nats:2.11-alpine'))).toEqual([
      'here: nats:2.11-alpine',
    ]);
    expect(differences('here', nats.replace('max_payload: 1MB', 'max_payload: 2MB'))).toEqual([
      'here: max_payload is 2MB, not 1MB',
    ]);
    expect(differences('here', nats.replace(/.*sync_interval.*/, ''))).toEqual([
      'here: sync_interval is not set, not 1s',
    ]);
  });
});
