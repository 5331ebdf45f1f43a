import { setTimeout as sleep } from 'node:timers/promises';

/** Does something `count` times, `perSecond` times a second, evenly; resolves after the last was begun. */
export async function paced(of: { perSecond: number; count: number }, begin: (index: number) => void): Promise<void> {
  const began = performance.now();
  for (let index = 0; index < of.count;) {
    const due = Math.floor(((performance.now() - began) * of.perSecond) / 1000);
    for (; index <= due && index < of.count; index += 1) begin(index);
    await sleep(1);
  }
}
