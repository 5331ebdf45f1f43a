import { expect } from '@jest/globals';
import { EMPTY_LOG, FencedError, type ChatAppender, type LiveCommit, type Messaging } from '@colloquy/messaging';
import { type Declare, seqs, titles, type World } from './messaging-world.ts';

/** The log and its pages. */
export function describeLog(promise: Declare): void {
  promise('A7: gives seq without holes and the time, from where the fold ended', async (w) => {
    const { log } = await w.connect();
    const writer = log.open(w.chatId, EMPTY_LOG);
    const one = await writer.append({ events: [w.renamed('a'), w.renamed('b')] });
    const two = await writer.append({ events: [w.renamed('c')], traceparent: '00-aa-bb-01' });
    expect(seqs([...one.events, ...two.events])).toEqual([1, 2, 3]);
    expect(writer.position()).toEqual({ streamSeq: two.streamSeq, durableStreamSeq: two.streamSeq, lastSeq: 3 });
    const last = await log.last(w.chatId);
    expect(last).toMatchObject({ streamSeq: two.streamSeq, traceparent: '00-aa-bb-01' });
    expect(Math.abs(Date.parse(two.events[0]?.at ?? '') - w.broker.clock.now())).toBeLessThan(5000);
  });

  promise('A1: what is appended while a commit is in flight joins the next one, in order', async (w) => {
    const messaging = await w.connect();
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    const appends = ['a', 'b', 'c', 'd'].map((title) => writer.append({ events: [w.renamed(title)] }));
    const appended = await Promise.all(appends);
    expect(new Set(appended.map(({ streamSeq }) => streamSeq)).size).toBe(2);
    const commits = await w.read(messaging);
    expect(commits.map(({ commit }) => titles(commit.events))).toEqual([['a'], ['b', 'c', 'd']]);
    expect(appended.map(({ events }) => seqs(events))).toEqual([[1], [2], [3], [4]]);
  });

  promise('A2: no joined commit exceeds the largest, and a batch is never split', async (w) => {
    const messaging = await w.connect();
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    const big = 'x'.repeat(200 * 1024);
    const appends = [1, 2, 3, 4, 5].map((n) =>
      writer.append({ events: [w.renamed(`${String(n)}${big}`), w.renamed('tail')] }),
    );
    await Promise.all(appends);
    const commits = await w.read(messaging);
    expect(commits.map(({ commit }) => commit.events.length)).toEqual([2, 4, 4]);
    for (const { commit } of commits) expect(JSON.stringify(commit).length).toBeLessThanOrEqual(512 * 1024);
    await expect(writer.append({ events: [w.renamed('y'.repeat(512 * 1024))] })).rejects.toThrow(RangeError);
    await expect(writer.append({})).rejects.toThrow(RangeError);
  });

  promise('L1: a read gives all commits after a position, over several pages', async (w) => {
    const messaging = await w.connect();
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    for (let i = 1; i <= 520; i += 1) await writer.append({ events: [w.renamed(String(i))] });
    const all = await w.read(messaging);
    expect(all.flatMap(({ commit }) => seqs(commit.events))).toEqual(Array.from({ length: 520 }, (_, i) => i + 1));
    const from = all[514]?.streamSeq ?? 0;
    expect((await w.read(messaging, from)).map(({ streamSeq }) => streamSeq)).toEqual(
      all.slice(515).map(({ streamSeq }) => streamSeq),
    );
    expect(await w.read(messaging, writer.position().streamSeq)).toEqual([]);
  });

  promise('last sequences of many chats in one call, without those that have none', async (w) => {
    const { log } = await w.connect();
    const { streamSeq } = await log.open(w.chatId, EMPTY_LOG).append({ events: [w.renamed('a')] });
    const none = w.broker.ids.uuid();
    const ask = () => log.lastSequences([none, w.chatId]);
    await w.until(async () => (await ask()).size === 1, 'the replica has it');
    expect(await ask()).toEqual(new Map([[w.chatId, streamSeq]]));
    expect(await log.lastSequences([none])).toEqual(new Map());
    expect(await log.last(none)).toBeUndefined();
    await expect(log.lastSequences(Array.from({ length: 1025 }, () => none))).rejects.toThrow(RangeError);
  });

  promise(
    'an erased log is gone up to where it was asked for, what was parked of it too, and a later commit stays',
    async (w) => {
      const messaging = await w.connect();
      const { log } = messaging;
      const writer = log.open(w.chatId, EMPTY_LOG);
      await writer.append({ events: [w.renamed('a')] });
      const { streamSeq } = await writer.append({ events: [w.renamed('b')] });
      await writer.append({ events: [w.renamed('c')] });
      expect(await log.chatIds()).toContain(w.chatId);
      await log.erase(w.chatId, streamSeq);
      await log.erase(w.chatId, streamSeq);
      await w.until(async () => titles(await w.events(messaging)).join() === 'c', 'only c is there');
      await writer.append({ events: [w.renamed('d')] });
      await log.erase(w.chatId, writer.position().streamSeq);
      await w.until(async () => (await w.events(messaging)).length === 0, 'nothing is there');
      expect(await log.last(w.chatId)).toBeUndefined();
      expect(await log.chatIds()).not.toContain(w.chatId);
      await expect(writer.append({ events: [w.renamed('late')] })).rejects.toThrow(FencedError);
      expect(await log.last(w.chatId)).toBeUndefined();
    },
  );

  promise('erasing takes what was parked of the chat, and nothing of another', async (w) => {
    const { log, parked } = await w.connect();
    const other = w.broker.ids.uuid();
    for (const chatId of [w.chatId, other]) await w.broker.inject(`parked.persistence.${chatId}`, 'what was said');
    const of = async () => (await parked.list({ limit: 10_000 })).map(({ chatId }) => chatId);
    await w.until(async () => (await of()).includes(other), 'both are parked');
    await log.erase(w.chatId, 0);
    await w.until(async () => !(await of()).includes(w.chatId), 'one is gone');
    expect(await of()).toContain(other);
  });

  promise('erasing takes the timers of the chat, and none of another', async (w) => {
    const { log, commands } = await w.connect();
    const { clock, ids } = w.broker;
    const fired: string[] = [];
    const consuming = await commands.consume(async ({ command, ack }) => {
      fired.push(command.commandId);
      await ack();
    });
    const [gone, other] = [w.command('erased'), { ...w.command('kept'), chatId: ids.uuid() }];
    const at = clock.now() + 1500;
    for (const command of [gone, other]) await commands.schedule({ id: ids.uuid(), at, command });
    await log.erase(w.chatId, 0);
    await w.until(() => fired.includes(other.commandId), 'the timer of the other chat fires');
    expect(fired).not.toContain(gone.commandId);
    await consuming.close();
  });

  promise('L3: the epoch is the same on every connection and fits a cursor', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    expect(await a.log.epoch()).toMatch(/^[0-9a-z]{1,16}$/);
    expect(await a.log.epoch()).toBe(await b.log.epoch());
  });
}

async function fencedPair(w: World): Promise<{ old: ChatAppender; messaging: Messaging }> {
  const [a, messaging] = [await w.connect('a'), await w.connect('b')];
  const old = a.log.open(w.chatId, EMPTY_LOG);
  await old.append({ events: [w.renamed('a')] });
  await messaging.log.open(w.chatId, old.position()).append({ events: [w.renamed('b')] });
  return { old, messaging };
}

export function describeFence(promise: Declare): void {
  promise('A3, A8: a writer whose chat was taken over is fenced, and stays so', async (w) => {
    const { old, messaging } = await fencedPair(w);
    await expect(old.append({ events: [w.renamed('late')] })).rejects.toThrow(FencedError);
    expect(old.fenced.aborted).toBe(true);
    await expect(old.append({ events: [w.renamed('later')] })).rejects.toThrow(FencedError);
    expect(titles(await w.events(messaging))).toEqual(['a', 'b']);
  });

  promise('verify fences a writer that has written nothing since', async (w) => {
    const { old } = await fencedPair(w);
    await expect(old.verify()).rejects.toThrow(FencedError);
    expect(old.fenced.aborted).toBe(true);
  });

  promise('verify keeps the writer that owns the chat, also while it appends', async (w) => {
    const { log } = await w.connect();
    const writer = log.open(w.chatId, EMPTY_LOG);
    await writer.verify();
    const appends = [1, 2, 3].map((n) => writer.append({ events: [w.renamed(String(n))] }));
    await Promise.all([...appends, writer.verify(), writer.verify()]);
    await writer.verify();
    expect(writer.fenced.aborted).toBe(false);
  });

  promise('only one of many writers creates a chat', async (w) => {
    const writers = await Promise.all([1, 2, 3, 4].map((n) => w.connect(`w${String(n)}`)));
    const results = await Promise.allSettled(
      writers.map(({ log }, n) => log.open(w.chatId, EMPTY_LOG).append({ events: [w.renamed(String(n))] })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await w.events(await w.connect('reader'))).toHaveLength(1);
  });

  promise('A5: a commit whose ack was lost is sent again and is on the log once', async (w) => {
    const messaging = await w.connect('deaf');
    const reader = await w.connect('reader');
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    await writer.append({ events: [w.renamed('a')] });
    w.broker.deafen(w.nameOf('deaf'));
    const lost = writer.append({ events: [w.renamed('b')] });
    await w.until(async () => (await w.events(reader)).length === 2, 'b is stored');
    const next = writer.append({ events: [w.renamed('c')] });
    w.broker.restore(w.nameOf('deaf'));
    await Promise.all([lost, next]);
    await writer.settled();
    expect(titles(await w.events(reader))).toEqual(['a', 'b', 'c']);
    expect(seqs(await w.events(reader))).toEqual([1, 2, 3]);
  });

  promise('A6: deltas that expired move the log back; the writer goes on from its newest durable commit', async (w) => {
    const messaging = await w.connect('a', { deltaTtlSeconds: 1 });
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    const { streamSeq } = await writer.append({ events: [w.renamed('a')] });
    await writer.append({ deltas: [w.delta(0, 'he')] });
    await writer.append({ deltas: [w.delta(2, 'llo')] });
    expect(writer.position()).toMatchObject({ durableStreamSeq: streamSeq, lastSeq: 1 });
    await w.until(async () => (await messaging.log.last(w.chatId))?.streamSeq === streamSeq, 'the deltas expire');
    await writer.verify();
    await writer.append({ events: [w.renamed('b')] });
    expect(titles(await w.events(messaging))).toEqual(['a', 'b']);
  });

  promise('A6: deltas that expired hide no other writer', async (w) => {
    const [a, b] = [await w.connect('a', { deltaTtlSeconds: 1 }), await w.connect('b')];
    const writer = a.log.open(w.chatId, EMPTY_LOG);
    const { streamSeq } = await writer.append({ events: [w.renamed('a')] });
    await writer.append({ deltas: [w.delta(0, 'he')] });
    await w.until(async () => (await a.log.last(w.chatId))?.streamSeq === streamSeq, 'the deltas expire');
    await b.log
      .open(w.chatId, { ...EMPTY_LOG, streamSeq, durableStreamSeq: streamSeq })
      .append({ events: [w.renamed('b')] });
    await expect(writer.append({ events: [w.renamed('late')] })).rejects.toThrow(FencedError);
  });

  promise('a commit with events never expires, whatever deltas ride in it', async (w) => {
    const messaging = await w.connect('a', { deltaTtlSeconds: 1 });
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    await writer.append({ events: [w.renamed('a')], deltas: [w.delta(0, 'he')] });
    await w.broker.clock.sleep(2500);
    expect(await w.read(messaging)).toHaveLength(1);
  });

  promise('abandon rejects what is not acknowledged and ends the resending', async (w) => {
    const messaging = await w.connect('deaf');
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    w.broker.deafen(w.nameOf('deaf'));
    const lost = writer.append({ events: [w.renamed('a')] });
    const queued = writer.append({ events: [w.renamed('b')] });
    writer.abandon();
    await expect(lost).rejects.toThrow('abandoned');
    await expect(queued).rejects.toThrow('abandoned');
    await expect(writer.append({ events: [w.renamed('c')] })).rejects.toThrow('abandoned');
    expect(writer.fenced.aborted).toBe(false);
    w.broker.restore(w.nameOf('deaf'));
    await writer.settled();
  });
}

/** What is live. */
export function describeLive(promise: Declare): void {
  promise('live commits chain by sequence, and refused ones are not shown', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    const live: LiveCommit[] = [];
    const subscription = await b.live.subscribeChat(w.chatId, (commit) => live.push(commit));
    const writer = a.log.open(w.chatId, EMPTY_LOG);
    const one = await writer.append({ events: [w.renamed('a')] });
    const phantom = b.log.open(w.chatId, EMPTY_LOG).append({ events: [w.renamed('phantom')] });
    await expect(phantom).rejects.toThrow(FencedError);
    const two = await writer.append({ events: [w.renamed('b')], deltas: [w.delta(0, 'x')] });
    await w.until(() => live.length === 2, 'both are live');
    expect(live.map(({ streamSeq, lastStreamSeq }) => [lastStreamSeq, streamSeq])).toEqual([
      [0, one.streamSeq],
      [one.streamSeq, two.streamSeq],
    ]);
    expect(live).toMatchObject(await w.read(a));
    await subscription.close();
    await writer.append({ events: [w.renamed('c')] });
    await b.ping();
    expect(live).toHaveLength(2);
  });

  promise(
    'a reader that was cut off finds the gap from the next live commit, and what it missed in the log',
    async (w) => {
      const [a, b] = [await w.connect('a'), await w.connect('b')];
      const live: LiveCommit[] = [];
      let reconnects = 0;
      b.onReconnect(() => (reconnects += 1));
      await b.live.subscribeChat(w.chatId, (commit) => live.push(commit));
      const writer = a.log.open(w.chatId, EMPTY_LOG);
      const one = await writer.append({ events: [w.renamed('a')] });
      await w.until(() => live.length === 1, 'the first is live');
      w.broker.deafen(w.nameOf('b'));
      const two = await writer.append({ events: [w.renamed('b')] });
      w.broker.restore(w.nameOf('b'));
      await w.until(() => reconnects === 1, 'it reconnects');
      await b.ping();
      const three = await writer.append({ events: [w.renamed('c')] });
      await w.until(() => live.length === 2, 'it is live again');
      expect(live[1]).toMatchObject({ streamSeq: three.streamSeq, lastStreamSeq: two.streamSeq });
      expect((await w.read(b, one.streamSeq)).map(({ streamSeq }) => streamSeq)).toEqual([
        two.streamSeq,
        three.streamSeq,
      ]);
    },
  );

  promise('sidebar rows reach every device of their user and nobody else', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    const key = w.chatId.replaceAll('-', '').slice(0, 22);
    const rows: string[] = [];
    await b.live.subscribeUser(key, (row) => rows.push(row.title));
    const row = {
      chatId: w.chatId,
      title: 'mine',
      workflow: 'assistant',
      status: 'idle' as const,
      pinned: false,
      pendingRequests: 0,
      lastText: '',
      costMicroUsd: 0,
      updatedAt: new Date(w.broker.clock.now()).toISOString(),
      lastSeq: 1,
    };
    a.live.publishUser(`${key.slice(0, 21)}_`, { ...row, title: 'other' });
    a.live.publishUser(key, row);
    await w.until(() => rows.length > 0, 'the row arrives');
    expect(rows).toEqual(['mine']);
  });
}
