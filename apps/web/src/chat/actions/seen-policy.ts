/**
 * When to tell the server what a person has seen. Invariants:
 * 1. Nothing is told that is no news: only while something worth looking at lies beyond what was told or is known.
 * 2. What came is seen only after it was in view for SETTLE_MS: a glance while scrolling past is none.
 * 3. While news keep coming it is told at most every EVERY_MS; who leaves tells at once what they have seen.
 * 4. What was told and failed is told again on the next occasion, never by itself.
 */

/** So long must something be in view, in ms. */
export const SETTLE_MS = 2_000;
/** Between two calls, in ms. */
export const EVERY_MS = 15_000;

/** What there is to see, and whether somebody looks. */
export interface Looking {
  /** The page is visible and has the focus. */
  readonly here: boolean;
  /** `seq` up to which all is or was in view; 0 when nothing is. */
  readonly inViewSeq: number;
  /** `seq` of the newest thing worth looking at that is not beyond `inViewSeq`; 0 when there is none. */
  readonly newsSeq: number;
  /** Up to where the chat knows that it was seen, on any device. */
  readonly seenSeq: number;
}

/** What was decided before; the instants are in ms of one monotonic clock. */
export interface SeenState {
  /** What was in view and not told yet, and since when it has been. */
  readonly waiting: { readonly upToSeq: number; readonly since: number } | undefined;
  /** Up to where the server was told. */
  readonly toldSeq: number;
  readonly toldAt: number;
}

/** Nothing was told yet. */
export const NOTHING_SEEN: SeenState = { waiting: undefined, toldSeq: 0, toldAt: Number.NEGATIVE_INFINITY };

/** What to do now. */
export interface SeenStep {
  readonly state: SeenState;
  /** Tell the server this. */
  readonly tell?: number;
  /** Ask again at this instant. */
  readonly againAt?: number;
}

/** What to do about what is looked at now. */
export function lookAt(state: SeenState, looking: Looking, now: number): SeenStep {
  const isNews = looking.newsSeq > Math.max(state.toldSeq, looking.seenSeq);
  if (!looking.here || !isNews) return { state: { ...state, waiting: undefined } };
  // What grows while it is looked at is seen from when it began to be there.
  const waiting = { upToSeq: looking.inViewSeq, since: state.waiting?.since ?? now };
  const due = Math.max(waiting.since + SETTLE_MS, state.toldAt + EVERY_MS);
  if (now < due) return { state: { ...state, waiting }, againAt: due };
  return { state: { waiting: undefined, toldSeq: waiting.upToSeq, toldAt: now }, tell: waiting.upToSeq };
}

/** The person leaves: what was in view for long enough is told now. */
export function leave(state: SeenState, now: number): SeenStep {
  const { waiting } = state;
  const rest: SeenState = { ...state, waiting: undefined };
  if (waiting === undefined || now - waiting.since < SETTLE_MS) return { state: rest };
  return { state: { ...rest, toldSeq: waiting.upToSeq, toldAt: now }, tell: waiting.upToSeq };
}

/** The call failed: the server does not know. */
export function notTold(state: SeenState, upToSeq: number): SeenState {
  return state.toldSeq === upToSeq ? { ...state, toldSeq: 0 } : state;
}
