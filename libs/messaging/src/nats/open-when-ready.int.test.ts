import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock, systemIds } from '@colloquy/testing';
import { freePort, startNats, type StartedNats } from '@colloquy/tools/servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerUnavailableError, ProvisionError } from '../broker-errors.ts';
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
