import { createReadStream } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const block = 512;

/** A field of a tar header: text up to the first NUL. */
const field = (header: Buffer, start: number, length: number): string =>
  header.toString('utf8', start, start + length).split('\0', 1)[0] ?? '';

/**
 * Takes one file out of a .tar.gz and makes it executable.
 * @throws Error when the archive is broken or no entry's path ends with `/<name>`
 */
export async function extractFile(archive: string, name: string, target: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(archive).pipe(createGunzip())) chunks.push(chunk as Buffer);
  const tar = Buffer.concat(chunks);
  for (let at = 0; at + block <= tar.length;) {
    const header = tar.subarray(at, at + block);
    const path = field(header, 0, 100);
    if (path === '') break;
    const size = Number.parseInt(field(header, 124, 12).trim(), 8);
    if (!Number.isInteger(size)) throw new Error(`${archive} is not a tar archive`);
    if (`/${path}`.endsWith(`/${name}`) && size > 0) {
      await writeFile(target, tar.subarray(at + block, at + block + size));
      await chmod(target, 0o755);
      return;
    }
    at += block + Math.ceil(size / block) * block;
  }
  throw new Error(`${archive} has no file ${name}`);
}
