import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import fc from 'fast-check';
import { BrokerRefusedError } from './broker-errors.ts';
import type { PublishOutcome, WireMessage } from './broker-link.ts';
import { openAppender, type StoredHere } from './chat-appender.ts';
import { createMemoryBroker, type MemoryBroker, type MemoryConnection } from './memory/memory-broker.ts';
import { MemoryLink } from './memory/memory-link.ts';
import { type MemoryFault, MemoryServer, type MemoryTraffic } from './memory/memory-server.ts';
import { EMPTY_LOG, type ChatAppender, FencedError, type LogPosition, type Messaging } from './ports.ts';

const CHAT = 'chat-0000000000000';
const renamed = (title: string): NewEvent => ({ type: 'chat_renamed', title, by: 'someone' });
const titleOf = (event: ChatEvent): string => (event.type === 'chat_renamed' ? event.title : '');

/** A writer whose sends are answered by a script first; what the script leaves undefined goes to the broker. */
function scripted(script: (message: WireMessage, nth: number) => PublishOutcome | undefined) {
  const clock = new VirtualClock();
  const server = new MemoryServer({ clock, ids: seededIds(1) });
  const link = new MemoryLink(server, 'scripted');
  const sent: WireMessage[] = [];
  const send = link.publishStored.bind(link);
  link.publishStored = async (message) => {
    sent.push(message);
    return script(message, sent.length) ?? send(message);
  };
  let counter = 0;
  const stored: StoredHere[] = [];
  const writer = openAppender(
    {
      link,
      clock,
      nextMsgId: () => `boot.${String((counter += 1))}`,
      deltaTtlSeconds: 60,
      onStored: (commit) => stored.push(commit),
    },
    CHAT,
    EMPTY_LOG,
  );
  return { clock, writer, sent, server, stored };
}

const refused = (code: number): PublishOutcome => ({ kind: 'refused', code, message: 'refused' });

describe('the appender', () => {
  it('A4, A5: sends the same bytes under the same id until it is told', async () => {
    const { clock, writer, sent, stored } = scripted((_message, nth) =>
      nth < 4 ? { kind: 'unknown', message: 'lost' } : undefined,
    );
    await clock.run(writer.append({ events: [renamed('a')] }));
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ data }) => data)).size).toBe(1);
    expect(new Set(sent.map(({ headers }) => headers['Nats-Msg-Id'])).size).toBe(1);
    await clock.run(writer.append({ events: [renamed('b')] }));
    expect(new Set(sent.map(({ headers }) => headers['Nats-Msg-Id'])).size).toBe(2);
    expect(stored.map(({ resent, events }) => [resent, events.length])).toEqual([
      [3, 1],
      [0, 1],
    ]);
    expect(stored[0]).toMatchObject({ bytes: Buffer.byteLength(sent[0]?.data ?? '') });
    // Three waits of 25, 50 and 100 ms.
    expect(stored[0]?.ms).toBeGreaterThanOrEqual(175);
  });

  it('A6: a false rejection, or one by what is in flight, is no fence while the log ends with what is mine', async () => {
    const { clock, writer } = scripted((_message, nth) => (nth === 2 || nth === 3 ? refused(10164) : undefined));
    await clock.run(writer.append({ events: [renamed('a')] }));
    const { events } = await clock.run(writer.append({ events: [renamed('b')] }));
    expect(events[0]?.seq).toBe(2);
    expect(writer.fenced.aborted).toBe(false);
  });

  it('A5: a state of the server that passes is waited for', async () => {
    const { clock, writer, sent } = scripted((_message, nth) => (nth < 10 ? refused(10008) : undefined));
    await clock.run(writer.append({ events: [renamed('a')] }));
    expect(sent).toHaveLength(10);
    expect(clock.monotonic()).toBeGreaterThan(1000);
  });

  it('A7: a commit that is never taken is rejected and leaves no hole', async () => {
    const { clock, writer } = scripted((_message, nth) => (nth === 1 ? refused(10054) : undefined));
    const first = writer.append({ events: [renamed('a')] });
    const second = writer.append({ events: [renamed('b')] });
    await expect(clock.run(first)).rejects.toThrow(BrokerRefusedError);
    expect((await clock.run(second)).events[0]?.seq).toBe(1);
  });

  it('A6: the log that ends with somebody else’s commit fences, also when mine lies below it', async () => {
    const { clock, writer, server } = scripted((message, nth) => {
      if (nth !== 1) return undefined;
      const stream = server.stream('CHATS');
      stream.publish(message);
      stream.publish({ ...message, headers: { 'Nats-Msg-Id': 'other.1' } });
      return { kind: 'unknown', message: 'lost' };
    });
    await expect(clock.run(writer.append({ events: [renamed('a')] }))).rejects.toThrow(FencedError);
    await expect(clock.run(writer.verify())).rejects.toThrow(FencedError);
  });
});

describe('an append', () => {
  const titles = (broker: MemoryBroker): string[] =>
    broker.messages('CHATS').flatMap(({ data }) => (JSON.parse(data) as { events: ChatEvent[] }).events.map(titleOf));

  it('A3: a commit is stored only on top of what its writer has written or folded', async () => {
    const clock = new VirtualClock();
    const broker = createMemoryBroker({ clock, ids: seededIds(1) });
    const first = broker.connect('first').log.open(CHAT, EMPTY_LOG);
    const second = broker.connect('second').log.open(CHAT, EMPTY_LOG);
    await clock.run(first.append({ events: [renamed('a')] }));
    await expect(clock.run(second.append({ events: [renamed('b')] }))).rejects.toThrow(FencedError);
    expect(titles(broker)).toEqual(['a']);
  });

  it.each([false, true])(
    'A5: an append whose answer is lost is stored once, and its writer goes on (cluster: %s)',
    async (cluster) => {
      const clock = new VirtualClock();
      let lost = 0;
      const fault = ({ kind }: MemoryTraffic): MemoryFault =>
        kind === 'store' && lost++ === 0 ? 'lose_answer' : 'none';
      const broker = createMemoryBroker({ clock, ids: seededIds(1), cluster, fault });
      const writer = broker.connect('writer').log.open(CHAT, EMPTY_LOG);
      await clock.run(writer.append({ events: [renamed('a')] }));
      await clock.run(writer.append({ events: [renamed('b')] }));
      expect(titles(broker)).toEqual(['a', 'b']);
    },
  );

  it('A6: goes on after its last deltas have expired', async () => {
    const clock = new VirtualClock();
    const broker = createMemoryBroker({ clock, ids: seededIds(1) });
    const writer = broker.connect('writer', { deltaTtlSeconds: 1 }).log.open(CHAT, EMPTY_LOG);
    await clock.run(writer.append({ events: [renamed('a')] }));
    const delta = { messageId: CHAT, runId: CHAT, agent: 'a', offset: 0, text: 'Hm', kind: 'text' as const };
    await clock.run(writer.append({ deltas: [delta] }));
    await clock.advance(5000);
    expect(broker.messages('CHATS')).toHaveLength(1);
    await clock.run(writer.append({ events: [renamed('b')] }));
    expect(titles(broker)).toEqual(['a', 'b']);
  });
});

describe('how fresh an ack is', () => {
  const world = (cluster: boolean) => {
    const clock = new VirtualClock();
    const broker = createMemoryBroker({ clock, ids: seededIds(1), cluster });
    const [zombie, other] = [broker.connect('zombie'), broker.connect('other')];
    return { clock, zombie, other, writer: zombie.log.open(CHAT, EMPTY_LOG) };
  };

  it('A9: a process that thaws with an old ack in its inbox is fenced by verify', async () => {
    const { clock, zombie, other, writer } = world(false);
    zombie.freeze();
    const appending = writer.append({ events: [renamed('a')] });
    await clock.advance(1000);
    const position = await clock.run(foldPosition(other));
    await clock.run(other.log.open(CHAT, position).append({ events: [renamed('b')] }));
    zombie.thaw();
    const verifying = writer.verify();
    await clock.run(appending);
    expect(writer.lastAckAt()).toBe(0);
    await expect(clock.run(verifying)).rejects.toThrow(FencedError);
  });

  it('A9: "duplicate" proves nothing about the time of its asking', async () => {
    const { clock, zombie, other, writer } = world(true);
    zombie.deafen();
    const appending = writer.append({ events: [renamed('a')] });
    await clock.advance(1000);
    const position = await clock.run(foldPosition(other));
    await clock.run(other.log.open(CHAT, position).append({ events: [renamed('b')] }));
    await clock.advance(1000);
    zombie.restore();
    await clock.run(appending);
    expect(writer.lastAckAt()).toBe(0);
  });
});

interface Written {
  /** Titles that were acknowledged, and those of which nothing is known. */
  readonly acked: string[];
  readonly unknown: string[];
}

async function foldPosition(messaging: Messaging): Promise<LogPosition> {
  let position = EMPTY_LOG;
  for await (const { commit, streamSeq } of messaging.log.read(CHAT, { after: 0, complete: true })) {
    const last = commit.events.at(-1);
    position = {
      streamSeq,
      durableStreamSeq: last === undefined ? position.durableStreamSeq : streamSeq,
      lastSeq: last?.seq ?? position.lastSeq,
    };
  }
  return position;
}

/** Writes `count` batches in bursts; when fenced it folds and goes on, as another owner would. */
async function writeAll(
  clock: VirtualClock,
  messaging: MemoryConnection,
  { name, plan }: { name: string; plan: readonly number[] },
): Promise<Written> {
  const written: Written = { acked: [], unknown: [] };
  let writer: ChatAppender | undefined;
  const appends: Promise<unknown>[] = [];
  for (const [n, wait] of plan.entries()) {
    if (writer === undefined || writer.fenced.aborted)
      writer = messaging.log.open(CHAT, await folded(clock, messaging));
    const title = `${name}${String(n)}`;
    const delta = { messageId: CHAT, runId: CHAT, agent: 'a', offset: 0, text: title, kind: 'text' as const };
    const batch = n % 3 === 2 ? { deltas: [delta] } : { events: [renamed(title)] };
    appends.push(
      writer.append(batch).then(
        ({ events }) => written.acked.push(...events.map(titleOf)),
        () => (n % 3 === 2 ? undefined : written.unknown.push(title)),
      ),
    );
    if (wait > 0) await clock.sleep(wait);
  }
  await Promise.all(appends);
  return written;
}

async function folded(clock: VirtualClock, messaging: Messaging): Promise<LogPosition> {
  for (;;) {
    try {
      return await foldPosition(messaging);
    } catch {
      await clock.sleep(100);
    }
  }
}

const plans = fc.array(fc.constantFrom(0, 0, 1, 5, 40, 1500), { minLength: 1, maxLength: 25 });

describe('writers of one chat, however they interleave and whatever is lost', () => {
  it('P2: with two of them seq is contiguous, and what was acknowledged is on the log once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          a: plans,
          b: plans,
          cluster: fc.boolean(),
          seed: fc.nat(),
          lossy: fc.constantFrom(0, 0.1, 0.4),
          restarts: fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 2 }),
        }),
        async ({ a, b, cluster, seed, lossy, restarts }) => {
          const clock = new VirtualClock();
          const random = seededIds(seed);
          const faults: MemoryFault[] = ['lose', 'lose_answer'];
          const broker = createMemoryBroker({
            clock,
            ids: random,
            cluster,
            latencyMs: () => random.number() * 3,
            fault: () => (random.number() < lossy ? (faults[random.below(2)] ?? 'lose') : 'none'),
          });
          const options = { deltaTtlSeconds: 1 };
          for (const at of restarts) clock.setTimeout(() => broker.restart(300), at);
          const writing = Promise.all([
            writeAll(clock, broker.connect('a', options), { name: 'a', plan: a }),
            writeAll(clock, broker.connect('b', options), { name: 'b', plan: b }),
          ]);
          const written = await clock.run(writing, { deadlineMs: 60 * 60_000 });
          check(broker, written);
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it('A5, A6: a writer that is alone is never fenced, and all it writes is acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.boolean(), fc.nat(), async (plan, cluster, seed) => {
        const clock = new VirtualClock();
        const random = seededIds(seed);
        const broker = createMemoryBroker({
          clock,
          ids: random,
          cluster,
          fault: () => (random.number() < 0.3 ? (random.below(2) === 0 ? 'lose' : 'lose_answer') : 'none'),
        });
        clock.setTimeout(() => broker.restart(500), random.below(3000));
        const alone = broker.connect('a', { deltaTtlSeconds: 1 });
        const written = await clock.run(writeAll(clock, alone, { name: 'a', plan }), { deadlineMs: 60 * 60_000 });
        expect(written.unknown).toEqual([]);
        check(broker, [written]);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

function check(broker: MemoryBroker, written: readonly Written[]): void {
  const events = broker.messages('CHATS').flatMap(({ data }) => (JSON.parse(data) as { events: ChatEvent[] }).events);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  const titles = events.map(titleOf);
  expect(new Set(titles).size).toBe(titles.length);
  for (const { acked, unknown } of written) {
    const mine = titles.filter((title) => acked.includes(title));
    expect(mine).toEqual(acked);
    expect(titles.filter((title) => unknown.includes(title)).length).toBeLessThanOrEqual(unknown.length);
  }
  const all = new Set(written.flatMap(({ acked, unknown }) => [...acked, ...unknown]));
  expect(titles.filter((title) => !all.has(title))).toEqual([]);
}
