/**
 * The beginning of a chat, for what needs all of it in memory. Invariants (tests name them):
 * B1  No more is held than the limit and one page: it is counted while it is read, from the store and from the log.
 * B2  It ends in time, whatever hangs.
 */
import { StoreUnavailableError } from '@colloquy/store';
import type { ChatEvent } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';
import type { GatewayParts } from './ports.ts';
import { readRawEvents } from './read-chat.ts';
import { withinTime } from './within.ts';

/** Events that are asked of the store at once: few, since each may be as large as a commit. */
const PAGE = 50;
const READ_MS = 15_000;

/** How much is read. */
export interface Beginning {
  /** `seq` of the last event that is wanted. */
  readonly upTo: number;
  /** How much may be held, in bytes of JSON. */
  readonly maxBytes: number;
}

/**
 * The events of a chat up to the one with `seq` `upTo`, with their private fields; fewer when it has not so many.
 * @throws ProblemError 413 when they are more than `maxBytes`
 * @throws StoreUnavailableError when they cannot be had, or not in time
 */
export async function readBeginning(parts: GatewayParts, chatId: string, beginning: Beginning): Promise<ChatEvent[]> {
  const counter = new Counter(beginning.maxBytes);
  try {
    const events = await withinTime(parts.clock, READ_MS, readUpTo(parts, chatId, { upTo: beginning.upTo, counter }));
    if (events !== undefined) return events;
    throw new StoreUnavailableError(`the beginning of chat ${chatId} cannot be read in time`);
  } finally {
    counter.over = true;
  }
}

async function readUpTo(
  parts: GatewayParts,
  chatId: string,
  { upTo, counter }: { readonly upTo: number; readonly counter: Counter },
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const onEvent = (event: ChatEvent): void => {
    counter.add(event);
  };
  let limit = PAGE;
  while (events.length < upTo) {
    const page = { after: events.length, limit: Math.min(limit, upTo - events.length), onEvent };
    const { events: found, stored, more } = await readRawEvents(parts, chatId, page);
    for (const event of found) events.push(event);
    if (!more) break;
    // What the store has not is read in one go: the log would be read from the same place for every page.
    limit = stored < found.length ? Infinity : PAGE;
  }
  return events;
}

/** Counts what is read; stops the reading when it is too much, or when nobody waits for it any more. */
class Counter {
  over = false;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(event: ChatEvent): void {
    this.#bytes += Buffer.byteLength(JSON.stringify(event));
    if (this.over || this.#bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
  }
}

function tooLarge(maxBytes: number): ProblemError {
  const limit = `${String(maxBytes / 1024 / 1024)} MiB`;
  return new ProblemError({
    status: 413,
    code: 'chat_too_large',
    title: 'The chat is too large',
    detail: `Up to that event the chat has more than ${limit}. Fork it at an earlier event.`,
  });
}
