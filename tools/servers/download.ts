import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Refused } from './provider.ts';

/** How patient a download is. */
export interface DownloadOptions {
  /** Milliseconds until the server must have answered with its headers. */
  readonly connectTimeoutMs: number;
}

/** A download may pause this long between two chunks. */
const stallMs = 30_000;

const certificateCodes =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_)/;

interface Fault {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const isFault = (value: unknown): value is Fault => typeof value === 'object' && value !== null && 'message' in value;

/** The innermost cause that carries a code: fetch wraps what the socket said. By shape: a realm has its own Error. */
function innermost(error: unknown): { code: string; message: string } {
  let current = error;
  let last = { code: '', message: String(error) };
  while (isFault(current)) {
    const { code, message, cause, errors } = current;
    last = { code: typeof code === 'string' ? code : last.code, message: String(message).replace(/\s*\n\s*/g, ' ') };
    current = Array.isArray(errors) ? (errors as readonly unknown[])[0] : cause;
  }
  return last;
}

/** One line for people about why a request failed, with the way out where there is one. */
export function networkReason(error: unknown, url: string): string {
  const { code, message } = innermost(error);
  const host = new URL(url).host;
  if (certificateCodes.test(code)) {
    return `the certificate of ${host} is not trusted (${code}); behind a TLS-inspecting proxy set NODE_EXTRA_CA_CERTS to its CA file`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${host} cannot be resolved (no network, or no DNS)`;
  if (code === 'ECONNREFUSED') return `${host} refuses connections`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return `${host} does not answer`;
  return `${host}: ${message}${code === '' ? '' : ` (${code})`}`;
}

async function request(url: string, options: DownloadOptions): Promise<{ response: Response; abort: AbortController }> {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new Error(`no answer within ${options.connectTimeoutMs / 1000} s`)),
    options.connectTimeoutMs,
  );
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    if (!response.ok)
      throw new Refused(`${url} answers ${response.status}${response.status === 404 ? ' (not found)' : ''}`);
    return { response, abort };
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(networkReason(error, url));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gets a small text, such as a checksum file.
 * @throws Refused with the reason in one line
 */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  const { response } = await request(url, options);
  return response.text().catch((error: unknown) => {
    throw new Refused(networkReason(error, url));
  });
}

/**
 * Gets a file; at `path` there is the whole file or nothing.
 * @throws Refused with the reason in one line
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions): Promise<void> {
  const { response, abort } = await request(url, options);
  if (response.body === null) throw new Refused(`${url} answers without a body`);
  const part = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), { recursive: true });
  let timer = setTimeout(() => {}, 0);
  const body = Readable.fromWeb(response.body as ReadableStream);
  const restart = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
  };
  restart();
  body.on('data', restart);
  try {
    await pipeline(body, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new Refused(`${networkReason(error, url)}, while downloading`);
  } finally {
    clearTimeout(timer);
  }
}

/** SHA-256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * The hash that a checksum file (`<hash>  <file name>` a line) gives for a file.
 * @throws Refused when the file is not in it
 */
export function hashFromChecksums(checksums: string, fileName: string): string {
  for (const line of checksums.split('\n')) {
    const [hash = '', name = ''] = line.trim().split(/\s+\*?/);
    if (name === fileName && /^[0-9a-f]{64}$/i.test(hash)) return hash.toLowerCase();
  }
  throw new Refused(`the checksum file has no SHA-256 for ${fileName}`);
}

/**
 * Deletes the file and refuses when its SHA-256 is not the expected one.
 * @throws Refused naming both hashes
 */
export async function verifySha256(path: string, expected: string, name: string): Promise<void> {
  const actual = await sha256OfFile(path);
  if (actual === expected) return;
  await rm(path, { force: true });
  throw new Refused(
    `wrong hash: ${name} has SHA-256 ${actual.slice(0, 16)}… but ${expected.slice(0, 16)}… is expected; it was deleted. Check the mirror`,
  );
}
