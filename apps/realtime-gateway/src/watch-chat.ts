import { formatCursor, type Commits, type Cursor, type SubscribeReply } from '@colloquy/contracts';
import type { ChatStreams } from './chat-streams.ts';
import type { StreamParts, Viewer } from './ports.ts';
import { readMissed, type Missed, type Place, type PlacedCommit } from './read-after.ts';
import type { ChatStream } from './stream-chat.ts';

/** Commits of a replay that travel in one message. */
const REPLAY_BATCH = 256;
const JOIN_TRIES = 20;

/** What `subscribe` answers when all goes well. */
export type Watched = Extract<SubscribeReply, { ok: true }>;

/**
 * Lets a viewer watch a chat from its cursor on: all that was missed, then what happens. Or tells it to reload, and
 * sends nothing. The caller has checked whose the chat is.
 * @throws what the log or the store throws when they cannot be read
 */
export async function watchChat(
  parts: StreamParts,
  streams: ChatStreams,
  of: { viewer: Viewer; chatId: string; cursor: Cursor | undefined },
): Promise<Watched> {
  const { chatId, viewer } = of;
  const stream = await streams.acquire(chatId, viewer);
  try {
    const missed = (await recentOf(parts, stream, of.cursor)) ?? (await streams.readOnce(chatId, of.cursor));
    const epoch = await parts.log.epoch();
    const cursor = formatCursor({ epoch, ...missed.end });
    if (!missed.recovered) {
      parts.meters.reset();
      streams.release(chatId, viewer);
      return { ok: true, recovered: false, cursor };
    }
    parts.meters.replay(missed.commits.length);
    await replay(viewer, stream, missed.commits);
    const place = await joinStream(parts, { stream, viewer, place: missed.end });
    return { ok: true, recovered: true, cursor: stream.cursorOf(place) };
  } catch (error) {
    streams.release(chatId, viewer);
    throw error;
  }
}

/** What was missed, from memory: most reconnects need no read. */
async function recentOf(
  parts: StreamParts,
  stream: ChatStream,
  cursor: Cursor | undefined,
): Promise<Missed | undefined> {
  if (!stream.tail || cursor === undefined || cursor.epoch !== (await parts.log.epoch())) return undefined;
  const tail = stream.tail;
  if (cursor.streamSeq >= tail.streamSeq) return undefined;
  const commits = stream.recent(cursor);
  return commits === undefined ? undefined : { recovered: true, commits, end: tail };
}

async function replay(viewer: Viewer, stream: ChatStream, commits: readonly PlacedCommit[]): Promise<void> {
  for (let at = 0; at < commits.length; at += REPLAY_BATCH) {
    if (viewer.behind) await viewer.drained();
    const batch: Commits = stream.batch(commits.slice(at, at + REPLAY_BATCH));
    viewer.send(batch);
  }
}

async function joinStream(
  parts: StreamParts,
  of: { stream: ChatStream; viewer: Viewer; place: Place },
): Promise<Place> {
  const { stream, viewer } = of;
  let place = of.place;
  for (let tries = 0; tries < JOIN_TRIES; tries++) {
    if (stream.join(viewer, place)) return place;
    const epoch = await parts.log.epoch();
    const missed = await readMissed(parts, stream.chatId, { epoch, ...place });
    await replay(viewer, stream, missed.commits);
    place = missed.end;
  }
  throw new Error(`chat ${stream.chatId} moves faster than it can be read`);
}
