import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing';
import { Downloads, longestDownload } from './downloads.ts';

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 3; at += 1) yield await Promise.resolve(Buffer.alloc(100_000));
}

function setUp() {
  const clock = new VirtualClock();
  const outcomes: string[] = [];
  const meters = {
    upload: () => undefined,
    download: (outcome: string) => outcomes.push(outcome),
    bytesIn: () => undefined,
    bytesOut: () => undefined,
  };
  const downloads = new Downloads({ clock, meters });
  const file = { size: 300_000 };
  const begin = async (who: string) =>
    (await downloads.stream(who, () => Promise.resolve({ file, bytes: pieces() }))).stream;
  return { clock, downloads, outcomes, begin };
}

describe('files on their way out', () => {
  it('are eight at once for one user; the ninth has the turn of one that is left, and others wait for none of them', async () => {
    const { clock, begin } = setUp();
    const mine = await Promise.all(Array.from({ length: 8 }, () => begin('ann')));
    const ninth = begin('ann');
    expect(await clock.run(begin('bob'))).toBeDefined();
    mine[0]?.destroy();
    expect(await clock.run(ninth)).toBeDefined();
  });

  it('wait ten seconds at most, and then it is said', async () => {
    const { clock, begin } = setUp();
    await Promise.all(Array.from({ length: 8 }, () => begin('ann')));
    const refused = expect(begin('ann')).rejects.toMatchObject({ status: 503, code: 'busy' });
    await clock.advance(10_000);
    await refused;
  });

  it('lose their turn when nobody takes their bytes for half a minute', async () => {
    const { clock, begin } = setUp();
    const standing = await Promise.all(Array.from({ length: 8 }, () => begin('ann')));
    const waiting = expect(begin('ann')).rejects.toMatchObject({ code: 'busy' });
    await clock.advance(30_000);
    await waiting;
    expect(standing.every((stream) => stream.destroyed)).toBe(true);
    expect(await clock.run(begin('ann'))).toBeDefined();
  });

  it('end for who takes a little now and then, after a minute and the time of the slowest line', async () => {
    const { clock, downloads, outcomes, begin } = setUp();
    const stream = await begin('ann');
    const reader = stream.iterator();
    let pieces = 0;
    const reading = (async () => {
      for (;;) {
        await clock.sleep(29_000);
        if ((await reader.next()).done === true) return;
        pieces += 1;
      }
    })();
    reading.catch(() => undefined);
    expect(longestDownload(300_000)).toBe(78_311);
    await clock.advance(78_310);
    expect(stream.destroyed).toBe(false);
    expect(pieces).toBe(2);
    await clock.advance(1);
    expect(stream.destroyed).toBe(true);
    await clock.advance(0);
    expect([outcomes, downloads.active]).toEqual([['download_too_slow'], 0]);
  });

  it('end when the gateway stops, and none begins', async () => {
    const { clock, downloads, outcomes, begin } = setUp();
    const stream = await begin('ann');
    const drained = downloads.drain(10_000);
    await expect(begin('bob')).rejects.toMatchObject({ status: 503, code: 'draining' });
    await clock.advance(4999);
    expect(stream.destroyed).toBe(false);
    await clock.advance(1);
    await clock.run(drained);
    expect(outcomes).toEqual(['draining', 'draining']);
  });

  it('tell those that were read to their end from those that were left', async () => {
    const { clock, outcomes, begin } = setUp();
    let bytes = 0;
    await clock.run(
      (async () => {
        for await (const piece of await begin('ann')) bytes += (piece as Buffer).length;
      })(),
    );
    (await begin('ann')).destroy();
    await clock.advance(0);
    expect([bytes, outcomes]).toEqual([300_000, ['whole', 'left']]);
  });
});
