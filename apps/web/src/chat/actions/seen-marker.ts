import type { Clock, TimerHandle } from '@colloquy/client';
import { leave, lookAt, NOTHING_SEEN, notTold, type Looking, type SeenStep } from './seen-policy.ts';

/** What a marker is made of. */
export interface SeenMarkerParts {
  readonly clock: Clock;
  /** What is looked at now. */
  readonly looking: () => Looking;
  /** Tells the server; `leaving`: the page may be gone before it answers. */
  readonly tell: (upToSeq: number, leaving: boolean) => Promise<unknown>;
}

/** Tells what a person has seen. */
export interface SeenMarker {
  /** Something may have changed: what there is, what is in view, or whether somebody looks. */
  look(): void;
  /** The page is hidden or left. */
  leave(): void;
  /** Tells nothing more. */
  stop(): void;
}

/** A marker that decides by the policy and keeps its time by the clock. */
export function createSeenMarker({ clock, looking, tell }: SeenMarkerParts): SeenMarker {
  let state = NOTHING_SEEN;
  let timer: TimerHandle | undefined;
  const follow = (step: SeenStep, leaving: boolean): void => {
    ({ state } = step);
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    if (step.againAt !== undefined) timer = clock.setTimeout(look, step.againAt - clock.monotonic());
    const { tell: upToSeq } = step;
    if (upToSeq === undefined) return;
    // A failure is silent: it costs nobody anything but a badge that stays for a while.
    tell(upToSeq, leaving).catch(() => {
      state = notTold(state, upToSeq);
    });
  };
  const look = (): void => {
    follow(lookAt(state, looking(), clock.monotonic()), false);
  };
  return {
    look,
    leave() {
      follow(leave(state, clock.monotonic()), true);
    },
    stop() {
      if (timer !== undefined) clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
