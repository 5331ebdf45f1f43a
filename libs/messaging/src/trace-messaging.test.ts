import { beforeEach, describe, expect, it } from '@jest/globals';
import { noTracer } from '@colloquy/contracts';
import { RecordingTracer, seededIds, VirtualClock } from '@colloquy/testing';
import { createMemoryBroker } from './memory/memory-broker.ts';
import { EMPTY_LOG, type LiveCommit, type Messaging } from './ports.ts';
import { traceMessaging } from './trace-messaging.ts';

const CHAT = 'chat-0123456789abcdef';
const COMMAND = 'command-0123456789';
const renamed = (title: string) => ({ type: 'chat_renamed' as const, title, by: 'ada' });
const delta = { messageId: 'message-0123456789', runId: 'run-0123456789abc', agent: 'a', offset: 0, text: 'x' };

describe('traced messaging', () => {
  let clock: VirtualClock;
  let plain: Messaging;
  let tracer: RecordingTracer;
  let traced: Messaging;

  beforeEach(() => {
    clock = new VirtualClock();
    plain = createMemoryBroker({ clock, ids: seededIds(1, () => clock.now()) }).connect('one');
    tracer = new RecordingTracer();
    traced = traceMessaging(plain, tracer);
  });

  const commits = async (): Promise<(string | undefined)[]> => {
    const found: (string | undefined)[] = [];
    for await (const { traceparent } of plain.log.read(CHAT, { after: 0 })) found.push(traceparent);
    return found;
  };

  it('is the same thing when nothing is traced', () => {
    expect(traceMessaging(plain, noTracer)).toBe(plain);
  });

  it('appends events within a span below what is active, and says so in the header; deltas have neither', async () => {
    const writer = traced.log.open(CHAT, EMPTY_LOG);
    const work = tracer.span({ name: 'work', kind: 'internal' }, async () => {
      await writer.append({ events: [renamed('a')] });
      await writer.append({ deltas: [{ ...delta, kind: 'text' }] });
    });
    await clock.run(work);
    const [append] = tracer.named('append chat.{chatId}');
    expect(tracer.spans.map(({ name, ended }) => [name, ended])).toEqual([
      ['work', true],
      ['append chat.{chatId}', true],
    ]);
    expect(append?.parent).toBe(tracer.named('work')[0]?.traceparent);
    expect(append?.attributes).toMatchObject({ 'colloquy.events': ['chat_renamed'], 'colloquy.seq': 1 });
    expect(await clock.run(commits())).toEqual([append?.traceparent, undefined]);
  });

  it('links those that join a commit to the one whose header it has', async () => {
    const writer = traced.log.open(CHAT, EMPTY_LOG);
    const appended = ['a', 'b', 'c'].map((name) =>
      tracer.span({ name, kind: 'internal' }, () => writer.append({ events: [renamed(name)] })),
    );
    await clock.run(Promise.all(appended));
    const [a, b, c] = tracer.named('append chat.{chatId}');
    expect(await clock.run(commits())).toEqual([a?.traceparent, b?.traceparent]);
    expect([a?.links, b?.links, c?.links]).toEqual([[], [], [b?.traceparent]]);
  });

  it('hands a row on with the context that it is given, else with the active one', async () => {
    const seen: (string | undefined)[] = [];
    const watching: Messaging = {
      ...plain,
      live: { ...plain.live, publishUser: (_owner, _row, traceparent) => void seen.push(traceparent) },
    };
    const { live } = traceMessaging(watching, tracer);
    type Row = Parameters<typeof live.publishUser>[1];
    const row = { v: 1 } as unknown as Row;
    await tracer.span({ name: 'work', kind: 'internal' }, () => {
      live.publishUser('owner', row);
      live.publishUser('owner', row, 'given');
      return Promise.resolve();
    });
    expect(seen).toEqual([tracer.named('work')[0]?.traceparent, 'given']);
  });

  it('gives a failed append up with its span', async () => {
    const writer = traced.log.open(CHAT, EMPTY_LOG);
    await clock.run(plain.log.open(CHAT, EMPTY_LOG).append({ events: [renamed('other')] }));
    await expect(clock.run(writer.append({ events: [renamed('mine')] }))).rejects.toThrow('somebody else');
    expect(writer.fenced.aborted).toBe(true);
    expect(tracer.named('append chat.{chatId}')).toMatchObject([{ failed: true, ended: true }]);
  });

  it('hands its context on with commands, tickets, requests to the owner, rows and live commits', async () => {
    const at = new Date(clock.now()).toISOString();
    const command = { v: 1, commandId: COMMAND, chatId: CHAT, userId: 'ada', at, kind: 'cancel' } as const;
    const seen: (string | undefined)[] = [];
    const live: LiveCommit[] = [];
    const serving = plain.owner.serve(CHAT, async ({ traceparent }) => {
      seen.push(traceparent);
      return { kind: 'refused' };
    });
    await clock.run(serving);
    await clock.run(plain.live.subscribeChat(CHAT, (commit) => void live.push(commit)));
    await clock.run(plain.commands.consume(async ({ traceparent, ack }) => (seen.push(traceparent), ack())));
    await clock.run(traced.commands.publish(command));
    await clock.run(traced.tickets.publish({ v: 1, chatId: CHAT }, 'run-1'));
    await clock.run(traced.owner.ask(CHAT, { kind: 'ticket' }, 1000));
    await clock.run(traced.log.open(CHAT, EMPTY_LOG).append({ events: [renamed('a')] }));
    const [ticket] = await clock.run(plain.tickets.pull({ count: 1, waitMs: 100 }));
    await clock.runUntil(() => seen.length === 2 && live.length === 1);
    const of = (name: string) => tracer.named(name)[0]?.traceparent;
    expect(new Set(seen)).toEqual(new Set([of('send command.{chatId}'), of('ask owner.{chatId}')]));
    expect(ticket?.traceparent).toBe(of('send run.{chatId}'));
    expect(live[0]?.traceparent).toBe(of('append chat.{chatId}'));
    expect(tracer.named('ask owner.{chatId}')[0]?.attributes).toMatchObject({ 'colloquy.outcome': 'refused' });
  });
});
