import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DURABLES, STREAMS } from '@colloquy/contracts';
import { connectMessaging, provisionMessaging, type Messaging } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/service';
import { startNats, type StartedNats } from '../../tools/servers/index.ts';
import { drainTickets, publishTickets } from './tickets.ts';

let folder = '';
let nats: StartedNats;
let messaging: Messaging;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickets-'));
  nats = await startNats({ dataDir: folder });
  await provisionMessaging({ url: nats.url });
  messaging = await connectMessaging({ url: nats.url, name: 'tickets', clock: systemClock, ids: systemIds });
}, 60_000);

afterAll(async () => {
  await messaging.drain();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Jsz {
  readonly account_details?: readonly {
    readonly name: string;
    readonly stream_detail: readonly {
      readonly name: string;
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}

/** The lag as KEDA's scaler reads it. */
async function lag(): Promise<number | undefined> {
  const answer = await fetch(`${nats.monitorUrl}/jsz?acc=$G&consumers=true&config=true`);
  const { account_details: accounts = [] } = (await answer.json()) as Jsz;
  const stream = accounts
    .find(({ name }) => name === '$G')
    ?.stream_detail.find(({ name }) => name === STREAMS.commands);
  const consumer = stream?.consumer_detail?.find(({ name }) => name === DURABLES.runs);
  return consumer && consumer.num_pending + consumer.num_ack_pending;
}

it('shows KEDA as many runs wanted as there are tickets waiting or held, by the names of the contracts', async () => {
  expect(await lag()).toBe(0);
  await publishTickets(messaging, 500, 'tickets-500');
  expect(await lag()).toBe(500);
  const held = await messaging.tickets.pull({ count: 64, waitMs: 1000 });
  expect(held.length).toBeGreaterThan(0);
  expect(await lag()).toBe(500);
  for (const ticket of held) ticket.nak();
  expect(await drainTickets(messaging)).toBe(500);
  expect(await lag()).toBe(0);
}, 30_000);
