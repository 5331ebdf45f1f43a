/** What one person sees of one answer, and when it began. */
export class Screen {
  #text = '';
  #firstAt: number | undefined;

  get text(): string {
    return this.#text;
  }

  /** `performance.now()` when there was something to see. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }

  /** A piece more. */
  add(piece: string): void {
    if (piece === '') return;
    this.#firstAt ??= performance.now();
    this.#text += piece;
  }

  /** All of the answer, instead of what was there. */
  replace(text: string): void {
    if (text !== '') this.#firstAt ??= performance.now();
    this.#text = text;
  }
}

/** A text compared with the answer `w1 w2 … w<n>`. */
export interface Judged {
  /** Different words that are there. */
  readonly shown: number;
  /** Words that are not there. */
  readonly lost: number;
  /** Words that are not there though a later one is. */
  readonly gap: number;
  /** Words that are there once more than they should be. */
  readonly doubled: number;
}

/** Compares what a screen shows with an answer of so many words. */
export function judge(text: string, words: number): Judged {
  const seen = new Set<number>();
  let all = 0;
  let last = 0;
  for (const [, digits] of text.matchAll(/w(\d+)(?!\d)/g)) {
    const word = Number(digits);
    if (word < 1 || word > words) continue;
    all += 1;
    last = Math.max(last, word);
    seen.add(word);
  }
  return { shown: seen.size, lost: words - seen.size, gap: last - seen.size, doubled: all - seen.size };
}
