import { expect } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { BrokerUnavailableError, EMPTY_LOG, FencedError } from '@colloquy/messaging';
import { type Declare, seqs } from './messaging-world.ts';

/** Histories that are put back on a log. */
export function describeRestore(promise: Declare): void {
  promise('P2: puts a history back whole or not at all, as it was, and only where it is expected', async (w) => {
    const messaging = await w.connect();
    const { log } = messaging;
    const big = 'x'.repeat(200 * 1024);
    const events = [1, 2, 3, 4, 5, 6].map((seq) => ({
      ...w.renamed(`${String(seq)}${big}`),
      seq,
      at: '2026-01-01T00:00:00.000Z',
    })) as ChatEvent[];
    const early = events.slice(0, 5);
    const stored = await log.restore(w.chatId, early, 0);
    const commits = await w.read(messaging);
    expect(commits.flatMap(({ commit }) => commit.events)).toEqual(early);
    expect(commits.length).toBeGreaterThan(1);
    for (const { commit } of commits) expect(JSON.stringify(commit).length).toBeLessThanOrEqual(512 * 1024);
    const end = commits.at(-1)?.streamSeq ?? 0;
    expect(stored).toEqual({ kind: 'stored', streamSeq: end });
    expect(await log.restore(w.chatId, early, 0)).toEqual({ kind: 'contested' });
    expect(await w.read(messaging)).toHaveLength(commits.length);
    expect(await log.restore(w.chatId, events.slice(5), end)).toMatchObject({ kind: 'stored' });
    const last = (await log.last(w.chatId))?.streamSeq ?? 0;
    const writer = log.open(w.chatId, { streamSeq: last, durableStreamSeq: last, lastSeq: 6 });
    expect(seqs((await writer.append({ events: [w.renamed('on')] })).events)).toEqual([7]);
  });

  promise('P2: what was put back fences a writer that began meanwhile, and the other way round', async (w) => {
    const { log } = await w.connect();
    const at = '2026-01-01T00:00:00.000Z';
    const events = [1, 2].map((seq) => ({ ...w.renamed(String(seq)), seq, at })) as ChatEvent[];
    const writer = log.open(w.chatId, { ...EMPTY_LOG, lastSeq: 2 });
    await log.restore(w.chatId, events, 0);
    await expect(writer.append({ events: [w.renamed('late')] })).rejects.toThrow(FencedError);
    const other = w.broker.ids.uuid();
    await log.open(other, { ...EMPTY_LOG, lastSeq: 2 }).append({ events: [w.renamed('first')] });
    expect(await log.restore(other, events, 0)).toEqual({ kind: 'contested' });
  });

  promise('P2: what was put back without an answer is unknown, and the log says whether it was done', async (w) => {
    const [deaf, other] = [await w.connect('deaf'), await w.connect('other')];
    const at = '2026-01-01T00:00:00.000Z';
    const events = [1, 2].map((seq) => ({ ...w.renamed(String(seq)), seq, at })) as ChatEvent[];
    w.broker.deafen(w.nameOf('deaf'));
    await expect(deaf.log.restore(w.chatId, events, 0)).rejects.toThrow(BrokerUnavailableError);
    expect(await w.events(other)).toEqual(events);
    w.broker.restore(w.nameOf('deaf'));
    expect(await other.log.restore(w.chatId, events, 0)).toEqual({ kind: 'contested' });
  });

  promise('nothing cannot be put back', async (w) => {
    const { log } = await w.connect();
    await expect(log.restore(w.chatId, [], 0)).rejects.toThrow(RangeError);
  });
}
