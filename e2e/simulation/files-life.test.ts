/**
 * F5 with everybody who touches a file at work: gateways that take uploads, begin chats and publish messages, an
 * orchestrator that records them, and sweepers. Every call that one of them makes to the broker or for bytes waits for its
 * turn, and the turns come in any order; days pass between any two, without a timer firing, as for a process that stood
 * still; and each process may die at any call, before or after it was done.
 */
import { describe, expect, it } from '@jest/globals';
import { ChatAccess } from '@colloquy/access';
import type { Clock, NewEvent } from '@colloquy/contracts';
import { createFileStore, type BlobStore, type Bytes, type FileStore } from '@colloquy/files';
import { EMPTY_LOG, type ChatLog, type CommandQueue, type FileRecords, type Messaging } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import fc from 'fast-check';
import { World } from '../../apps/api-gateway/src/fixtures/api-world.ts';
import type { Call, GatewayParts } from '../../apps/api-gateway/src/ports.ts';
import { subscriptions } from '../../apps/api-gateway/src/subscriptions.ts';
import { namesFile } from '../../apps/persistence/src/names-file.ts';

const HOUR = 60 * 60 * 1000;
const ANN = { ownerId: 'ann' };
const THERE = 'chat-there-0000-0001';
const CREATED: NewEvent = { type: 'chat_created', ownerId: 'ann', workflow: 'assistant', variables: {} };
const STEP_MS = 5;

/** When a process dies: at which of its calls, and whether that one is still done. */
type Death = { readonly at: number; readonly done: boolean } | null;
/** What is done with a file once it is up. */
type Use = 'nothing' | 'begin' | 'message' | 'both';

interface Story {
  readonly uses: readonly Use[];
  /** How often a request is made that is not answered. */
  readonly attempts: 1 | 2;
  readonly deaths: readonly Death[];
  /** Each after so many turns. */
  readonly pauses: readonly { readonly after: number; readonly hours: number }[];
  readonly sweeps: readonly number[];
}

const never = (): Promise<never> => new Promise(() => undefined);
type Gate = <T>(call: () => Promise<T>) => Promise<T>;

/** Messages, files and the store, with everybody's calls in turns. */
class House {
  readonly clock = new VirtualClock();
  readonly world = World.over(this.clock, seededIds);
  readonly #scheduler: fc.Scheduler;
  readonly #deaths: Death[];
  #moved = 0;
  #over = false;
  readonly accepted: string[] = [];

  constructor(scheduler: fc.Scheduler, deaths: readonly Death[]) {
    this.#scheduler = scheduler;
    this.#deaths = [...deaths];
  }

  /** The time of day, whose timers never fire: nobody gives up because we let days pass. */
  readonly still: Clock = {
    now: () => this.clock.now() + this.#moved,
    monotonic: () => this.clock.monotonic(),
    setTimeout: () => ({}),
    clearTimeout: () => undefined,
    sleep: (_ms, signal) =>
      new Promise((_, reject) => {
        const end = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('ended'));
        if (signal?.aborted === true) end();
        signal?.addEventListener('abort', end, { once: true });
      }),
  };

  pass(hours: number): void {
    this.#moved += hours * HOUR;
  }

  turn(what: string): Promise<void> {
    return this.#over ? Promise.resolve() : this.#scheduler.schedule(Promise.resolve(), what).then(() => undefined);
  }

  async turns(count: number, what: string): Promise<void> {
    for (let turn = 0; turn <= count; turn += 1) await this.turn(what);
  }

  /** A process that may die; `safe` ones do not. */
  process(name: string, safe = false): Process {
    const death = safe ? null : (this.#deaths.shift() ?? null);
    let [calls, dead] = [0, false];
    const gate: Gate = async (call) => {
      await this.turn(name);
      if (dead) return never();
      const dies = death !== null && calls === death.at;
      calls += 1;
      dead = dies;
      if (dies && !death.done) return never();
      const result = await call();
      return dies || this.#isDead(() => dead) ? never() : result;
    };
    return new Process(this, name, gate);
  }

  #isDead(dead: () => boolean): boolean {
    return dead();
  }

  /** Lets all turns come, then no one waits for a turn any more. */
  async play(): Promise<void> {
    await this.clock.advance(STEP_MS);
    while (this.#scheduler.count() > 0) {
      await this.#scheduler.waitNext(1);
      await this.clock.advance(STEP_MS);
    }
    this.#over = true;
    await this.clock.advance(20_000);
  }
}

/** One process over its own connection, every call of it in turns. */
class Process {
  readonly #gate: Gate;
  readonly house: House;
  readonly messaging: Messaging;
  readonly files: FileStore;

  constructor(house: House, name: string, gate: Gate) {
    this.house = house;
    this.#gate = gate;
    this.messaging = this.#inTurns(house.world.broker.connect(name));
    const { world, still: clock } = house;
    const blobs: BlobStore = {
      ...world.blobs,
      put: (...given) => gate(() => world.blobs.put(...given)),
      remove: (blobId) => gate(() => world.blobs.remove(blobId)),
    };
    this.files = createFileStore({ records: this.messaging.files, blobs, clock, ids: world.ids });
  }

  #inTurns(messaging: Messaging): Messaging {
    const gate = this.#gate;
    const over = <T extends object>(target: T, calls: Partial<T>): T =>
      Object.assign<T, Partial<T>>(Object.create(target) as T, calls);
    const each = async function* <T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
      const from = items[Symbol.asyncIterator]();
      for (;;) {
        const next = await gate(() => from.next());
        if (next.done === true) return;
        yield next.value;
      }
    };
    const { log, commands, files, parked, tickets } = messaging;
    return {
      ...messaging,
      log: over<ChatLog>(log, {
        last: (chatId) => gate(() => log.last(chatId)),
        read: (chatId, options) => each(log.read(chatId, options)),
        open: (chatId, position) => {
          const appender = log.open(chatId, position);
          return over(appender, { append: (batch) => gate(() => appender.append(batch)) });
        },
      }),
      commands: over<CommandQueue>(commands, {
        publish: (command) => gate(() => commands.publish(command)),
        oldest: (chatId) => gate(() => commands.oldest(chatId)),
      }),
      files: {
        get: (owner, id) => gate(() => files.get(owner, id)),
        put: (owner, id, record) => gate(() => files.put(owner, id, record)),
        remove: (owner, id, revision) => gate(() => files.remove(owner, id, revision)),
        list: (owner) => each(files.list(owner)),
      } satisfies FileRecords,
      parked: over(parked, { list: (options) => gate(() => parked.list(options)) }),
      tickets: over(tickets, { publish: (ticket, id) => gate(() => tickets.publish(ticket, id)) }),
    };
  }

  upload(fileId: string): Promise<unknown> {
    const bytes = (async function* (): Bytes {
      yield await Promise.resolve(Buffer.from(fileId));
    })();
    return this.files.put({ owner: ANN, fileId, name: 'a', bytes, type: () => 'text/plain', maxBytes: 100 });
  }

  call(operation: string, more: Partial<Call>): Promise<unknown> {
    const { world, still: clock } = this.house;
    const { messaging, files } = this;
    const parts: GatewayParts = {
      ...world.parts,
      messaging,
      clock,
      files: { store: files, maxBytes: 100 },
      access: new ChatAccess({ log: messaging.log, store: world.store, clock }),
    };
    const identity = { userId: 'ann', guest: true };
    const call: Call = { identity, params: {}, query: {}, body: undefined, key: undefined, ...more };
    return Promise.resolve(subscriptions[operation]?.(parts, call));
  }

  sweep(): Promise<unknown> {
    const { messaging } = this;
    return this.files.sweep({ names: namesFile({ messaging, store: this.house.world.store }) });
  }
}

/** Records messages, each once, as an orchestrator does. */
async function record(house: House): Promise<void> {
  const { messaging } = house.process('orchestrator', true);
  await messaging.commands.consume(async ({ command, ack }) => {
    if (command.kind !== 'message') throw new Error('only messages are sent here');
    await house.turn('orchestrator');
    const commits = await house.world.commits(command.chatId).catch(() => []);
    const events = commits.flatMap(({ commit }) => commit.events);
    const streamSeq = commits.at(-1)?.streamSeq ?? 0;
    const position = { streamSeq, durableStreamSeq: streamSeq, lastSeq: events.at(-1)?.seq ?? 0 };
    if (!events.some(({ commandId }) => commandId === command.commandId)) {
      const { commandId, messageId, text, attachments = [] } = command;
      const said: NewEvent = { type: 'user_message', commandId, messageId, text, attachments, by: 'ann' };
      await messaging.log.open(command.chatId, position).append({ events: [said] });
    }
    await ack();
  });
}

/** Sends it under one key, once or twice at once: a process that dies answers nothing. */
async function send(house: House, fileId: string, of: { use: 'begin' | 'message'; attempts: 1 | 2 }): Promise<void> {
  const { use, attempts } = of;
  const attempt = (name: string): Promise<unknown> =>
    use === 'begin'
      ? house.process(name).call('createChat', {
          key: `begin-${fileId}`,
          body: { workflow: 'assistant', message: 'see', attachments: [fileId] },
        })
      : house.process(name).call('sendMessage', {
          key: `say-${fileId}`,
          params: { chatId: THERE },
          body: { text: 'see', attachments: [fileId] },
        });
  const sent = ['first', 'again'].slice(0, attempts).map((name) =>
    attempt(`${use} ${name}`).then(
      () => void house.accepted.push(fileId),
      () => undefined,
    ),
  );
  await Promise.all(sent);
}

async function live(house: House, fileId: string, { use, attempts }: { use: Use; attempts: 1 | 2 }): Promise<void> {
  // A second upload under the same key, for the first may die.
  const up = ['upload', 'upload again'].map((name) => house.process(name).upload(fileId));
  await Promise.any(up).catch(() => undefined);
  const uses = use === 'both' ? (['begin', 'message'] as const) : use === 'nothing' ? [] : [use];
  await Promise.all(uses.map((each) => send(house, fileId, { use: each, attempts })));
}

async function textOf(files: FileStore, fileId: string): Promise<string | undefined> {
  const found = await files.open(ANN, fileId);
  if (found === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of found.bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Which file is named by messages of which chats. */
function namedOn(house: House): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const { data } of house.world.broker.messages('CHATS')) {
    const { chatId, events } = JSON.parse(data) as {
      chatId: string;
      events: { attachments?: { fileId: string }[] }[];
    };
    for (const { fileId } of events.flatMap(({ attachments = [] }) => attachments)) {
      named.set(fileId, [...(named.get(fileId) ?? []), chatId]);
    }
  }
  return named;
}

async function tell(scheduler: fc.Scheduler, story: Story): Promise<number> {
  const house = new House(scheduler, story.deaths);
  const { clock, world } = house;
  const setting = world.broker.connect('setting').log.open(THERE, EMPTY_LOG);
  await clock.run(setting.append({ events: [CREATED] }));
  const fileIds = story.uses.map((_, at) => `file-of-story-${String(at)}-0001`);
  await Promise.race([record(house), clock.advance(100)]);
  story.uses.forEach((use, at) => void live(house, fileIds[at] ?? '', { use, attempts: story.attempts }));
  const sweep = (): Promise<unknown> => house.process('sweeper').sweep();
  for (const after of story.sweeps) void house.turns(after, 'a sweep waits').then(() => sweep().catch(() => undefined));
  for (const { after, hours } of story.pauses) void house.turns(after, 'time waits').then(() => house.pass(hours));
  await house.play();
  const keeper = house.process('keeper', true);
  const { files } = keeper;
  for (let day = 0; day < 3; day += 1) {
    house.pass(25);
    await clock.run(keeper.sweep());
  }
  const named = namedOn(house);
  const read = async (fileId: string): Promise<string | undefined> => clock.run(textOf(files, fileId));
  for (const fileId of house.accepted) {
    expect(named.has(fileId)).toBe(true);
    expect(await read(fileId)).toBe(fileId);
  }
  for (const fileId of fileIds) if (!named.has(fileId)) expect(await read(fileId)).toBeUndefined();
  const kept = (await Promise.all(fileIds.map(read))).filter((text) => text !== undefined).length;
  expect(world.blobs.size).toBe(kept);
  for (const chatId of new Set([...named.values()].flat())) await clock.run(files.release(ANN, chatId));
  expect(world.blobs.size).toBe(0);
  return house.accepted.length;
}

const deaths = fc.array(fc.option(fc.record({ at: fc.nat(12), done: fc.boolean() }), { freq: 1 }), { maxLength: 10 });
const stories = fc.record({
  uses: fc.array(fc.constantFrom<Use>('nothing', 'begin', 'message', 'both'), { minLength: 1, maxLength: 2 }),
  attempts: fc.constantFrom<1 | 2>(1, 2),
  deaths,
  pauses: fc.array(fc.record({ after: fc.nat(30), hours: fc.constantFrom(1, 13, 25, 25) }), { maxLength: 4 }),
  sweeps: fc.array(fc.nat(40), { maxLength: 4 }),
});

describe('the life of a file', () => {
  it('F5: what an accepted message names is there until its last chat goes, what none names goes', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), stories, async (scheduler, story) => {
        accepted += await tell(scheduler, story);
      }),
      { numRuns: 600 },
    );
    expect(accepted).toBeGreaterThan(200);
  }, 120_000);
});
