import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing';
import { longestUpload, Uploads } from './uploads.ts';

const MAX = 10 * 1024 * 1024;

/** A client that sends a byte every so many ms, for ever. */
async function* trickle(clock: VirtualClock, everyMs: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    await clock.sleep(everyMs);
    yield new Uint8Array(1);
  }
}

function setUp() {
  const clock = new VirtualClock();
  const outcomes: string[] = [];
  let bytesIn = 0;
  const meters = {
    upload: (outcome: string) => outcomes.push(outcome),
    download: () => undefined,
    bytesIn: (bytes: number) => (bytesIn += bytes),
    bytesOut: () => undefined,
  };
  const uploads = new Uploads({ clock, maxBytes: MAX, atOnce: 2, meters });
  /** An upload whose bytes are only read; its end, and how it ended. */
  const begin = (who: string, everyMs: number) => {
    const of = { ended: false };
    const work = uploads.take(who, trickle(clock, everyMs), async (bytes) => {
      for await (const piece of bytes) expect(piece).toHaveLength(1);
    });
    const end = work.then(
      () => ({ status: 201 }),
      (error: unknown) => {
        of.ended = true;
        return error as { status: number; code: string };
      },
    );
    return Object.assign(of, { end });
  };
  return { clock, uploads, outcomes, begin, bytesIn: () => bytesIn };
}

describe('files on their way in', () => {
  it('end when no byte comes for fifteen seconds', async () => {
    const { clock, uploads, outcomes, begin } = setUp();
    const upload = begin('ann', 60_000);
    await clock.advance(14_999);
    expect(upload.ended).toBe(false);
    await clock.advance(1);
    expect(await upload.end).toMatchObject({ status: 408, code: 'upload_idle' });
    expect([uploads.active, outcomes]).toEqual([0, ['upload_idle']]);
  });

  it('end when they take longer than the largest file needs on the slowest line, however steadily they come', async () => {
    const { clock, uploads, begin, bytesIn } = setUp();
    const slow = begin('ann', 14_000);
    expect(longestUpload(MAX)).toBe(350_000);
    await clock.advance(349_999);
    expect([slow.ended, bytesIn()]).toEqual([false, 24]);
    await clock.advance(1);
    expect(await slow.end).toMatchObject({ status: 408, code: 'upload_too_slow' });
    expect(uploads.active).toBe(0);
    // The sweep takes what comes for longer than an hour for broken off.
    expect(longestUpload(1024 ** 3)).toBe(50 * 60_000);
  });

  it('are a few of one user at once, and not too many together; others wait for none of them', async () => {
    const { clock, uploads, outcomes, begin } = setUp();
    const mine = [begin('ann', 1000), begin('ann', 1000)];
    const refused = (await begin('ann', 1000).end) as { fields?: { headers?: unknown } };
    expect(refused).toMatchObject({
      status: 429,
      code: 'too_many_uploads',
      fields: { headers: { 'retry-after': '2' } },
    });
    const crowd = Array.from({ length: 254 }, (_, at) => begin(`guest ${String(at)}`, 1000));
    expect(uploads.active).toBe(256);
    expect(await begin('bob', 1000).end).toMatchObject({ status: 503, code: 'busy' });
    await clock.advance(400_000);
    await Promise.all([...mine, ...crowd].map(({ end }) => end));
    expect(uploads.active).toBe(0);
    expect(outcomes.slice(0, 2)).toEqual(['too_many_uploads', 'busy']);
    const again = begin('ann', 20_000);
    await clock.advance(0);
    expect(again.ended).toBe(false);
    await clock.advance(15_000);
    expect(again.ended).toBe(true);
  });

  it('have half the time of a drain to end by themselves; then they are told to come again', async () => {
    const { clock, uploads, begin } = setUp();
    const upload = begin('ann', 1000);
    const drained = uploads.drain(10_000);
    expect(await begin('bob', 1000).end).toMatchObject({ status: 503, code: 'draining' });
    await clock.advance(4999);
    expect(upload.ended).toBe(false);
    await clock.advance(1);
    await clock.run(drained);
    expect(await upload.end).toMatchObject({
      status: 503,
      code: 'draining',
      fields: { headers: { 'retry-after': '1' } },
    });
  });

  it('say of who went away that they left', async () => {
    const { uploads, outcomes } = setUp();
    const gone = (async function* () {
      yield await Promise.resolve(new Uint8Array(1));
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })();
    const work = uploads.take('ann', gone, async (bytes) => {
      for await (const piece of bytes) expect(piece).toHaveLength(1);
    });
    await expect(work).rejects.toMatchObject({ code: 'upload_left' });
    expect(outcomes).toEqual(['upload_left']);
  });
});
