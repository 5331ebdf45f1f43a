/**
 * A position in a chat. Opaque to clients; inside it is `<stream created epoch>.<stream sequence>.<event seq>`.
 * The epoch tells one incarnation of the stream from the next, whose sequences start again.
 */
export interface Cursor {
  /** When the stream was created, in ms since the Unix epoch, base 36. */
  readonly epoch: string;
  /** Stream sequence of the last commit that the holder has; 0 before any. */
  readonly streamSeq: number;
  /** `seq` of the last event that the holder has; 0 before any. */
  readonly eventSeq: number;
}

const CURSOR = /^([0-9a-z]{1,16})\.(\d{1,15})\.(\d{1,15})$/;

/** The text form of a cursor. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}.${String(cursor.streamSeq)}.${String(cursor.eventSeq)}`;
}

/** Reads a cursor; undefined when `text` is none. */
export function parseCursor(text: string): Cursor | undefined {
  const match = CURSOR.exec(text);
  if (!match) return undefined;
  const [, epoch = '', streamSeq = '', eventSeq = ''] = match;
  return { epoch, streamSeq: Number(streamSeq), eventSeq: Number(eventSeq) };
}
