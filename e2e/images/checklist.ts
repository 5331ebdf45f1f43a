/** The checks of one run, in their order, each with its verdict as soon as it is known. */
export class Checklist {
  readonly #print: (line: string) => void;
  #passed = 0;
  #failed = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Whether nothing has failed so far. */
  get good(): boolean {
    return this.#failed === 0;
  }

  /** Runs one check; what it gives is a remark for people, a figure for example. True when it passed. */
  async check(name: string, work: () => Promise<string | undefined> | string | undefined): Promise<boolean> {
    const began = performance.now();
    const took = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
    try {
      const remark = await work();
      this.#passed += 1;
      this.#print(`✓ ${name}${remark === undefined ? '' : `: ${remark}`} (${took()})`);
      return true;
    } catch (error) {
      this.#failed += 1;
      this.#print(`✗ ${name} (${took()})\n    ${messageOf(error).replaceAll('\n', '\n    ')}`);
      return false;
    }
  }

  /** Something that people should know and that is no check. */
  note(text: string): void {
    this.#print(text);
  }

  /** The last line. */
  get verdict(): string {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @throws Error with the faults, when there are any */
export function none(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n'));
}
