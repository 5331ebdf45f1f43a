/**
 * Marks what is looked for in the rows that exist now. The browser paints the marks (CSS Custom Highlight API), so the
 * rows stay as React drew them; one that cannot gets a line around the current row instead.
 */

const ALL = 'chat-search';
const CURRENT = 'chat-search-current';
const FRAME = 'data-found';

const CSS_TEXT = `
::highlight(${ALL}) { background-color: color-mix(in oklch, var(--warn) 32%, transparent); color: inherit; }
::highlight(${CURRENT}) { background-color: var(--accent-fill); color: var(--on-accent); }
[${FRAME}] { outline: 2px solid var(--accent-fill); outline-offset: -2px; border-radius: 0.75rem; }
`;

/** What is to be marked. */
export interface Marks {
  readonly pattern: RegExp;
  /** The how-manieth place of the row with this key is the current one; undefined when none is. */
  readonly nthIn: (key: string) => number | undefined;
}

/** Marks the rows of one scroller until it is stopped. */
export interface Highlighter {
  mark(marks: Marks | undefined): void;
  stop(): void;
}

let sheet: CSSStyleSheet | undefined;

/** A highlighter of the rows in `scroller`; rows that come later are marked too. */
export function createHighlighter(scroller: HTMLElement): Highlighter {
  adoptStyles();
  let marks: Marks | undefined;
  let frame: number | undefined;
  let shown: string | undefined;
  const paint = (): void => {
    frame = undefined;
    const ranges = marks === undefined ? [] : rangesOf(scroller, marks);
    const current = ranges.find((range) => range.current);
    setHighlight(
      ALL,
      ranges.filter((range) => !range.current),
    );
    setHighlight(CURRENT, current === undefined ? [] : [current]);
    frameRow(scroller, marks);
    if (current !== undefined && shown !== current.place) bringIntoView(scroller, current.range);
    if (current !== undefined) shown = current.place;
  };
  const soon = (): void => {
    frame ??= requestAnimationFrame(paint);
  };
  const observer = new MutationObserver((changes) => {
    // Our own frame around a row is no news.
    if (changes.some(({ type, attributeName }) => type !== 'attributes' || attributeName !== FRAME)) soon();
  });
  observer.observe(scroller, { childList: true, subtree: true, characterData: true });
  return {
    mark(next) {
      marks = next;
      shown = undefined;
      soon();
    },
    stop() {
      observer.disconnect();
      if (frame !== undefined) cancelAnimationFrame(frame);
      marks = undefined;
      paint();
    },
  };
}

interface Found {
  readonly range: Range;
  readonly current: boolean;
  /** Tells the same place from another one. */
  readonly place: string;
}

function rangesOf(scroller: HTMLElement, { pattern, nthIn }: Marks): Found[] {
  return [...scroller.querySelectorAll<HTMLElement>('[data-key]')].flatMap((row) => {
    const key = row.dataset['key'] ?? '';
    const found = rangesIn(row, pattern);
    const wanted = nthIn(key);
    // A row shows less than was searched while it is closed or its text is shortened: then the last of what it shows.
    const current = wanted === undefined ? -1 : Math.min(wanted, found.length - 1);
    return found.map((range, nth) => ({ range, current: nth === current, place: `${key}.${String(nth)}` }));
  });
}

/** What only listeners get, and the controls of a message, are not what is searched. */
const NOT_TEXT = '.sr-only, time, [data-message], [data-mark], [aria-hidden="true"]';

function rangesIn(row: HTMLElement, pattern: RegExp): Range[] {
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest(NOT_TEXT) === null ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT,
  );
  const nodes: { readonly node: Node; readonly start: number }[] = [];
  let text = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    nodes.push({ node, start: text.length });
    text += node.nodeValue ?? '';
  }
  return [...text.matchAll(pattern)].flatMap((match) => rangeOf(nodes, match.index, match.index + match[0].length));
}

function rangeOf(
  nodes: readonly { readonly node: Node; readonly start: number }[],
  from: number,
  to: number,
): Range | [] {
  const first = nodes.findLast(({ start }) => start <= from);
  const last = nodes.findLast(({ start }) => start < to);
  if (first === undefined || last === undefined) return [];
  const range = document.createRange();
  range.setStart(first.node, from - first.start);
  range.setEnd(last.node, to - last.start);
  return range;
}

function setHighlight(name: string, found: readonly Found[]): void {
  if (!canHighlight()) return;
  if (found.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...found.map(({ range }) => range)));
}

function canHighlight(): boolean {
  return typeof CSS !== 'undefined' && 'highlights' in CSS && typeof Highlight === 'function';
}

/** The line around the current row; where the browser can mark words, only rows that show none of them get it. */
function frameRow(scroller: HTMLElement, marks: Marks | undefined): void {
  for (const row of scroller.querySelectorAll<HTMLElement>('[data-key]')) {
    const isCurrent = marks?.nthIn(row.dataset['key'] ?? '') !== undefined;
    const wanted = isCurrent && (!canHighlight() || rangesIn(row, marks.pattern).length === 0);
    if (row.hasAttribute(FRAME) !== wanted) row.toggleAttribute(FRAME, wanted);
  }
}

/** A row may be higher than the view. */
function bringIntoView(scroller: HTMLElement, range: Range): void {
  const view = scroller.getBoundingClientRect();
  const place = range.getBoundingClientRect();
  if (place.top >= view.top && place.bottom <= view.bottom) return;
  scroller.scrollBy(0, place.top - view.top - view.height / 3);
}

function adoptStyles(): void {
  if (sheet !== undefined || !('adoptedStyleSheets' in document)) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS_TEXT);
  document.adoptedStyleSheets.push(sheet);
}
