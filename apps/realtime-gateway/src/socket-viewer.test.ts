import { beforeEach, describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import type { ChatRow } from '@colloquy/contracts';
import type { LiveFeed } from '@colloquy/messaging';
import { EventEmitter } from 'node:events';
import { CommitRing, type PlacedCommit } from './commit-ring.ts';
import { inPieces } from './commit-weight.ts';
import { Sidebars } from './push-sidebar.ts';
import { SocketViewer, type ViewedSocket } from './socket-viewer.ts';

class FakeConnection extends EventEmitter {
  writeBuffer: { data: string }[] = [];
}

let clock: VirtualClock;
let conn: FakeConnection;
let ended: boolean;
let dropped: number;
let viewer: SocketViewer;

beforeEach(() => {
  clock = new VirtualClock();
  conn = new FakeConnection();
  ended = false;
  dropped = 0;
  const socket = {
    conn,
    connected: true,
    disconnect: () => {
      ended = true;
      conn.emit('close');
    },
  } as unknown as ViewedSocket;
  const nothing = (): void => undefined;
  const meters = {
    connected: nothing,
    sent: nothing,
    replay: nothing,
    gap: nothing,
    lagging: nothing,
    reset: nothing,
    dropped: () => (dropped += 1),
  };
  viewer = new SocketViewer({ socket, clock, meters });
});

const fill = (packets: number, characters = 1): void => {
  conn.writeBuffer = Array.from({ length: packets }, () => ({ data: 'x'.repeat(characters) }));
};

describe('SocketViewer', () => {
  it('is behind by packets or by what is in them', () => {
    expect(viewer.behind).toBe(false);
    fill(256);
    expect(viewer.behind).toBe(false);
    fill(257);
    expect(viewer.behind).toBe(true);
    fill(2, 600_000);
    expect(viewer.behind).toBe(true);
  });

  it('W2: has drained when its buffer is empty, and leaves no listener behind', async () => {
    fill(300);
    const both = Promise.all([viewer.drained(), viewer.drained()]);
    await clock.advance(1000);
    fill(0);
    conn.emit('drain');
    await clock.run(both);
    expect(conn.eventNames()).toEqual([]);
    expect(ended).toBe(false);
    await expect(viewer.drained()).resolves.toBeUndefined();
  });

  it('W2: is disconnected after 30 s', async () => {
    fill(300);
    const drained = viewer.drained();
    drained.catch(() => undefined);
    await clock.advance(29_999);
    expect(ended).toBe(false);
    await clock.advance(2);
    expect(ended).toBe(true);
    expect(dropped).toBe(1);
    await expect(drained).rejects.toThrow();
    expect(conn.eventNames()).toEqual([]);
  });

  it('W3: tells at once that it is gone', async () => {
    fill(300);
    const drained = viewer.drained();
    conn.emit('close');
    await expect(drained).rejects.toThrow('closed');
  });
});

describe('CommitRing', () => {
  const commitOf = (seq: number, text = ''): PlacedCommit => ({
    stored: {
      streamSeq: seq * 3,
      msgId: '',
      commit: {
        v: 1,
        chatId: 'c'.repeat(16),
        events: [],
        deltas: [{ messageId: 'm', runId: 'r', agent: 'a', offset: 0, text, kind: 'text' }],
      },
    },
    place: { streamSeq: seq * 3, eventSeq: 0 },
  });
  const at = (streamSeq: number) => ({ streamSeq, eventSeq: 0 });

  it('gives what lies after a place, and nothing of what it cannot know', () => {
    const ring = new CommitRing(at(5));
    for (let seq = 2; seq <= 5; seq++) ring.push(commitOf(seq));
    const seqs = (place: number) => ring.after(at(place))?.map(({ place: { streamSeq } }) => streamSeq);
    expect([4, 5, 6, 7, 15, 99].map(seqs)).toEqual([undefined, [6, 9, 12, 15], [9, 12, 15], [9, 12, 15], [], []]);
  });

  it('is bounded by number and by weight, and forgets without a hole', () => {
    for (const text of ['', 'x'.repeat(100_000)]) {
      const ring = new CommitRing(at(0));
      for (let seq = 1; seq <= 3000; seq++) ring.push(commitOf(seq, text));
      expect(ring.after(at(0))).toBeUndefined();
      const oldest = Array.from({ length: 3000 }, (_, seq) => seq).find((seq) => ring.after(at(seq * 3))) ?? 0;
      expect(ring.after(at(oldest * 3))).toHaveLength(3000 - oldest);
      expect(3000 - oldest).toBeLessThanOrEqual(text === '' ? 512 : 6);
    }
  });

  it('pieces are cut by number and weight, and lose nothing', () => {
    const pieces = [...inPieces([5, 1, 1, 9, 20, 1], { count: 3, weight: 10, weightOf: (item) => item })];
    expect(pieces).toEqual([[5, 1, 1], [9], [20], [1]]);
  });
});

describe('Sidebars', () => {
  const row = { chatId: seededIds(1).uuid() } as ChatRow;

  it('share one subscription a user, which is tried again until it works, and closed with the last device', async () => {
    const log: string[] = [];
    let working = false;
    let push: (row: ChatRow) => void = () => undefined;
    const live: Pick<LiveFeed, 'subscribeUser'> = {
      subscribeUser: async (_key, onRow) => {
        log.push(working ? 'subscribed' : 'failed');
        if (!working) throw new Error('the broker is away');
        push = onRow;
        return { close: async () => void log.push('closed') };
      },
    };
    const got: ChatRow[] = [];
    const nothing = (): void => undefined;
    const logger = { debug: nothing, info: nothing, warn: nothing };
    const sidebars = new Sidebars({ live, clock, logger, send: (_key, sent) => got.push(sent) });
    sidebars.add('key');
    sidebars.add('key');
    await clock.advance(2500);
    working = true;
    await clock.advance(1000);
    expect(log).toEqual(['failed', 'failed', 'failed', 'subscribed']);
    push(row);
    sidebars.remove('key');
    push(row);
    expect(got).toEqual([row, row]);
    sidebars.remove('key');
    await clock.advance(0);
    push(row);
    expect(got).toHaveLength(2);
    expect(log.at(-1)).toBe('closed');
    expect(sidebars.size).toBe(0);
    sidebars.remove('key');
  });
});
