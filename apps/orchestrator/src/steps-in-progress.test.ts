import { describe, expect, it } from '@jest/globals';
import { StepsInProgress } from './steps-in-progress.ts';

/** Steps of which `hung` has an effect that may show nothing for 5 s, and the time in ms. */
function stepsAt0() {
  const time = { now: 0 };
  const steps = new StepsInProgress({ monotonic: () => time.now });
  steps.effect('hung', 5000);
  /** Asks the broker, which answers after so long. */
  const ask = async (ms: number): Promise<void> => {
    let answer: () => void = () => undefined;
    const waited = steps.waiting(new Promise<void>((resolve) => (answer = resolve)));
    time.now += ms;
    answer();
    await waited;
  };
  return { time, steps, ask };
}

describe('StepsInProgress', () => {
  it('S1: notices a branch that hangs while the other one writes, also when each answer of the broker takes a second', async () => {
    const { time, steps, ask } = stepsAt0();
    steps.effect('chatty', 5000);
    while (time.now < 8000 && steps.stalledMs === undefined) {
      await ask(1100);
      steps.progressed('chatty');
    }
    expect(steps.stalledMs).toBe(5000);
    expect(time.now).toBeGreaterThan(5000);
    expect(time.now).toBeLessThan(7000);
  });

  it('S2: does not count what it waits for a broker that is away, neither meanwhile nor afterwards', async () => {
    const { time, steps, ask } = stepsAt0();
    const away = ask(60_000);
    expect(steps.stalledMs).toBeUndefined();
    await away;
    expect(steps.stalledMs).toBeUndefined();
    time.now += 3900; // with the second of the wait that does count
    expect(steps.stalledMs).toBeUndefined();
    time.now += 200;
    expect(steps.stalledMs).toBe(5000);
  });

  it('S2: gives the time of several who wait at once back once', async () => {
    const { time, steps } = stepsAt0();
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const all = [steps.waiting(answered), steps.waiting(answered), steps.waiting(answered)];
    time.now += 30_000;
    answer();
    await Promise.all(all);
    time.now += 3900;
    expect(steps.stalledMs).toBeUndefined();
    time.now += 200;
    expect(steps.stalledMs).toBe(5000);
  });
});
