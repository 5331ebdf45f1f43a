import { timersOf } from '@colloquy/engine';
import type { Device } from './device.ts';
import { Harms } from './harms.ts';
import type { House } from './house.ts';
import { ADA, EVE, People } from './people.ts';

/** How long a world may take to come to rest when nothing goes wrong any more, in ms. */
const CALM_MS = 400_000;
const STEP_MS = 5000;
/** People at several screens, and everything that can go wrong, by a seed; then calm, until all is at rest. */
export class Storm {
  readonly house: House;
  readonly #people: People;
  readonly #harms: Harms;

  constructor(house: House) {
    this.house = house;
    this.#people = new People(house);
    this.#harms = new Harms(house);
  }

  /** Chats that were begun, and are on no log. */
  get lost(): readonly string[] {
    return this.#people.chats.filter((chatId) => !this.house.world.chatIds().includes(chatId));
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
      house.tell(house.lots.maxAgeMs === undefined ? 'a lull' : 'a lull in which the log ages out');
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
      if (chance.below(2) === 0) this.#people.act();
      else this.#harms.act();
      await time.advance(chance.number() ** 2 * 3 * this.house.lots.paceMs);
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
    const screens = house.devices.filter(({ user }) => user === ADA);
    for (const chatId of house.world.chatIds()) for (const device of [fresh, ...screens]) device.look(chatId);
  }

  #heal(device: Device): void {
    device.offline = false;
    device.wake();
    device.speedUp();
  }

  async #settle(): Promise<void> {
    const { time } = this.house;
    const settled = async (): Promise<boolean> => this.#quiet() && (await this.#isPersisted());
    for (let ms = 0; ms < CALM_MS && !(await settled()); ms += STEP_MS) await time.advance(STEP_MS);
    // What is on its way arrives: rows of the sidebar, acks.
    await time.advance(STEP_MS);
  }

  #quiet(): boolean {
    const { house } = this;
    if (house.world.queued().length > 0 || this.#people.busy) return false;
    if (house.world.processes.some(({ alive, active }) => alive && active > 0)) return false;
    if (house.processes.some(({ alive, leaving }) => alive && leaving)) return false;
    if (this.lost.length > 0 || !house.world.chatIds().every((chatId) => this.#rests(chatId))) return false;
    return house.devices.every((device) => this.#isUpToDate(device));
  }

  async #isPersisted(): Promise<boolean> {
    const { world } = this.house;
    for (const chatId of world.chatIds()) {
      if ((await world.store.header(chatId))?.lastSeq !== world.events(chatId).at(-1)?.seq) return false;
    }
    return true;
  }

  /** Nothing is to be done in it, and no timer is to come. */
  #rests(chatId: string): boolean {
    const { world } = this.house;
    return world.rests(chatId) && timersOf(world.state(chatId)).length === 0;
  }

  #isUpToDate(device: Device): boolean {
    return [...device.handles].every(([chatId, handle]) => {
      const { chat, outbox, phase } = handle.getView();
      const last = this.house.world.log(chatId).findLast(({ commit }) => commit.events.length > 0);
      const sent = outbox.every(({ state }) => state === 'failed');
      return phase === 'gone' || (sent && phase === 'live' && chat.lastSeq === last?.commit.events.at(-1)?.seq);
    });
  }
}
