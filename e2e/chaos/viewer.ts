import type { ChatView } from '@colloquy/transcript';

/** Something that a viewer saw and must not have seen. */
export interface SeenFault {
  readonly viewer: string;
  readonly chatId: string;
  readonly kind: string;
  readonly what: string;
  readonly seq: number;
  /** What the viewer did and got before. */
  readonly trace?: readonly string[];
}

/** One catch-up after a reconnect. */
export interface CatchUp {
  readonly ms: number;
  /** Events that were missed. */
  readonly events: number;
}

/** What viewers tell. */
export interface ViewerLog {
  fault(fault: SeenFault): void;
  caughtUp(catchUp: CatchUp): void;
  count(what: 'reconnects' | 'reloads' | 'resets' | 'refusals'): void;
}

/** Somebody's screen with one chat on it. */
export interface Viewer {
  readonly name: string;
  readonly chatId: string;
  view(): ChatView;
  /** What it did and got last. */
  trace(): readonly string[];
  close(): void;
}

/** What a viewer is made of. */
export interface ViewerParts {
  readonly name: string;
  readonly chatId: string;
  readonly url: string;
  readonly token: string;
  readonly log: ViewerLog;
}
