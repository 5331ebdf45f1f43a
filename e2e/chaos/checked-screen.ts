import type { ChatDocument, Commits } from '@colloquy/contracts';
import { applyCommits, emptyView, viewOfDocument, type ChatView } from '@colloquy/transcript';
import type { ViewerParts } from './viewer.ts';
import { WatchCheck } from './watch-check.ts';

const TRACE = 12;

/** What a viewer shows of its chat, however it gets it; checks all that comes. */
export class CheckedScreen {
  readonly #parts: ViewerParts;
  readonly #check = new WatchCheck();
  readonly #answerMs: number;
  #view: ChatView;
  #cursor: string | undefined;
  /** What happened last, for who looks into a fault. */
  readonly #trace: string[] = [];
  #refused: { readonly asked: string; readonly instead: string } | undefined;

  /** @param answerMs - how long it waits for a document */
  constructor(parts: ViewerParts, answerMs: number) {
    this.#parts = parts;
    this.#answerMs = answerMs;
    this.#view = emptyView(parts.chatId);
  }

  get view(): ChatView {
    return this.#view;
  }

  /** From where it goes on; undefined before anything has come. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  get trace(): readonly string[] {
    return this.#trace;
  }

  /** Newest event that came. */
  get lastSeq(): number {
    return this.#check.lastSeq;
  }

  note(text: string): void {
    this.#trace.push(`${new Date().toISOString()} ${text}`);
    if (this.#trace.length > TRACE) this.#trace.shift();
  }

  /** It goes on from its own cursor: exactly what it missed must come. */
  resume(): void {
    this.#check.resume();
  }

  /** Its cursor was not taken: a reload that gives the same one goes on from `instead`. */
  refuse(instead: string | undefined): void {
    const asked = this.#cursor;
    this.#refused = asked === undefined || instead === undefined ? undefined : { asked, instead };
  }

  /**
   * Takes the chat's document instead of what it had, unless it is over by then.
   * @throws Error when there is none
   */
  async reload(isOver: () => boolean): Promise<void> {
    const { url, token, log, chatId } = this.#parts;
    const response = await fetch(`${url}/v1/chats/${chatId}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(this.#answerMs),
    });
    if (response.status !== 200) throw new Error(`GET chat: ${response.status}`);
    const document = (await response.json()) as ChatDocument;
    if (isOver()) return;
    log.count('reloads');
    const ahead = this.#view.lastSeq >= document.lastSeq && !this.#view.gap;
    const refused = this.#refused;
    this.#cursor = refused?.asked === document.cursor ? refused.instead : document.cursor;
    if (!ahead) this.#view = viewOfDocument(document);
    this.#check.reload(document.lastSeq);
    this.note(`reloaded, ${document.cursor}`);
  }

  /** @returns false when the fold has a gap: it has to reload */
  take(commits: Commits): boolean {
    const { log, name: viewer, chatId } = this.#parts;
    this.note(`commits ${brief(commits)}`);
    for (const fault of this.#check.take(commits)) log.fault({ viewer, chatId, ...fault, trace: [...this.#trace] });
    this.#view = applyCommits(this.#view, commits);
    this.#cursor = commits.cursor;
    if (!this.#view.gap) return true;
    const { lastSeq: seq } = this.#view;
    log.fault({ viewer, chatId, kind: 'gap', what: 'the fold has a gap', seq, trace: [...this.#trace] });
    return false;
  }
}

function brief({ cursor, events, deltas }: Commits): string {
  const [first] = deltas;
  const last = deltas.at(-1);
  const pieces =
    first === undefined || last === undefined ? '' : `, deltas ${first.offset}-${last.offset + last.text.length}`;
  return `to ${cursor}, events [${events.map(({ seq }) => seq).join(' ')}]${pieces}`;
}
