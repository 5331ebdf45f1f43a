import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const BUCKET = 'colloquy-files';
/** What s3rver lets in. */
const KEY = 'S3RVER';
const START_MS = 20_000;

/** A server that speaks S3, of a test's own. */
export interface TestS3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

/** Starts s3rver, a server of S3's protocol from npm, as a process of its own with data in a folder of its own. */
export async function startTestS3(): Promise<TestS3> {
  const dataDir = await mkdtemp(join(tmpdir(), 'colloquy-s3-'));
  const manifest = createRequire(import.meta.url).resolve('s3rver/package.json');
  const program = join(dirname(manifest), 'bin', 's3rver.js');
  const port = await freePort();
  const options = [
    '--address',
    '127.0.0.1',
    '--port',
    String(port),
    '--directory',
    dataDir,
    '--configure-bucket',
    BUCKET,
  ];
  const child = spawn(process.execPath, [program, ...options, '--silent'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await answering(endpoint);
  return {
    endpoint,
    bucket: BUCKET,
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
    async stop() {
      child.kill();
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`no S3 server answers at ${url}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
