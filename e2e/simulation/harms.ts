import { timerCommand, type Timer } from '@colloquy/engine';
import type { HarmedProcess } from '../../apps/orchestrator/src/fixtures/harmed-process.ts';
import type { House } from './house.ts';
import { any, one } from './pick.ts';

/** Everything that can go wrong, by a seed. */
export class Harms {
  readonly house: House;

  constructor(house: House) {
    this.house = house;
    house.onTraffic = (connection) => this.#snipe(connection);
  }

  /** Something goes wrong. */
  act(): void {
    const harm = (): void => this.#harm();
    const disturb = (): void => this.#disturb();
    one(this.house.chance, [
      ...([harm, harm, harm, disturb, disturb] as const),
      () => this.#double(),
      () => this.#spare(),
      () => this.#outage(),
      () => this.#fire(),
      () => this.#forget(),
    ])();
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
    const chatId = any(this.house.chance, this.house.world.chatIds());
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

  /** A timer fires now: early, late or once more, also one that nothing waits for any more. */
  #fire(): void {
    const { world } = this.house;
    const known = world.chatIds().flatMap((chatId) =>
      world.events(chatId).flatMap((event): [string, Timer][] => {
        if (event.type === 'run_started' && event.deadlineAt !== undefined)
          return [[chatId, { id: event.runId, kind: 'deadline', at: event.deadlineAt }]];
        if (event.type === 'input_request' && event.expiresAt !== undefined)
          return [[chatId, { id: event.requestId, kind: 'expiry', at: event.expiresAt }]];
        return [];
      }),
    );
    const [chatId, timer] = any(this.house.chance, known) ?? [];
    if (chatId === undefined || timer === undefined) return;
    this.house.tell('a timer fires out of time', `${timer.id} of ${chatId}`);
    world.broker.inject(`command.${chatId}`, JSON.stringify(timerCommand(chatId, timer)));
  }

  /** The broker loses a timer. */
  #forget(): void {
    const { world } = this.house;
    const subject = any(
      this.house.chance,
      world.queued().filter((queued) => queued.startsWith('timer.')),
    );
    const [, chatId, id] = subject?.split('.') ?? [];
    if (chatId === undefined || id === undefined) return;
    this.house.tell('a timer is lost', `${id} of ${chatId}`);
    void world.broker
      .connect('operator')
      .commands.unschedule({ chatId, id })
      .catch(() => undefined);
  }

  #harm(): void {
    const { house } = this;
    if (house.chance.below(10) === 0) {
      const ms = 200 + house.chance.below(5000);
      house.tell('the broker restarts', `in ${String(ms)} ms`);
      house.world.broker.restart(ms);
      return;
    }
    const victim = any(
      this.house.chance,
      house.processes.filter(({ alive, frozen }) => alive && !frozen),
    );
    if (victim !== undefined) this.#hit(victim);
  }

  #hit(victim: HarmedProcess): void {
    const { house } = this;
    const { name } = victim;
    const kind = one(this.house.chance, ['killed', 'frozen', 'drained', 'cut off', 'deafened']);
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

  #freeze(victim: HarmedProcess, ms: number): void {
    if (!victim.alive || victim.frozen) return;
    victim.freeze();
    this.house.time.setTimeout(() => {
      if (victim.alive && victim.frozen) victim.thaw();
    }, ms);
  }

  /** Something happens to a device or to its line. */
  #disturb(): void {
    const { house } = this;
    const device = any(this.house.chance, house.devices);
    if (device === undefined) return;
    const ms = 200 + house.chance.below(20_000);
    const kind = one(this.house.chance, ['goes offline', 'sleeps', 'is slow', 'has a dead line', 'is reloaded']);
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
