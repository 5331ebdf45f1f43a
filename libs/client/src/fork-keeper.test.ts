import { describe, expect, it } from '@jest/globals';
import type { ChatAccepted } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { ApiError } from './api-error.ts';
import { createApi, type Api } from './api.ts';
import { UnreachableError } from './client-error.ts';
import { ForkKeeper } from './fork-keeper.ts';
import type { HttpCall } from './http-call.ts';
import type { KeyValueStorage } from './outbox-item.ts';

const CHAT = 'chat-0000-0000-0001';
const BUSY = new ApiError({ status: 503, code: 'broker_unavailable', detail: 'Later' });
const REFUSED = new ApiError({ status: 413, code: 'chat_too_large', detail: 'Never' });

/** A server that makes one chat for each key; `fates` are errors of the next attempts, `lost` after the work. */
class World {
  readonly clock = new VirtualClock();
  readonly kept = new Map<string, string>();
  readonly keys: string[] = [];
  readonly made = new Set<string>();
  readonly fates: (Error | 'lost' | 'ok')[] = [];
  lasting: Error | 'ok' = 'ok';
  storage: KeyValueStorage | undefined = {
    getItem: (key) => this.kept.get(key) ?? null,
    setItem: (key, value) => void this.kept.set(key, value),
    removeItem: (key) => void this.kept.delete(key),
  };
  readonly #ids = seededIds(5, () => this.clock.now());
  forks = this.page();

  page(): ForkKeeper {
    const call = async ({ key = '' }: HttpCall): Promise<string> => {
      this.keys.push(key);
      await this.clock.sleep(5);
      const fate = this.fates.shift() ?? this.lasting;
      if (fate instanceof Error) throw fate;
      this.made.add(key);
      if (fate === 'lost') throw new UnreachableError('timeout');
      return JSON.stringify({ chatId: `chat-of-${key}`, commandId: key } satisfies ChatAccepted);
    };
    const api: Api = createApi(call, this.#ids);
    return new ForkKeeper({ api, clock: this.clock, ids: this.#ids, storage: this.storage });
  }
}

/** What becomes of a promise while time passes. */
async function after(world: World, ms: number, promise: Promise<unknown>): Promise<unknown> {
  const outcome = promise.catch((error: unknown) => error);
  await world.clock.advance(ms);
  return outcome;
}

describe('a fork', () => {
  it('P2: is repeated with the same key until it is answered, so there is one new chat', async () => {
    const world = new World();
    world.fates.push(BUSY, 'lost', new UnreachableError('unreachable'));
    const told: number[] = [];
    const done = await after(
      world,
      60_000,
      world.forks.fork(CHAT, { atSeq: 7 }, { onRetry: (attempts) => told.push(attempts) }),
    );
    expect(done).toMatchObject({ chatId: `chat-of-${world.keys[0] ?? ''}` });
    expect(new Set(world.keys).size).toBe(1);
    expect(world.made.size).toBe(1);
    expect(told).toEqual([1, 2, 3]);
    expect(world.kept.size).toBe(0);
  });

  it('P2: that was not answered keeps its key over a reload, and a person’s next try finds what was made', async () => {
    const world = new World();
    world.fates.push('lost');
    world.lasting = BUSY;
    expect(await after(world, 300_000, world.forks.fork(CHAT, { atSeq: 7 }))).toBe(BUSY);
    world.lasting = 'ok';
    world.forks = world.page();
    expect(await after(world, 1_000, world.forks.fork(CHAT, { atSeq: 7 }))).toMatchObject({
      chatId: `chat-of-${world.keys[0] ?? ''}`,
    });
    expect(new Set(world.keys).size).toBe(1);
  });

  it('is another one at another place, with other words, after an answer, and after a day', async () => {
    const world = new World();
    await after(world, 100, world.forks.fork(CHAT, { atSeq: 7 }));
    await after(world, 100, world.forks.fork(CHAT, { atSeq: 7 }));
    world.lasting = BUSY;
    await after(world, 300_000, world.forks.fork(CHAT, { atSeq: 8 }));
    await after(world, 300_000, world.forks.fork(CHAT, { atSeq: 8, message: 'Go on' }));
    await world.clock.advance(25 * 3_600_000);
    await after(world, 300_000, world.forks.fork(CHAT, { atSeq: 8, message: 'Go on' }));
    expect(new Set(world.keys).size).toBe(5);
  });

  it('that is refused says why at once, and is not asked for with that key again', async () => {
    const world = new World();
    world.fates.push(REFUSED);
    expect(await after(world, 1_000, world.forks.fork(CHAT, { atSeq: 7 }))).toBe(REFUSED);
    expect(world.keys).toHaveLength(1);
    expect(world.kept.size).toBe(0);
  });

  it('that is asked for twice at once is made once', async () => {
    const world = new World();
    const both = Promise.all([world.forks.fork(CHAT, { atSeq: 7 }), world.forks.fork(CHAT, { atSeq: 7 })]);
    await world.clock.advance(100);
    const [one, other] = await both;
    expect(one).toEqual(other);
    expect(world.keys).toHaveLength(1);
  });

  it('works without a storage, and ends with its signal', async () => {
    const world = new World();
    world.storage = undefined;
    world.forks = world.page();
    world.lasting = BUSY;
    const gone = new AbortController();
    const waiting = world.forks.fork(CHAT, { atSeq: 7 }, { signal: gone.signal }).catch((error: unknown) => error);
    await world.clock.advance(600);
    gone.abort(new Error('left'));
    expect(await after(world, 1_000, waiting)).toMatchObject({ message: 'left' });
    world.lasting = 'ok';
    await after(world, 1_000, world.forks.fork(CHAT, { atSeq: 7 }));
    expect(new Set(world.keys).size).toBe(1);
  });
});
