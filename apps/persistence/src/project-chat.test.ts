import { beforeEach, describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type ChatRow } from '@colloquy/contracts';
import type { StoredCommit } from '@colloquy/messaging';
import { createMemoryStore } from '@colloquy/store';
import { randomLog, VirtualClock } from '@colloquy/testing';
import { NotAChatError, recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import { HeaderCache } from './header-cache.ts';
import type { ProjectionParts } from './ports.ts';
import { projectChat } from './project-chat.ts';

const CHAT = 'chat-0000-0000-0001';
const LOG = randomLog([1, 0, 2, 3, 1, 4, 0, 7, 2, 6, 5, 3, 1, 1, 2, 0, 4, 9, 1, 3], CHAT).filter(
  ({ commit }) => commit.events.length > 0,
);
const EPOCH = LOG[0]?.epoch ?? '';
const LAST = LOG.at(-1)?.commit.events.at(-1)?.seq ?? 0;
const calls: string[] = [];
const store = (() => {
  let current = createMemoryStore();
  return {
    get: () => current,
    reset: () => {
      current = createMemoryStore({
        fault: ({ method, when }) => {
          if (when === 'before') calls.push(method);
        },
      });
    },
  };
})();
let log: PlacedCommit[];
let rows: ChatRow[];

/** A log that holds what `log` holds, and nobody's commands: the projection only reads it. */
function createParts(cached = 10): ProjectionParts {
  const read = async function* (_chatId: string, { after }: { after: number }): AsyncGenerator<StoredCommit> {
    calls.push('log');
    for (const { commit, streamSeq } of log) if (streamSeq > after) yield { commit, streamSeq, msgId: 'w.1' };
  };
  const unused = () => Promise.reject(new Error('the projection does not ask this'));
  return {
    messaging: {
      log: {
        epoch: () => Promise.resolve(EPOCH),
        read,
        last: unused,
        lastSequences: unused,
        chatIds: unused,
        open: never,
        restore: unused,
        erase: async (_chatId, upTo) => void (log = log.filter(({ streamSeq }) => streamSeq > upTo)),
      },
      live: { publishUser: (_key, row) => void rows.push(row), subscribeChat: unused, subscribeUser: unused },
    },
    store: store.get(),
    headers: new HeaderCache(cached),
    clock: new VirtualClock(),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    meters: {
      batch: () => undefined,
      written: () => undefined,
      parked: () => undefined,
      filled: () => undefined,
      outage: () => undefined,
      erased: () => undefined,
    },
  };
}

function never(): never {
  throw new Error('the projection does not write');
}

beforeEach(() => {
  calls.length = 0;
  log = [...LOG];
  rows = [];
  store.reset();
});

const at = (index: number): PlacedCommit => {
  const commit = LOG.at(index);
  if (commit === undefined) throw new RangeError(`no commit ${index}`);
  return commit;
};

describe('the projection of one chat', () => {
  it('needs no read before a write while the chat streams', async () => {
    const parts = createParts();
    await projectChat(parts, CHAT, [at(0)]);
    calls.length = 0;
    await projectChat(parts, CHAT, [at(1)]);
    await projectChat(parts, CHAT, [at(2), at(3)]);
    expect(calls).toEqual(['insertEvents', 'updateChat', 'insertEvents', 'updateChat']);
    expect(rows.map(({ lastSeq }) => lastSeq)).toEqual([0, 1, 3].map((index) => at(index).commit.events.at(-1)?.seq));
  });

  it('fills a hole from the log, in the order of the log', async () => {
    expect(await projectChat(createParts(), CHAT, [at(-1)])).toEqual({ kind: 'done' });
    expect(await store.get().chat(CHAT)).toEqual(recordOfLog(LOG, publicEvent));
    expect(await store.get().events(CHAT, { after: 0, limit: 1000 })).toHaveLength(LAST);
  });

  it('reads again what another instance has written meanwhile', async () => {
    const [mine, other] = [createParts(), createParts()];
    await projectChat(mine, CHAT, [at(0)]);
    await projectChat(other, CHAT, [at(1), at(2)]);
    // `mine` still knows the header of commit 0: its guard fails, it drops what is covered and goes on.
    await projectChat(mine, CHAT, [at(1), at(2), at(3)]);
    expect(await store.get().chat(CHAT)).toEqual(recordOfLog(LOG.slice(0, 4), publicEvent));
  });

  it('acknowledges what was done before, and shows the row once more', async () => {
    await projectChat(createParts(), CHAT, LOG);
    rows = [];
    expect(await projectChat(createParts(), CHAT, LOG.slice(0, 3))).toEqual({ kind: 'done' });
    expect(rows.map(({ lastSeq }) => lastSeq)).toEqual([LAST]);
    expect(await store.get().chat(CHAT)).toEqual(recordOfLog(LOG, publicEvent));
  });

  it('takes nothing of deltas alone', async () => {
    const commit = { v: 1 as const, chatId: CHAT, events: [], deltas: [] };
    expect(await projectChat(createParts(), CHAT, [{ epoch: EPOCH, streamSeq: 9, commit }])).toEqual({ kind: 'done' });
    expect(calls).toEqual([]);
  });

  it('goes on from the events where the log has aged out', async () => {
    const parts = createParts();
    await projectChat(parts, CHAT, LOG.slice(0, 4));
    // The document is lost (a rebuild), the log begins later, the events are all there.
    const events = await store.get().events(CHAT, { after: 0, limit: 1000 });
    store.reset();
    await store.get().insertEvents(
      events.map((event: ChatEvent) => {
        const from = LOG.find(({ commit }) => commit.events.some(({ seq }) => seq === event.seq));
        return { event, chatId: CHAT, ownerId: 'ada', epoch: EPOCH, streamSeq: from?.streamSeq ?? 0 };
      }),
    );
    log = LOG.slice(3);
    expect(await projectChat(createParts(), CHAT, [at(-1)])).toEqual({ kind: 'done' });
    const { position: _, ...expected } = recordOfLog(LOG, publicEvent) ?? {};
    expect(await store.get().chat(CHAT)).toMatchObject({ ...expected, openMessages: [] });
  });

  it('gives up what neither the log nor the events can complete, and marks the chat', async () => {
    await projectChat(createParts(), CHAT, [at(0)]);
    log = LOG.slice(3);
    const projected = await projectChat(createParts(), CHAT, [at(4)]);
    expect(projected).toMatchObject({ kind: 'park', reason: expect.stringMatching(/^event \d+ is neither/) });
    expect(await store.get().conflicts(10)).toMatchObject([{ chatId: CHAT }]);
  });

  it('gives up a commit whose place is taken by another one', async () => {
    await projectChat(createParts(), CHAT, [at(0), at(1)]);
    const { commit } = at(1);
    const events = commit.events.map((event) => ({ ...event, at: '2026-01-01T00:00:00.000Z' }));
    const imposter = { ...at(1), streamSeq: 1_000_000, commit: { ...commit, events } };
    const projected = await projectChat(createParts(), CHAT, [imposter]);
    expect(projected).toMatchObject({ kind: 'park', reason: expect.stringContaining('1000000') });
    expect(await store.get().chat(CHAT)).toEqual(recordOfLog(LOG.slice(0, 2), publicEvent));
  });

  it('never takes a log that creates no chat', async () => {
    const commit = {
      ...at(1).commit,
      events: at(1).commit.events.map((event, index) => ({ ...event, seq: index + 1 })),
    };
    const projecting = projectChat(createParts(), CHAT, [{ epoch: EPOCH, streamSeq: 1, commit }]);
    await expect(projecting).rejects.toThrow(NotAChatError);
  });

  it('leaves an erased chat erased, also when it knew it before, and takes what came late off the log', async () => {
    const parts = createParts();
    await projectChat(parts, CHAT, [at(0)]);
    await store.get().erase(CHAT);
    expect(await projectChat(parts, CHAT, [at(1)])).toEqual({ kind: 'done' });
    expect(log).toEqual(LOG.slice(2));
    expect(await projectChat(createParts(), CHAT, LOG)).toEqual({ kind: 'done' });
    expect(log).toEqual([]);
    expect(await store.get().chat(CHAT)).toBeUndefined();
    expect(await store.get().events(CHAT, { after: 0, limit: 10 })).toEqual([]);
  });
});
