import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createMemoryBroker } from './memory/memory-broker.ts';
import type { MemoryBrokerOptions } from './memory/memory-server.ts';
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
});
