import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { BrokerRefusedError, BrokerUnavailableError } from './broker-errors.ts';
import { createMessaging } from './create-messaging.ts';
import { createMemoryBroker } from './memory/memory-broker.ts';
import { MemoryLink } from './memory/memory-link.ts';
import { type MemoryBrokerOptions, MemoryServer } from './memory/memory-server.ts';
import { EMPTY_LOG, type LiveCommit, type StoredCommit } from './ports.ts';

const CHAT = 'chat-0000000000000';
const event = { type: 'chat_renamed', title: 'a', by: 'someone' } as const;

function world(options: Partial<MemoryBrokerOptions> = {}) {
  const clock = new VirtualClock();
  const broker = createMemoryBroker({ clock, ids: seededIds(1), ...options });
  return { clock, broker, messaging: broker.connect('a') };
}

async function collect(commits: AsyncIterable<StoredCommit>): Promise<number[]> {
  const found: number[] = [];
  for await (const { streamSeq } of commits) found.push(streamSeq);
  return found;
}

describe('the log', () => {
  it('L2: a complete read waits for a replica that lags, another does not', async () => {
    const { clock, messaging } = world({ replicaLagMs: 500 });
    await clock.run(messaging.log.open(CHAT, EMPTY_LOG).append({ events: [event] }));
    expect(await clock.run(collect(messaging.log.read(CHAT, { after: 0 })))).toEqual([]);
    expect(await clock.run(collect(messaging.log.read(CHAT, { after: 0, complete: true })))).toEqual([1]);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(500);
  });

  it('a read ends when it is aborted', async () => {
    const { clock, messaging } = world({ replicaLagMs: 1e9 });
    await clock.run(messaging.log.open(CHAT, EMPTY_LOG).append({ events: [event] }));
    const abort = new AbortController();
    clock.setTimeout(() => abort.abort(new Error('enough')), 1000);
    const reading = collect(messaging.log.read(CHAT, { after: 0, complete: true, signal: abort.signal }));
    await expect(clock.run(reading)).rejects.toThrow('enough');
  });

  it('a commit that was stored but never republished shows in the last sequences alone', async () => {
    let lost = false;
    const { clock, messaging } = world({ fault: ({ kind }) => (lost && kind === 'republish' ? 'lose' : 'none') });
    const live: LiveCommit[] = [];
    await clock.run(messaging.live.subscribeChat(CHAT, (commit) => live.push(commit)));
    const writer = messaging.log.open(CHAT, EMPTY_LOG);
    await clock.run(writer.append({ events: [event] }));
    lost = true;
    await clock.run(writer.append({ events: [event] }));
    await clock.advance(100);
    expect(live.map(({ streamSeq }) => streamSeq)).toEqual([1]);
    expect(await clock.run(messaging.log.lastSequences([CHAT]))).toEqual(new Map([[CHAT, 2]]));
  });

  it('what a killed process sends afterwards never arrives, and it hears nothing', async () => {
    const { clock, broker, messaging } = world();
    const [dead, live] = [broker.connect('dead'), [] as LiveCommit[]];
    await clock.run(dead.live.subscribeChat(CHAT, (commit) => live.push(commit)));
    dead.kill();
    let settled = false;
    const lost = dead.log.open(CHAT, EMPTY_LOG).append({ events: [event] });
    lost.then(
      () => (settled = true),
      () => (settled = true),
    );
    await clock.run(messaging.log.open(CHAT, EMPTY_LOG).append({ events: [event] }));
    await clock.advance(60_000);
    expect(broker.messages('CHATS')).toHaveLength(1);
    expect({ settled, live }).toEqual({ settled: false, live: [] });
  });

  it('what arrives at a frozen process waits until it thaws', async () => {
    const { clock, broker, messaging } = world();
    const frozen = broker.connect('frozen');
    const live: number[] = [];
    await clock.run(frozen.live.subscribeChat(CHAT, ({ streamSeq }) => live.push(streamSeq)));
    frozen.freeze();
    const writer = messaging.log.open(CHAT, EMPTY_LOG);
    await clock.run(writer.append({ events: [event] }));
    await clock.run(writer.append({ events: [event] }));
    await clock.advance(1000);
    expect(live).toEqual([]);
    frozen.thaw();
    expect(live).toEqual([1, 2]);
  });

  it.each([
    ['there is no leader', 10008, BrokerUnavailableError],
    ['the storage is full', 10047, BrokerUnavailableError],
    ['a batch was not complete in time', 10176, BrokerUnavailableError],
    ['it is larger than the server takes', 10054, BrokerRefusedError],
    ['the stream was not made for it', 10174, BrokerRefusedError],
  ])('a history that is refused because %s may be tried again where that helps', async (_, code, error) => {
    const clock = new VirtualClock();
    const ids = seededIds(1);
    const link = new MemoryLink(new MemoryServer({ clock, ids }), 'a');
    Object.assign(link, { publishAtomic: () => Promise.resolve({ kind: 'refused', code, message: 'no' }) });
    const { log } = createMessaging(link, { clock, ids });
    const events = [{ ...event, seq: 1, at: '2026-01-01T00:00:00.000Z' }];
    await expect(log.restore(CHAT, events, 0)).rejects.toThrow(error);
  });

  it('a history of more commits than are stored as one is refused in words', async () => {
    const { messaging } = world();
    const title = 'x'.repeat(300 * 1024);
    const events = Array.from({ length: 1001 }, (_, at) => ({
      ...event,
      title,
      seq: at + 1,
      at: '2026-01-01T00:00:00.000Z',
    }));
    await expect(messaging.log.restore(CHAT, events, 0)).rejects.toThrow(/takes 1001 commits .* at most 1000/);
  });
});
