import { expect } from '@jest/globals';
import type { CommandDelivery, Messaging } from '@colloquy/messaging';
import type { Declare, World } from './messaging-world.ts';

/** Commands. */
export function describeQueues(promise: Declare): void {
  /** Collects the commands of this test's chat; those that other tests left are acknowledged. */
  const collect = async (w: World, messaging: Messaging, each: (d: CommandDelivery) => Promise<void>) =>
    messaging.commands.consume(async (delivery) => {
      if (delivery.command.chatId === w.chatId) await each(delivery);
      else await delivery.ack();
    });

  promise('a command that is published twice is delivered once', async (w) => {
    const messaging = await w.connect();
    const [one, two] = [w.command('one'), w.command('two')];
    await messaging.commands.publish(one, '00-aa-bb-01');
    await messaging.commands.publish(one);
    await messaging.commands.publish(two);
    const got: CommandDelivery[] = [];
    const consuming = await collect(w, messaging, async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    await w.until(() => got.length >= 2, 'both arrive');
    await w.broker.clock.sleep(100);
    expect(got.map(({ command }) => command)).toEqual([one, two]);
    expect(got[0]).toMatchObject({ deliveryCount: 1, traceparent: '00-aa-bb-01' });
    expect(await messaging.commands.oldest(w.chatId)).toBeUndefined();
    await consuming.close();
  });

  promise('commands come in the order in which they were accepted, and the oldest is known', async (w) => {
    const messaging = await w.connect();
    const texts = Array.from({ length: 30 }, (_, i) => String(i));
    for (const text of texts) await messaging.commands.publish(w.command(text));
    const got: CommandDelivery[] = [];
    const consuming = await collect(w, messaging, async (delivery) => void got.push(delivery));
    await w.until(() => got.length === 30, 'all arrive while none is acknowledged');
    expect(got.map(({ command }) => (command.kind === 'message' ? command.text : ''))).toEqual(texts);
    expect(await messaging.commands.oldest(w.chatId)).toBe(got[0]?.streamSeq);
    await got[0]?.ack();
    expect(await messaging.commands.oldest(w.chatId)).toBe(got[1]?.streamSeq);
    await Promise.all(got.map((delivery) => delivery.ack()));
    await consuming.close();
  });

  promise('a nak brings the command back after its delay', async (w) => {
    const { clock } = w.broker;
    const messaging = await w.connect();
    await messaging.commands.publish(w.command());
    const times: number[] = [];
    const consuming = await collect(w, messaging, async (delivery) => {
      times.push(clock.monotonic());
      if (delivery.deliveryCount === 1) delivery.nak(400);
      else await delivery.ack();
    });
    await w.until(() => times.length === 2, 'it comes back');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(390);
    await consuming.close();
  });

  promise('a handler that throws gets its command again', async (w) => {
    const messaging = await w.connect();
    await messaging.commands.publish(w.command());
    const counts: number[] = [];
    const consuming = await collect(w, messaging, async (delivery) => {
      counts.push(delivery.deliveryCount);
      if (delivery.deliveryCount === 1) throw new Error('once');
      await delivery.ack();
    });
    await w.until(() => counts.length === 2, 'it comes again');
    expect(counts).toEqual([1, 2]);
    await consuming.close();
  });

  promise('a command of a consumer that died comes to another after ack_wait', async (w) => {
    const { clock } = w.broker;
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    const since = clock.monotonic();
    await a.commands.publish(w.command());
    const held: CommandDelivery[] = [];
    const first = await collect(w, a, async (delivery) => void held.push(delivery));
    await w.until(() => held.length === 1, 'the first gets it');
    await first.close();
    const got: CommandDelivery[] = [];
    const second = await collect(w, b, async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    await w.until(() => got.length === 1, 'the second gets it');
    expect(got[0]?.deliveryCount).toBe(2);
    expect(clock.monotonic() - since).toBeGreaterThan(2900);
    await second.close();
  });

  promise('a malformed command is parked with its reason, and can be dropped or sent again', async (w) => {
    const messaging = await w.connect();
    const good = w.command();
    await w.broker.inject(`command.${w.chatId}`, '{"v":1,"kind":"nonsense"}');
    await w.broker.inject(`command.${w.chatId}`, JSON.stringify({ ...good, chatId: w.broker.ids.uuid() }));
    await messaging.commands.publish(good);
    const got: CommandDelivery[] = [];
    const consuming = await collect(w, messaging, async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    const parked = async () => (await messaging.parked.list()).filter(({ chatId }) => chatId === w.chatId);
    await w.until(async () => got.length === 1 && (await parked()).length === 2, 'two are parked, one arrives');
    const [one, two] = await parked();
    expect(one).toMatchObject({
      consumer: 'commands',
      subject: `command.${w.chatId}`,
      payload: '{"v":1,"kind":"nonsense"}',
    });
    expect(one?.reason).not.toBe('');
    await messaging.parked.drop(one?.streamSeq ?? 0);
    await messaging.parked.retry(two?.streamSeq ?? 0);
    await w.until(async () => (await parked())[0]?.originalStreamSeq !== two?.originalStreamSeq, 'it is sent again');
    await w.until(async () => (await parked()).length === 1, 'it is parked again');
    await expect(messaging.parked.drop(one?.streamSeq ?? 0)).rejects.toThrow(RangeError);
    await consuming.close();
  });

  promise('a command that is parked does not come again, nor hold up the next one', async (w) => {
    const messaging = await w.connect();
    const [bad, good] = [w.command('bad'), w.command('good')];
    for (const command of [bad, good]) await messaging.commands.publish(command);
    const got: CommandDelivery[] = [];
    const consuming = await collect(w, messaging, async (delivery) => {
      got.push(delivery);
      if (delivery.command.commandId === bad.commandId) await delivery.park('it can never be recorded');
      else await delivery.ack();
    });
    await w.until(() => got.length === 2, 'both arrive');
    await w.until(async () => (await messaging.commands.oldest(w.chatId)) === undefined, 'none is left');
    const parked = async () =>
      (await messaging.parked.list({ limit: 10_000 })).filter(({ chatId }) => chatId === w.chatId);
    await w.until(async () => (await parked()).length > 0, 'the first is parked');
    const [one, ...others] = await parked();
    expect(one).toMatchObject({ consumer: 'commands', reason: 'it can never be recorded' });
    expect(JSON.parse(one?.payload ?? '')).toEqual(bad);
    expect(others).toEqual([]);
    expect(got).toHaveLength(2);
    await consuming.close();
  });

  promise('a scheduled command arrives at its time; a second of the same id replaces the first', async (w) => {
    const { clock, ids } = w.broker;
    const messaging = await w.connect();
    const got: { text: string; at: number; storedAt: number }[] = [];
    const consuming = await collect(w, messaging, async ({ command, storedAt, ack }) => {
      got.push({ text: command.kind === 'message' ? command.text : '', at: clock.now(), storedAt });
      await ack();
    });
    const id = ids.uuid();
    const at = clock.now() + 1500;
    await messaging.commands.schedule({ id, at: clock.now() + 60_000, command: w.command('replaced') });
    await messaging.commands.schedule({ id, at, command: w.command('on time') });
    await messaging.commands.schedule({ id: ids.uuid(), at: clock.now() - 60_000, command: w.command('overdue') });
    const dropped = ids.uuid();
    await messaging.commands.schedule({ id: dropped, at: at - 500, command: w.command('dropped') });
    await messaging.commands.unschedule({ id: dropped, chatId: w.chatId });
    await messaging.commands.unschedule({ id: dropped, chatId: w.chatId });
    await w.until(() => got.length === 2, 'both fire');
    expect(got.map(({ text }) => text)).toEqual(['overdue', 'on time']);
    expect((got[1]?.at ?? 0) - at).toBeGreaterThanOrEqual(-50);
    expect((got[1]?.storedAt ?? 0) - at).toBeGreaterThanOrEqual(-50);
    await consuming.close();
  });
}

/** Tickets. */
export function describeTickets(promise: Declare): void {
  promise('a pull gives at most what it asks for; the rest is for others', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    for (const n of [1, 2, 3]) await a.tickets.publish(w.ticket(), `${w.chatId}-${String(n)}`);
    await a.tickets.publish(w.ticket(), `${w.chatId}-3`);
    const one = await a.tickets.pull({ count: 1, waitMs: 1000 });
    expect(one.map(({ ticket }) => ticket)).toEqual([w.ticket()]);
    const rest = [];
    for (let i = 0; i < 4 && rest.length < 2; i += 1) rest.push(...(await b.tickets.pull({ count: 5, waitMs: 1000 })));
    expect(rest).toHaveLength(2);
    await Promise.all([...one, ...rest].map((delivery) => delivery.ack()));
    expect(await a.tickets.pull({ count: 1, waitMs: 200 })).toEqual([]);
  });

  promise('working() holds a ticket beyond ack_wait; without it, it goes to another', async (w) => {
    const { clock } = w.broker;
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    await a.tickets.publish(w.ticket(), w.chatId);
    const [held] = await a.tickets.pull({ count: 1, waitMs: 1000 });
    let since = 0;
    for (let i = 0; i < 4; i += 1) {
      await clock.sleep(2000);
      since = clock.monotonic();
      held?.working();
    }
    expect(await b.tickets.pull({ count: 1, waitMs: 300 })).toEqual([]);
    const [taken] = await b.tickets.pull({ count: 1, waitMs: 10_000 });
    expect(taken).toMatchObject({ deliveryCount: 2, streamSeq: held?.streamSeq });
    expect(clock.monotonic() - since).toBeGreaterThan(5900);
    held?.working();
    await taken?.ack();
  });

  promise('a nak gives a ticket to another at once; an aborted pull gives nothing and loses nothing', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    const abort = new AbortController();
    const waiting = a.tickets.pull({ count: 3, waitMs: 30_000, signal: abort.signal });
    await a.ping();
    abort.abort();
    expect(await waiting).toEqual([]);
    await a.tickets.publish(w.ticket(), w.chatId);
    const [one] = await a.tickets.pull({ count: 1, waitMs: 1000 });
    one?.nak();
    const [two] = await b.tickets.pull({ count: 1, waitMs: 1000 });
    expect(two).toMatchObject({ deliveryCount: 2 });
    await two?.ack();
  });

  promise('deliveries of a closed connection are inert', async (w) => {
    const [a, b] = [await w.broker.connect(w.nameOf('closed')), await w.connect('b')];
    await a.tickets.publish(w.ticket(), w.chatId);
    const [held] = await a.tickets.pull({ count: 1, waitMs: 1000 });
    await a.drain();
    held?.working();
    held?.nak();
    const [taken] = await b.tickets.pull({ count: 1, waitMs: 10_000 });
    expect(taken).toMatchObject({ streamSeq: held?.streamSeq, deliveryCount: 2 });
    await taken?.ack();
  });
}

/** Requests to owners. */
export function describeOwner(promise: Declare): void {
  promise('a request without an owner is answered at once', async (w) => {
    const { clock } = w.broker;
    const messaging = await w.connect();
    const since = clock.monotonic();
    expect(await messaging.owner.ask(w.chatId, { kind: 'ticket' }, 5000)).toBe('no_responders');
    expect(clock.monotonic() - since).toBeLessThan(1000);
  });

  promise('an owner answers, a closed one does not, a hung one times out', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    const serving = await a.owner.serve(w.chatId, async (request) =>
      request.kind === 'ticket' ? { kind: 'ticket', streamSeq: 7 } : new Promise(() => undefined),
    );
    expect(await b.owner.ask(w.chatId, { kind: 'ticket' }, 1000)).toEqual({ kind: 'ticket', streamSeq: 7 });
    expect(await b.owner.ask(w.chatId, { kind: 'command', command: w.command() }, 300)).toBe('timeout');
    await serving.close();
    expect(await b.owner.ask(w.chatId, { kind: 'ticket' }, 1000)).toBe('no_responders');
  });
}
