import { describe, expect, it } from '@jest/globals';
import { ChaosEndedError, pause, unlessEnded } from './ending.ts';

const LONG_MS = 60_000;
const never = new Promise<never>(() => undefined);

describe('when a run is ended early', () => {
  it.each([
    ['before it began', (ending: AbortController) => ending.abort()],
    ['meanwhile', (ending: AbortController) => setTimeout(() => ending.abort(), 10)],
  ])('a pause is over: ended %s', async (_, end) => {
    const ending = new AbortController();
    end(ending);
    const began = performance.now();
    await pause(LONG_MS, ending.signal);
    expect(performance.now() - began).toBeLessThan(LONG_MS / 10);
  });

  it.each([
    ['before it began', (ending: AbortController) => ending.abort()],
    ['meanwhile', (ending: AbortController) => setTimeout(() => ending.abort(), 10)],
  ])('nobody waits for work that never ends: ended %s', async (_, end) => {
    const ending = new AbortController();
    end(ending);
    await expect(unlessEnded(ending.signal, never)).rejects.toThrow(ChaosEndedError);
  });

  it('work that fails because of it is nobody’s affair', async () => {
    const ending = new AbortController();
    const work = new Promise<never>((_, reject) => {
      ending.signal.addEventListener('abort', () => setTimeout(() => reject(new Error('cut off')), 10));
    });
    const result = unlessEnded(ending.signal, work);
    ending.abort();
    await expect(result).rejects.toThrow(ChaosEndedError);
    await expect(work).rejects.toThrow('cut off');
  });

  it('work that is done, or fails by itself, is as it was', async () => {
    const { signal } = new AbortController();
    expect(await unlessEnded(signal, Promise.resolve(7))).toBe(7);
    await expect(unlessEnded(signal, Promise.reject(new Error('by itself')))).rejects.toThrow('by itself');
  });
});
