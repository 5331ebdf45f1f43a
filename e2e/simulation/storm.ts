import type { ChatHandle, OutboxItem } from '@colloquy/client';
import type { Device } from './device.ts';
import type { Harmed } from './house-process.ts';
import type { House } from './house.ts';

const TEXTS = [
  'Hello',
  'Hello',
  'use look_up',
  'use charge notify',
  'use refund look_up',
  'ask me',
  'use charge',
] as const;
const MOST_CHATS = 4;
/** How long a world may take to come to rest when nothing goes wrong any more, in ms. */
const CALM_MS = 400_000;
const STEP_MS = 5000;
export const ADA = 'user-ada';
export const EVE = 'user-eve';

type Act = () => void;

/** People at several screens, and everything that can go wrong, by a seed; then calm, until all is at rest. */
export class Storm {
  readonly house: House;
  /** Chats that ADA has begun. */
  readonly chats: string[] = [];

  /** Those of them that are on no log, though nobody gave them up. */
  get lost(): readonly string[] {
    return this.chats.filter((chatId) => !this.house.world.chatIds().includes(chatId));
  }

  constructor(house: House) {
    this.house = house;
    house.onTraffic = (connection) => this.#snipe(connection);
  }

  /** Lets it all happen. */
  async run(): Promise<void> {
    const { house } = this;
    await house.staff();
    for (let i = 0; i < house.lots.devices; i += 1) house.device(ADA);
    house.device(EVE);
    await house.time.advance(200);
    await this.#blow(house.lots.stormMs / 2);
    if (house.lots.lullMs > 0) {
      house.tell('a lull');
      house.stormy = false;
      await this.#mend();
      await house.time.advance(house.lots.lullMs);
      house.stormy = true;
    }
    await this.#blow(house.lots.stormMs / 2);
    house.stormy = false;
    house.tell('calm');
    await this.#mend();
    await this.#settle();
  }

  async #blow(ms: number): Promise<void> {
    const { time, chance } = this.house;
    const end = time.monotonic() + ms;
    while (time.monotonic() < end) {
      await this.house.staff();
      this.#one(this.#acts())();
      await time.advance(chance.number() ** 2 * 2500);
    }
  }

  /** Whatever was broken is mended. */
  async #mend(): Promise<void> {
    const { house } = this;
    house.storeAway = false;
    for (const process of house.processes) {
      if (!process.alive) continue;
      if (process.frozen) process.thaw();
      process.connection.restore();
    }
    await house.staff();
    for (const device of house.devices) this.#heal(device);
    // One that opens every chat now knows nothing from before.
    const fresh = house.device(ADA);
    for (const chatId of this.#listed()) for (const device of [fresh, ...this.#screens(ADA)]) device.look(chatId);
  }

  #heal(device: Device): void {
    device.offline = false;
    device.wake();
    device.speedUp();
  }

  async #settle(): Promise<void> {
    const { time } = this.house;
    for (let ms = 0; ms < CALM_MS && !this.#quiet(); ms += STEP_MS) await time.advance(STEP_MS);
    // What is on its way arrives: rows of the sidebar, acks.
    await time.advance(STEP_MS);
  }

  #quiet(): boolean {
    const { house } = this;
    if (house.world.queued().some((subject) => !subject.startsWith('timer.'))) return false;
    if (house.world.processes.some(({ alive, active }) => alive && active > 0)) return false;
    if (this.lost.length > 0 || !house.world.chatIds().every((chatId) => house.world.rests(chatId))) return false;
    return house.devices.every((device) => this.#isUpToDate(device));
  }

  #isUpToDate(device: Device): boolean {
    return [...device.handles].every(([chatId, handle]) => {
      const { chat, outbox, phase } = handle.getView();
      const last = this.house.world.log(chatId).findLast(({ commit }) => commit.events.length > 0);
      const sent = outbox.every(({ state }) => state === 'failed');
      return phase === 'gone' || (sent && phase === 'live' && chat.lastSeq === last?.commit.events.at(-1)?.seq);
    });
  }

  #one<T>(of: readonly [T, ...T[]]): T {
    return of[this.house.chance.below(of.length)] ?? of[0];
  }

  #any<T>(of: readonly T[]): T | undefined {
    return of[this.house.chance.below(of.length)];
  }

  #screens(user: string): readonly Device[] {
    return this.house.devices.filter((device) => device.user === user);
  }

  #acts(): readonly [Act, ...Act[]] {
    const talk = (): void => this.#talk();
    const answer = (): void => this.#answer();
    const harm = (): void => this.#harm();
    const disturb = (): void => this.#disturb();
    return [
      () => this.#begin(),
      () => this.#look(),
      ...[talk, talk, talk, answer, answer, harm, harm, disturb, disturb],
      () => this.#double(),
      () => this.#spare(),
      () => this.#outage(),
    ];
  }

  #begin(): void {
    const device = this.#any(this.#screens(ADA));
    if (device === undefined || this.chats.length >= MOST_CHATS) return;
    const text = this.#one(TEXTS);
    const workflow = this.#one(['support-desk', 'support-desk', 'assistant']);
    const { chatId } = device.client.startChat({ workflow, text });
    this.house.tell('a chat is begun', `${chatId} by ${device.name}: ${text}`);
    this.chats.push(chatId);
    device.look(chatId);
  }

  /** Somebody opens a chat, or leaves it. */
  #look(): void {
    const device = this.#any(this.#screens(ADA));
    const chatId = this.#any(this.#listed());
    if (device === undefined || chatId === undefined) return;
    if (this.house.chance.below(3) === 0) device.leave(chatId);
    else device.look(chatId);
  }

  /** Chats that a person can know of: one that nobody has accepted yet is on no other screen. */
  #listed(): readonly string[] {
    return this.house.world.chatIds();
  }

  #open(): { device: Device; handle: ChatHandle } | undefined {
    const device = this.#any(this.#screens(ADA));
    const handle = device === undefined ? undefined : this.#any([...device.handles.values()]);
    return device === undefined || handle === undefined ? undefined : { device, handle };
  }

  #talk(): void {
    const open = this.#open();
    if (open === undefined) return;
    const { device, handle } = open;
    const say = (): OutboxItem => handle.send(this.#one(TEXTS));
    const kind = this.#one([
      'says something',
      'says something',
      'stops the run',
      'renames a chat',
      'pins a chat',
      'writes to a foreign chat',
    ]);
    this.house.tell(`a person ${kind}`, `${device.name} ${handle.chatId}`);
    if (kind === 'says something') say();
    else if (kind === 'stops the run') handle.cancel();
    else if (kind === 'writes to a foreign chat') this.#trespass();
    else {
      const body =
        kind === 'renames a chat' ? { title: this.#one(TEXTS) } : { pinned: this.house.chance.below(2) === 0 };
      void device.client.api.updateChat(handle.chatId, body).catch(() => undefined);
    }
  }

  /** The API says that there is no such chat; a command that comes past it is refused on the log. */
  #trespass(): void {
    const { world, chance } = this.house;
    const chatId = this.#any(this.#listed());
    if (chatId === undefined) return;
    const [eve] = this.#screens(EVE);
    if (chance.below(2) === 0) void world.send(chatId, { kind: 'cancel' }, { user: EVE }).catch(() => undefined);
    else {
      eve?.client.api.cancelRun(chatId).then(
        () => this.house.violated(`${EVE} may stop ${chatId}`),
        () => undefined,
      );
    }
  }

  /** One or two screens answer what is asked. */
  #answer(): void {
    const asking = this.#screens(ADA).flatMap((device) =>
      [...device.handles.values()].flatMap((handle) => {
        const request = handle.getView().chat.pendingRequests[0];
        return request === undefined ? [] : [{ handle, request, device }];
      }),
    );
    const first = this.#any(asking);
    if (first === undefined) return;
    const all = asking.filter(({ request }) => request.requestId === first.request.requestId);
    const answering = this.house.chance.below(2) === 0 ? [first] : all;
    if (answering.length > 1) this.house.tell('two screens answer the same question');
    for (const { handle, request, device } of answering) {
      this.house.tell('a person answers', `${device.name} ${request.requestId}`);
      handle.answer(request.requestId, request.kind === 'approval' ? this.house.chance.below(3) > 0 : 'That one');
    }
  }

  /** The broker no longer knows that it had the command. */
  #double(): void {
    const { broker } = this.house.world;
    const message = broker.messages('COMMANDS').find(({ subject }) => subject.startsWith('command.'));
    if (message === undefined) return;
    this.house.tell('a command is doubled', message.subject);
    broker.inject(message.subject, message.data);
  }

  #spare(): void {
    const chatId = this.#any(this.house.world.chatIds());
    if (chatId === undefined) return;
    this.house.tell('a spare ticket', chatId);
    void this.house.world.ticket(chatId, this.house.ids.uuid()).catch(() => undefined);
  }

  #outage(): void {
    const { house } = this;
    if (house.storeAway || house.chance.below(3) > 0) return;
    const ms = 500 + house.chance.below(15_000);
    house.tell('MongoDB is away', `for ${String(ms)} ms`);
    house.storeAway = true;
    house.time.setTimeout(() => {
      house.storeAway = false;
    }, ms);
  }

  #harm(): void {
    const { house } = this;
    if (house.chance.below(10) === 0) {
      const ms = 200 + house.chance.below(5000);
      house.tell('the broker restarts', `in ${String(ms)} ms`);
      house.world.broker.restart(ms);
      return;
    }
    const victim = this.#any(house.processes.filter(({ alive, frozen }) => alive && !frozen));
    if (victim !== undefined) this.#hit(victim);
  }

  #hit(victim: Harmed): void {
    const { house } = this;
    const { name } = victim;
    const kind = this.#one(['killed', 'frozen', 'drained', 'cut off', 'deafened']);
    house.tell(`${serviceOf(name)} is ${kind}`, name);
    if (kind === 'killed') victim.kill();
    else if (kind === 'frozen') this.#freeze(victim, 500 + house.chance.below(30_000));
    else if (kind === 'drained') {
      // Nobody waits for it: it may be hit again while it drains.
      victim.drain().catch((error: unknown) => house.violated(`${name} drained: ${String(error)}`));
    } else {
      if (kind === 'cut off') victim.connection.cut();
      else victim.connection.deafen();
      house.time.setTimeout(() => victim.connection.restore(), 100 + house.chance.below(9000));
    }
  }

  #freeze(victim: Harmed, ms: number): void {
    if (!victim.alive || victim.frozen) return;
    victim.freeze();
    this.house.time.setTimeout(() => {
      if (victim.alive && victim.frozen) victim.thaw();
    }, ms);
  }

  /** Something happens to a device or to its line. */
  #disturb(): void {
    const { house } = this;
    const device = this.#any(house.devices);
    if (device === undefined) return;
    const ms = 200 + house.chance.below(20_000);
    const kind = this.#one(['goes offline', 'sleeps', 'is slow', 'has a dead line', 'is reloaded']);
    house.tell(`a device ${kind}`, device.name);
    const later = (fn: () => void): void => void house.time.setTimeout(fn, ms);
    if (kind === 'goes offline') {
      device.goOffline();
      later(() => {
        device.offline = false;
      });
    } else if (kind === 'sleeps') {
      device.sleep();
      later(() => device.wake());
    } else if (kind === 'is slow') {
      device.slowDown(250);
      later(() => device.speedUp());
    } else if (kind === 'has a dead line') device.goSilent();
    else device.reload();
  }

  /** Hits a process while what it has sent is on its way. */
  #snipe(name: string): void {
    const { house } = this;
    if (house.chance.number() >= house.lots.sniped || name === house.starting) return;
    const victim = house.processes.find((process) => process.name === name);
    if (victim === undefined) return;
    const frozenMs = house.chance.below(3) === 0 ? 0 : 5000 + house.chance.below(15_000);
    house.time.setTimeout(() => {
      if (!house.stormy || !victim.alive || victim.frozen) return;
      house.tell(`${serviceOf(name)} is hit in the act`, `${name} ${frozenMs === 0 ? 'dies' : 'freezes'}`);
      if (frozenMs === 0) victim.kill();
      else this.#freeze(victim, frozenMs);
    }, house.latencyMs());
  }
}

const SERVICES: Readonly<Record<string, string>> = {
  o: 'an orchestrator',
  p: 'a persistence service',
  s: 'a realtime gateway',
  a: 'an API gateway',
};

const serviceOf = (name: string): string => SERVICES[name.slice(0, 1)] ?? name;
