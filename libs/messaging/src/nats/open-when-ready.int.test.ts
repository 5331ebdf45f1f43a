import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock, systemIds } from '@colloquy/testing';
import { freePort, startNats, type StartedNats } from '@colloquy/tools/servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessDeniedError, BrokerUnavailableError, ProvisionError } from '../broker-errors.ts';
import { connectMessaging } from '../connect-messaging.ts';
import { provisionMessaging } from '../provision.ts';

let folder = '';
let nats: StartedNats | undefined;

afterEach(async () => {
  await nats?.stop();
  nats = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Resolves when a fault was told whose error says so. */
function faults(): { readonly onFault: (fault: { error: unknown }) => void; told(text: string): Promise<void> } {
  const messages: string[] = [];
  const waiting = new Map<string, () => void>();
  return {
    onFault: ({ error }) => {
      messages.push(String(error));
      for (const [text, resolve] of waiting) if (String(error).includes(text)) resolve();
    },
    told: (text) =>
      new Promise((resolve) => {
        waiting.set(text, resolve);
        if (messages.some((message) => message.includes(text))) resolve();
      }),
  };
}

/** A server that answers each question about a durable with this, or not at all. */
async function brokerThatSays(answer: string, work: (url: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const info = { server_id: 'x', version: '2.15.1', proto: 1, headers: true, jetstream: true, api_lvl: 2 };
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    socket.write(`INFO ${JSON.stringify({ ...info, max_payload: 1_048_576 })}\r\n`);
    socket.on('data', (chunk) => {
      const said = String(chunk);
      if (said.includes('PING')) socket.write('PONG\r\n');
      const [, subject = ''] = /PUB (\$JS\.API\.CONSUMER\.INFO\S*)/.exec(said) ?? [];
      if (subject !== '' && answer !== '') socket.write(answer.replace('SUBJECT', subject));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await work(`nats://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe('a start before the broker', () => {
  it('waits for the server, then for the streams, then works', async () => {
    folder = await mkdtemp(join(tmpdir(), 'colloquy-wait-'));
    const port = await freePort();
    const url = `nats://127.0.0.1:${port}`;
    const { onFault, told } = faults();
    const connecting = connectMessaging({ url, clock: systemClock, ids: systemIds, onFault, waitMs: 60_000 });
    await told('no NATS server');
    nats = await startNats({ dataDir: folder, port });
    await told('run the provision step');
    await provisionMessaging({ url });
    const messaging = await connecting;
    await messaging.ping();
    await messaging.drain();
  }, 90_000);

  it('does not wait for ever, and without patience not at all', async () => {
    folder = await mkdtemp(join(tmpdir(), 'colloquy-wait-'));
    nats = await startNats({ dataDir: folder });
    const options = { clock: systemClock, ids: systemIds };
    await expect(connectMessaging({ ...options, url: nats.url, waitMs: 1500 })).rejects.toThrow(ProvisionError);
    await nats.stop();
    await expect(connectMessaging({ ...options, url: nats.url })).rejects.toThrow(BrokerUnavailableError);
  }, 60_000);
});

describe('a broker that does not say whether there are streams', () => {
  const options = { clock: systemClock, ids: systemIds };

  it('is not told apart from one that is away: nobody is sent to the provision step', async () => {
    await brokerThatSays('', async (url) => {
      const connecting = connectMessaging({ ...options, url, waitMs: 1 });
      await expect(connecting).rejects.toThrow(BrokerUnavailableError);
      await expect(connecting).rejects.toThrow('does not say whether the streams exist');
    });
  }, 30_000);

  it('is not waited for when it denies access', async () => {
    await brokerThatSays(`-ERR 'Permissions Violation for Publish to "SUBJECT"'\r\n`, async (url) => {
      await expect(connectMessaging({ ...options, url, waitMs: 600_000 })).rejects.toThrow(AccessDeniedError);
    });
  }, 30_000);
});

describe('a wait that is ended', () => {
  it.each([
    ['between two attempts', false],
    ['in the middle of one', true],
  ])('ends at once: %s', async (_when, silent) => {
    await brokerThatSays('', async (answering) => {
      const url = silent ? answering : `nats://127.0.0.1:${String(await freePort())}`;
      const asked = new AbortController();
      const { onFault, told } = faults();
      const options = { url, clock: systemClock, ids: systemIds, waitMs: 600_000, onFault, signal: asked.signal };
      const connecting = connectMessaging(options);
      if (silent) setImmediate(() => asked.abort(new Error('asked to stop')));
      else void told('no NATS server').then(() => asked.abort(new Error('asked to stop')));
      const began = systemClock.monotonic();
      await expect(connecting).rejects.toThrow('asked to stop');
      expect(systemClock.monotonic() - began).toBeLessThan(900);
    });
  });
});
