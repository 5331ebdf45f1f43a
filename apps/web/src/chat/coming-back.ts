/** What a person who comes back to a chat has missed: it may come some time after them. */
import type { ChatPhase } from '@colloquy/client';
import type { SeenMark } from './news.ts';

/** Somebody has come back and it is not known yet what they have missed. */
export interface Return {
  /** `seq` of the last event when they left. */
  readonly left: number;
  /** When they came back, in ms. */
  readonly at: number;
  /** True when the line was found dead since: until the chat is live again, nobody knows what has come. */
  readonly cut: boolean;
}

/** How long what had waited for the page takes to come in over a line that is alive, in ms. */
const PROMPT_MS = 2_000;
/** How long a line that is dead without a sign may look alive, in ms: longer than the client waits for an answer. */
const DOUBT_MS = 15_000;

/**
 * What is known now of what was missed: where it begins and ends, or nothing. `back` is there while it is to be asked
 * again. What comes later over a line that was alive all the time, the person sees come.
 */
export function lookBack(
  back: Return,
  now: { readonly lastSeq: number; readonly phase: ChatPhase; readonly ms: number },
): { readonly back?: Return; readonly mark?: SeenMark } {
  const { left, at, cut } = back;
  const { lastSeq, phase, ms } = now;
  const since = ms - at;
  if (phase !== 'live') return cut || since <= DOUBT_MS ? { back: { ...back, cut: true } } : {};
  if (lastSeq > left) return cut || since <= PROMPT_MS ? { mark: { seq: left, upTo: lastSeq } } : {};
  return cut || since > DOUBT_MS ? {} : { back };
}
