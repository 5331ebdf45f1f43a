/**
 * Downloads the official mongod: run as a process of its own by the MongoDB provider, because
 * mongodb-memory-server-core is configured by environment variables only.
 * `node download-mongod.ts <folder> <version> <connect timeout ms>`; prints one JSON line: `{path}` or `{refused}`.
 */
import { DryMongoBinary } from 'mongodb-memory-server-core/lib/util/DryMongoBinary.js';
import { MongoBinaryDownload } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js';
import { basename } from 'node:path';
import { downloadText, hashFromChecksums, networkReason, verifySha256 } from './download.ts';
import { Refused } from './provider.ts';

const [folder = '', version = '', timeout = '10000'] = process.argv.slice(2);

async function download(): Promise<string> {
  const options = await DryMongoBinary.generateOptions({ downloadDir: folder, version });
  const url = await new MongoBinaryDownloadUrl({
    ...options,
    platform: process.platform,
    arch: process.arch,
  }).getDownloadUrl();
  // First the small file: a place that cannot be reached is found out within the connect timeout, without retries.
  const checksums = await downloadText(`${url}.sha256`, { connectTimeoutMs: Number(timeout) });
  const expected = hashFromChecksums(checksums, basename(url));
  const downloader = new MongoBinaryDownload({ ...options, downloadDir: folder, version });
  const archive = await downloader.startDownload().catch((error: unknown) => {
    throw new Refused(networkReason(error, url));
  });
  await verifySha256(archive, expected, basename(url));
  await downloader.extract(archive);
  return downloader.getMongodPath();
}

try {
  console.log(JSON.stringify({ path: await download() }));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.log(JSON.stringify({ refused: message.split('\n')[0] }));
}
