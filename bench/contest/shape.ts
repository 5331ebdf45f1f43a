/** How large the scenarios of a contest are. */
export interface Shape {
  /** Rounds that count; one more warms up, and gives the memory of fresh processes. */
  readonly rounds: number;
  readonly firstTokenChats: number;
  readonly shortAtOnce: number;
  readonly shortMs: number;
  readonly shortWords: number;
  readonly streamChats: number;
  readonly streamWords: number;
  readonly streamPerSecond: number;
  /** The answer that a person leaves, and in which what serves is killed. */
  readonly lastingWords: number;
  readonly awayMs: number;
}

/** What fits into ten minutes on a calm machine. */
export const SMALL: Shape = {
  rounds: 5,
  firstTokenChats: 8,
  shortAtOnce: 16,
  shortMs: 1500,
  shortWords: 50,
  streamChats: 100,
  streamWords: 60,
  streamPerSecond: 50,
  lastingWords: 200,
  awayMs: 1000,
};

/** Longer answers and more of everything. */
export const FULL: Shape = {
  ...SMALL,
  rounds: 7,
  firstTokenChats: 20,
  shortAtOnce: 32,
  shortMs: 5000,
  streamWords: 200,
};
