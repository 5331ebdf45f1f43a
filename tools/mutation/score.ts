/** How many mutants the tests noticed, and which they did not. */

/** What came of one mutant: the part of StrykerJS's answer that is looked at. */
export interface Mutant {
  /** From the root of the repository. */
  readonly fileName: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
  readonly mutatorName: string;
  readonly replacement?: string;
  /** Killed and Timeout are noticed, Survived and NoCoverage are not; all else was not tried. */
  readonly status: string;
}

/** The mutants of one file, or of all. */
export interface Score {
  readonly file: string;
  /** A test failed, or the mutant ran without end. */
  readonly noticed: number;
  /** No test failed, or no test runs that code. */
  readonly survived: number;
  /** Not tried. */
  readonly ignored: number;
}

const NOTICED: ReadonlySet<string> = new Set(['Killed', 'Timeout']);
const SURVIVED: ReadonlySet<string> = new Set(['Survived', 'NoCoverage']);

/** The score under this name. */
export function scoreOf(file: string, mutants: readonly Mutant[]): Score {
  const noticed = mutants.filter(({ status }) => NOTICED.has(status)).length;
  const survived = mutants.filter(({ status }) => SURVIVED.has(status)).length;
  return { file, noticed, survived, ignored: mutants.length - noticed - survived };
}

/** The score of each file, in the order of their names. */
export function scoreByFile(mutants: readonly Mutant[]): readonly Score[] {
  const byFile = Map.groupBy(mutants, ({ fileName }) => fileName);
  return [...byFile].map(([file, own]) => scoreOf(file, own)).sort((one, other) => (one.file < other.file ? -1 : 1));
}

/** In percent; 100 when there is nothing to notice. */
export function percent({ noticed, survived }: Score): number {
  return noticed + survived === 0 ? 100 : (100 * noticed) / (noticed + survived);
}

/** One line for each mutant that no test noticed: where it is, and what stood there instead. */
export function survivors(mutants: readonly Mutant[]): readonly string[] {
  return mutants
    .filter(({ status }) => SURVIVED.has(status))
    .map(({ fileName, location: { start }, replacement = '', status, mutatorName }) => {
      const instead = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
      const untested = status === 'NoCoverage' ? ', which no test runs' : '';
      return `${fileName}:${start.line}:${start.column}  ${mutatorName}: ${instead}${untested}`;
    });
}
