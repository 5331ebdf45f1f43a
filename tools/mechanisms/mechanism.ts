/** One way in which the sources are changed: the text stands in the file exactly once. */
export interface Edit {
  /** Path from the root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A test, found by its title. */
export interface NamedTest {
  /** Path of the test file from the root. */
  readonly file: string;
  /** The title as it is written, without those of its blocks. */
  readonly name: string;
  /** Where the title is written, when that is not the test file: a suite that several implementations pass. */
  readonly suite?: string;
}

/** Something without which a promise is broken, and the test that says so. */
export interface Mechanism {
  readonly name: string;
  /** What it is there for: P-numbers of the promises. */
  readonly promise: string;
  /** What happens without it, in one sentence. */
  readonly why: string;
  /** How it is taken out. */
  readonly removal: readonly Edit[];
  /** The fastest test that must fail then. */
  readonly test: NamedTest;
}
