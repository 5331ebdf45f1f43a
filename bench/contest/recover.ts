import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../tools/servers/wait-for.ts';
import { inTime } from './measure.ts';
import { say, type ModelServer, type Peer } from './peer.ts';
import { judge } from './screen.ts';
import type { Shape } from './shape.ts';

/** A return is over when nothing has come for so long, though nothing said that it is over. */
const END_MS = 45_000;
const LOOK_MS = 20;

/** What a person had of an answer that was disturbed. */
export interface Recovered {
  /** Tokens on the screen before. */
  readonly before: number;
  /** Tokens that were missing between others while it went on, half a second after the return and later. */
  readonly gap: number;
  /** Tokens that never came. */
  readonly lost: number;
  /** Most tokens that were on the screen twice at any moment. */
  readonly doubled: number;
  /** How often the model was asked for the one answer. */
  readonly modelCalls: number;
  /** Seconds from the return (or the kill) to the first token that was new; absent when none came. */
  readonly newAfterS?: number;
}

/** A person's connection is cut in mid-answer, or what serves is killed; the person comes back. */
export async function recover(
  peer: Peer,
  of: { shape: Shape; model: ModelServer; how: 'away' | 'kill' },
): Promise<Recovered> {
  const { lastingWords: words, awayMs } = of.shape;
  const seat = await peer.open({ lasting: true });
  const { screen } = seat;
  const now = (): ReturnType<typeof judge> => judge(screen.text, words);
  const calls = await of.model.calls();
  try {
    void seat.ask(say({ words, perSecond: 50 })).catch(() => undefined);
    await waitFor({
      what: 'about a second of the answer',
      until: () => now().shown >= 50,
      deadlineMs: 20_000,
      everyMs: LOOK_MS,
    });
    const before = now().shown;
    const cut = performance.now();
    if (of.how === 'kill') await peer.kill();
    else {
      seat.leave();
      await sleep(awayMs);
    }
    const returned = performance.now();
    let [gap, doubled] = [0, 0];
    let newAt: number | undefined;
    const looking = setInterval(() => {
      const seen = now();
      doubled = Math.max(doubled, seen.doubled);
      if (seen.shown > before) newAt ??= performance.now();
      if (performance.now() - returned > 500) gap = Math.max(gap, seen.gap);
    }, LOOK_MS);
    await inTime(seat.back(), 'the return', END_MS)
      .catch(() => undefined)
      .finally(() => clearInterval(looking));
    const { lost, doubled: last, shown } = now();
    if (shown > before) newAt ??= performance.now();
    const since = of.how === 'kill' ? cut : returned;
    return {
      ...{ before, gap, lost, doubled: Math.max(doubled, last) },
      modelCalls: (await of.model.calls()) - calls,
      ...(newAt === undefined ? {} : { newAfterS: (newAt - since) / 1000 }),
    };
  } finally {
    seat.close();
  }
}
