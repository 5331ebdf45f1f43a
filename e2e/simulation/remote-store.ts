import type { Clock } from '@colloquy/contracts';
import { StoreUnavailableError, type ChatWriter } from '@colloquy/store';
import type { Nature } from './nature.ts';

/** How long a driver looks for a server that is away, in ms. */
const AWAY_MS = 800;
const WRITES: ReadonlySet<string> = new Set(['insertEvents', 'updateChat', 'markConflict', 'erase']);

/**
 * The store as one process reaches it. A call takes its time both ways; one that is on its way arrives whatever becomes
 * of the process, its answer only if the process still runs. Calls fail now and then, before they are carried out or
 * after; those of `deaf` always.
 */
export function remoteStore(
  nature: Nature,
  { name, clock, deaf = [] }: { name: string; clock: Pick<Clock, 'sleep'>; deaf?: readonly string[] },
): ChatWriter {
  const { world, time } = nature;
  const call = async (method: string, work: (...args: unknown[]) => Promise<unknown>, args: unknown[]) => {
    await time.sleep(nature.latencyMs());
    if (nature.storeAway || deaf.includes(method)) {
      await clock.sleep(AWAY_MS);
      throw new StoreUnavailableError('MongoDB is away');
    }
    if (nature.fails('a call of the store is lost', STORE_FAULTS)) throw new StoreUnavailableError('the call was lost');
    const result = await work(...args);
    if (WRITES.has(method)) nature.note(() => `${name} ${method} ${JSON.stringify(args)} ${JSON.stringify(result)}`);
    await clock.sleep(nature.latencyMs());
    if (nature.fails('an answer of the store is lost', STORE_FAULTS)) throw new StoreUnavailableError('no answer');
    return result;
  };
  return new Proxy(world.store, {
    get: (target, property) => {
      const work: unknown = Reflect.get(target, property);
      if (typeof work !== 'function') return work;
      const own = work as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => call(String(property), own, args);
    },
  });
}

/** Part of the calls that fail while a storm is on, once before and once after. */
const STORE_FAULTS = 0.01;
