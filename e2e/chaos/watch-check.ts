/**
 * What a viewer may get, checked as it comes. Invariants:
 * 1. Events come in order without a hole; what was had already comes again only after a reload by HTTP, whose position
 *    may lie before open messages, or as the very last batch once more: a gateway that is not sure sends it again.
 * 2. The cursor never goes back, and names the last event that came.
 * 3. A delta begins where its message ends so far: neither beyond it nor before it.
 */
import { parseCursor, type ChatEvent, type Commits, type Cursor, type Delta } from '@colloquy/contracts';

/** Something that must not come. */
export interface WatchFault {
  readonly kind: 'gap' | 'repeated' | 'cursor' | 'delta';
  readonly what: string;
  readonly seq: number;
}

/** Texts that were finished: their late pieces are void. */
const ENDINGS: ReadonlySet<string> = new Set(['text', 'reasoning', 'message_aborted', 'tool_response', 'tool_call']);

/** Checks all that one viewer gets of one chat. */
export class WatchCheck {
  /** Newest event that came. */
  lastSeq = 0;
  #cursor: Cursor | undefined;
  #lastCursor: string | undefined;
  /** The next event when a reload made what was had come again. */
  #replayFrom: number | undefined;
  #reloaded = false;
  readonly #lengths = new Map<string, number>();
  readonly #ended = new Set<string>();

  /** The viewer goes on from its own cursor: exactly what it missed must come. */
  resume(): void {
    this.#replayFrom = undefined;
  }

  /** The viewer goes on from a document that holds events up to `lastSeq`. */
  reload(lastSeq: number): void {
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
    this.#cursor = undefined;
    this.#lastCursor = undefined;
    this.#reloaded = true;
    this.#replayFrom = 0;
    this.#lengths.clear();
  }

  /** @returns what is wrong with a batch; none when it is as it must be */
  take({ cursor, events, deltas }: Commits): WatchFault[] {
    if (cursor === this.#lastCursor && events.every(({ seq }) => seq <= this.lastSeq)) return [];
    const faults: WatchFault[] = [];
    const fault = (kind: WatchFault['kind'], what: string): void => {
      faults.push({ kind, what, seq: this.lastSeq });
    };
    for (const event of events) {
      this.#takeSeq(event.seq, fault);
      this.#takeEvent(event);
    }
    for (const delta of deltas) this.#takeDelta(delta, fault);
    this.#takeCursor(cursor, fault);
    this.#lastCursor = cursor;
    return faults;
  }

  #takeEvent(event: ChatEvent): void {
    // A tool that is tried again tells its progress from the beginning, on the screen too.
    if (event.type === 'tool_started') this.#lengths.delete(`${event.callId} progress`);
    if (!ENDINGS.has(event.type)) return;
    const id = 'messageId' in event && event.type !== 'tool_call' ? event.messageId : undefined;
    this.#end(id ?? ('callId' in event ? event.callId : undefined), event.type);
  }

  #takeSeq(seq: number, fault: (kind: WatchFault['kind'], what: string) => void): void {
    if (this.#replayFrom !== undefined && seq <= this.lastSeq) {
      if (this.#replayFrom !== 0 && seq !== this.#replayFrom)
        fault('gap', `a replay has event ${seq} after ${this.#replayFrom - 1}`);
      this.#replayFrom = seq + 1;
      return;
    }
    if (seq <= this.lastSeq) fault('repeated', `event ${seq} came again after ${this.lastSeq}`);
    if (seq > this.lastSeq + 1) fault('gap', `event ${seq} came after ${this.lastSeq}`);
    this.#replayFrom = undefined;
    this.lastSeq = Math.max(this.lastSeq, seq);
  }

  #takeDelta(delta: Delta, fault: (kind: WatchFault['kind'], what: string) => void): void {
    const { messageId, kind, offset, text } = delta;
    const key = `${messageId} ${kind}`;
    // Within a batch events apply first: pieces of what they end are void.
    if (this.#ended.has(messageId) || this.#ended.has(key)) return;
    const length = this.#lengths.get(key);
    // What was being written when the viewer reloaded may have begun before its position: tools' progress has no beginning.
    if (length === undefined && this.#reloaded) {
      this.#lengths.set(key, offset + text.length);
      return;
    }
    const had = length ?? 0;
    if (offset > had) fault('delta', `${kind} of ${messageId} goes on at ${offset}, it has ${had}`);
    if (offset < had) fault('delta', `${kind} of ${messageId} came again from ${offset}, it has ${had}`);
    this.#lengths.set(key, Math.max(had, offset + text.length));
  }

  #takeCursor(text: string, fault: (kind: WatchFault['kind'], what: string) => void): void {
    const cursor = parseCursor(text);
    if (cursor === undefined) {
      fault('cursor', `"${text}" is no cursor`);
      return;
    }
    const before = this.#cursor;
    if (before !== undefined && isBefore(cursor, before)) {
      fault(
        'cursor',
        `it went back from ${before.streamSeq}.${before.eventSeq} to ${cursor.streamSeq}.${cursor.eventSeq}`,
      );
    }
    const last = this.#replayFrom === undefined ? this.lastSeq : cursor.eventSeq;
    if (cursor.eventSeq !== last) fault('cursor', `it names event ${cursor.eventSeq}, the last one was ${last}`);
    this.#cursor = cursor;
  }

  #end(id: string | undefined, type: string): void {
    if (id === undefined) return;
    // A call that is complete has its arguments; its progress goes on until it has answered.
    this.#ended.add(type === 'tool_call' ? `${id} arguments` : id);
  }
}

function isBefore(a: Cursor, b: Cursor): boolean {
  if (a.epoch !== b.epoch) return false;
  return a.streamSeq < b.streamSeq || (a.streamSeq === b.streamSeq && a.eventSeq < b.eventSeq);
}
