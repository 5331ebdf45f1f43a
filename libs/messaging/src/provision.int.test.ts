import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatCursor, parseCursor } from '@colloquy/contracts';
import { startTestNats, systemClock, systemIds, type TestNats } from '@colloquy/testing';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createServer, type Server } from 'node:net';
import { BrokerUnavailableError, ProvisionError, UnsupportedServerError } from './broker-errors.ts';
import { connectMessaging } from './connect-messaging.ts';
import { provisionMessaging } from './provision.ts';

const TIMEOUT_MS = 60_000;
const changes = (done: readonly { name: string; change: string }[]) =>
  Object.fromEntries(done.map(({ name, change }) => [name, change]));

describe('provisioning', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let jsm: JetStreamManager;

  beforeAll(async () => {
    nats = await startTestNats({ provision: false });
    connection = await connect({ servers: nats.url });
    jsm = await jetstreamManager(connection);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await connection.close();
    await nats.stop();
  }, TIMEOUT_MS);

  it(
    'without it, connecting works and asking says what is missing',
    async () => {
      const messaging = await connectMessaging({ url: nats.url, clock: systemClock, ids: systemIds });
      await expect(messaging.log.epoch()).rejects.toThrow('provision');
      await expect(messaging.tickets.publish({ v: 1, chatId: systemIds.uuid() }, 'x')).rejects.toThrow('provisioned');
      await messaging.drain();
    },
    TIMEOUT_MS,
  );

  it('creates everything once and changes nothing the second time', async () => {
    const first = await provisionMessaging({ url: nats.url });
    expect(new Set(Object.values(changes(first)))).toEqual(new Set(['created']));
    const second = await provisionMessaging({ connection });
    expect(new Set(Object.values(changes(second)))).toEqual(new Set(['unchanged']));
    expect(first.map(({ name }) => name)).toEqual([
      'CHATS',
      'COMMANDS',
      'PARKED',
      'KV_WORKFLOWS',
      'KV_FILES',
      'OBJ_FILES',
      'COMMANDS/commands',
      'COMMANDS/runs',
      'CHATS/persistence',
    ]);
  });

  it('P2: a stream that is made anew counts from somewhere else, so no sequence of the old one means anything on it', async () => {
    const firsts = new Set<number>();
    for (let time = 0; time < 3; time += 1) {
      const { state } = await jsm.streams.info('CHATS');
      firsts.add(state.first_seq);
      expect(state.first_seq).toBeGreaterThan(1);
      const cursor = { epoch: 'epoch1', streamSeq: state.first_seq, eventSeq: 0 };
      expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
      await jsm.streams.delete('CHATS');
      await provisionMessaging({ connection });
    }
    expect(firsts.size).toBe(3);
    expect(new Set(Object.values(changes(await provisionMessaging({ connection }))))).toEqual(new Set(['unchanged']));
  });

  it('gives the streams and durables the settings of the design', async () => {
    const { config: chats } = await jsm.streams.info('CHATS');
    expect(chats).toMatchObject({
      subjects: ['chat.*'],
      storage: 'file',
      retention: 'limits',
      allow_direct: true,
      allow_msg_ttl: true,
      republish: { src: 'chat.*', dest: 'live.chat.{{wildcard(1)}}' },
      duplicate_window: 120e9,
      max_age: 30 * 86_400e9,
      num_replicas: 1,
    });
    const { config: commands } = await jsm.streams.info('COMMANDS');
    expect(commands).toMatchObject({
      subjects: ['command.*', 'run.*', 'timer.*.*'],
      retention: 'workqueue',
      allow_msg_schedules: true,
      allow_msg_ttl: true,
      duplicate_window: 600e9,
    });
    const { config: runs } = await jsm.consumers.info('COMMANDS', 'runs');
    expect(runs).toMatchObject({ filter_subject: 'run.*', ack_wait: 6e9, max_deliver: -1, max_ack_pending: -1 });
    const { config: persistence } = await jsm.consumers.info('CHATS', 'persistence');
    expect(persistence.max_ack_pending).toBeGreaterThanOrEqual(1024);
    expect(persistence.max_deliver).toBe(-1);
  });

  it('the bucket is one that any KV client can read', async () => {
    const kv = await new Kvm(connection).open('WORKFLOWS');
    await kv.put('hash', 'value');
    expect((await kv.get('hash'))?.string()).toBe('value');
    expect((await kv.status()).history).toBe(1);
  });

  it('changes what may be changed', async () => {
    const done = changes(await provisionMessaging({ url: nats.url, maxAgeDays: 7 }));
    expect(done['CHATS']).toBe('updated');
    expect(done['COMMANDS']).toBe('unchanged');
    expect((await jsm.streams.info('CHATS')).config.max_age).toBe(7 * 86_400e9);
    await jsm.consumers.update('COMMANDS', 'runs', { ack_wait: 30e9 });
    expect(changes(await provisionMessaging({ url: nats.url, maxAgeDays: 7 }))['COMMANDS/runs']).toBe('updated');
    expect((await jsm.consumers.info('COMMANDS', 'runs')).config.ack_wait).toBe(6e9);
  });

  it('bounds the bytes of files when it is told to', async () => {
    const done = changes(await provisionMessaging({ url: nats.url, filesMaxBytes: 5_000_000 }));
    expect(done['OBJ_FILES']).toBe('updated');
    expect((await jsm.streams.info('OBJ_FILES')).config.max_bytes).toBe(5_000_000);
  });

  it('says at once that a single server keeps no three copies', async () => {
    await expect(provisionMessaging({ url: nats.url, replicas: 3 })).rejects.toThrow(ProvisionError);
  });

  it('names the settings that cannot be changed, and the fix', async () => {
    await jsm.streams.delete('PARKED');
    await jsm.streams.add({ name: 'PARKED', subjects: ['parked.*.*'], storage: 'memory' });
    const provisioning = provisionMessaging({ url: nats.url });
    await expect(provisioning).rejects.toThrow(ProvisionError);
    await expect(provisioning).rejects.toThrow(/stream PARKED .*storage is "memory", not "file".*remove it/);
  });
});

/** A server that says INFO as the given one does, and answers a CONNECT. */
async function fakeServer(info: object): Promise<{ url: string; server: Server; said: string[] }> {
  const said: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(
      `INFO ${JSON.stringify({ server_id: 'x', proto: 1, headers: true, max_payload: 1048576, ...info })}\r\n`,
    );
    socket.on('data', (chunk) => {
      said.push(String(chunk));
      if (chunk.includes('PING')) socket.write('PONG\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `nats://127.0.0.1:${String(address.port)}`, server, said };
}

describe('a server that cannot be used', () => {
  const options = { clock: systemClock, ids: systemIds };

  it.each([
    ['2.9.10, which has no API level', { version: '2.9.10', jetstream: true }, 'Upgrade it to 2.12'],
    ['2.11.4, of API level 1', { version: '2.11.4', jetstream: true, api_lvl: 1 }, 'Upgrade it to 2.12'],
    ['one without JetStream', { version: '2.15.1' }, 'JetStream switched off'],
  ])('is refused with the fix: %s', async (_name, info, fix) => {
    const { url, server } = await fakeServer(info);
    const connecting = connectMessaging({ url, ...options });
    await expect(connecting).rejects.toThrow(UnsupportedServerError);
    await expect(connecting).rejects.toThrow(fix);
    await expect(provisionMessaging({ url })).rejects.toThrow(fix);
    server.close();
  });

  it('nobody at the URL: the error names NATS_URL', async () => {
    const { url, server } = await fakeServer({ version: '2.15.1' });
    await new Promise((resolve) => server.close(resolve));
    const connecting = connectMessaging({ url, ...options });
    await expect(connecting).rejects.toThrow(BrokerUnavailableError);
    await expect(connecting).rejects.toThrow('NATS_URL');
  });

  it('gets user and password out of the URL, and no error repeats them', async () => {
    const { url, server, said } = await fakeServer({ version: '2.9.10', jetstream: true, auth_required: true });
    const connecting = connectMessaging({ url: url.replace('//', '//me:hu%40sh@'), ...options });
    await expect(connecting).rejects.toThrow(/^(?!.*(?:me:|hu)).*too old/);
    expect(said.join('')).toContain('"user":"me","pass":"hu@sh"');
    await new Promise((resolve) => server.close(resolve));
    const nobody = connectMessaging({ url: url.replace('//', '//me:hu%40sh@'), ...options });
    await expect(nobody).rejects.toThrow(/^(?!.*(?:me:|hu@|hu%)).*NATS_URL/);
  });
});
