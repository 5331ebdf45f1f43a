/**
 * Splits Markdown into pieces that mean alone what they mean together, so that an answer that streams is parsed anew only at
 * its end. A cut is made only where it is certain: before a line that begins at the margin, after an empty one, outside of
 * fences and formulas, and that goes on with no list. A text whose parts refer to each other is one piece.
 */

/** `[name]: address` and footnotes: whoever refers to them may stand anywhere. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;
/** HTML may go on over empty lines, and makes text of what looks like a fence: nothing is cut after it. */
const HTML = /^ {0,3}<[a-z/!?]/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const FORMULA = /^ {0,3}(\${2,})[^$]*$/;
const LIST_ITEM = /^(?:[-+*]|\d{1,9}[.)])(?:\s|$)/;

/** The pieces, in order; joined they are the text. */
export function splitBlocks(text: string): string[] {
  if (text === '') return [];
  if (DEFINITION.test(text)) return [text];
  const blocks: string[] = [];
  const reader = new Reader();
  let [start, at] = [0, 0];
  for (const line of text.split('\n')) {
    if (reader.mayCut(line)) {
      blocks.push(text.slice(start, at));
      start = at;
    }
    reader.read(line);
    at += line.length + 1;
  }
  return [...blocks, text.slice(start)];
}

/** Whether the text ends within a fenced block. */
export function endsInFence(text: string): boolean {
  const reader = new Reader();
  for (const line of text.split('\n')) reader.read(line);
  return reader.inFence;
}

/** Knows what is open after the lines that it has read. */
class Reader {
  #closing: RegExp | undefined;
  #fenced = false;
  #blank = false;
  #endless = false;

  get inFence(): boolean {
    return this.#fenced;
  }

  mayCut(line: string): boolean {
    if (!this.#blank || this.#endless || this.#closing !== undefined) return false;
    return line !== '' && !/^\s/.test(line) && !LIST_ITEM.test(line);
  }

  read(line: string): void {
    this.#blank = line.trim() === '';
    if (this.#closing !== undefined) {
      if (this.#closing.test(line)) this.#close();
      return;
    }
    const fence = FENCE.exec(line)?.[1];
    const formula = FORMULA.exec(line)?.[1];
    if (fence !== undefined) this.#open(new RegExp(`^ {0,3}${fence[0] ?? ''}{${String(fence.length)},}\\s*$`), true);
    else if (formula !== undefined) this.#open(new RegExp(`^ {0,3}\\\${${String(formula.length)},}\\s*$`), false);
    else if (HTML.test(line)) this.#endless = true;
  }

  #open(closing: RegExp, fenced: boolean): void {
    this.#closing = closing;
    this.#fenced = fenced;
  }

  #close(): void {
    this.#closing = undefined;
    this.#fenced = false;
  }
}
