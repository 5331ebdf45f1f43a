import { connect } from 'node:net';

/** What a NATS server says of itself before anything is asked: the fields that matter here. */
export interface NatsInfo {
  readonly version: string;
  /** JetStream is switched on. */
  readonly jetstream: boolean;
}

/** Host and port of one `nats://` or `tls://` address; the scheme may be left out. */
export function natsAddress(url: string): { host: string; port: number } {
  const parsed = new URL(/^[a-z]+:\/\//i.test(url) ? url : `nats://${url}`);
  if (!['nats:', 'tls:'].includes(parsed.protocol)) throw new Error(`${url}: use nats:// or tls://`);
  if (parsed.hostname === '') throw new Error(`${url} has no host`);
  return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: parsed.port === '' ? 4222 : Number(parsed.port) };
}

function parseInfo(line: string): NatsInfo {
  if (!line.startsWith('INFO ')) throw new Error('what answers there is not a NATS server');
  const info: unknown = JSON.parse(line.slice(5));
  if (typeof info !== 'object' || info === null) throw new Error('what answers there is not a NATS server');
  const { version, jetstream } = info as { version?: unknown; jetstream?: unknown };
  if (typeof version !== 'string') throw new Error('the server does not say its version');
  return { version, jetstream: jetstream === true };
}

/**
 * Reads the INFO line, which a NATS server sends in the clear before TLS and before any password.
 * @throws Error in words for people: refused, no answer within `timeoutMs`, not a NATS server
 */
export function readNatsInfo(url: string, timeoutMs: number): Promise<NatsInfo> {
  return new Promise((resolve, reject) => {
    const { host, port } = natsAddress(url);
    const socket = connect({ host, port });
    let text = '';
    const end = (result: () => void): void => {
      socket.destroy();
      result();
    };
    const failed = (message: string): void => end(() => reject(new Error(message)));
    socket.setTimeout(timeoutMs, () => failed(`no answer within ${timeoutMs / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === undefined ? error.message : error.code),
    );
    socket.once('end', () => failed('closed without a word'));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const at = text.indexOf('\r\n');
      if (at < 0 && text.length < 65_536) return;
      end(() => {
        try {
          resolve(parseInfo(text.slice(0, Math.max(at, 0))));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  });
}
