import type { Cursor, SubscribeReply } from '@colloquy/contracts';
import type { ChatStreams, Hold } from './chat-streams.ts';
import type { Place, PlacedCommit } from './commit-ring.ts';
import type { StreamParts, Viewer } from './ports.ts';
import type { Missed } from './read-after.ts';
import type { ChatStream } from './stream-chat.ts';

const JOIN_TRIES = 20;
const STREAM_TRIES = 3;

/** The chat is not to be watched any more, or by a newer call: this one has sent its last. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';
}

/** The stream was created anew since the chat was opened. */
class StreamGoneError extends Error {
  override readonly name = 'StreamGoneError';
}

/** Who wants to watch what, from where on. */
export interface WatchRequest {
  readonly viewer: Viewer;
  readonly chatId: string;
  readonly cursor: Cursor | undefined;
  /** False as soon as nobody wants the answer any more. */
  readonly isWanted: () => boolean;
  /** Called in the tick in which the viewer has joined; the hold is the caller's from then on. */
  readonly onJoined: (hold: Hold) => void;
}

/** What `subscribe` answers when all goes well. */
export type Watched = Extract<SubscribeReply, { ok: true }>;

/**
 * Lets a viewer watch a chat from its cursor on: all that was missed, then what happens. Or tells it to reload, and
 * sends nothing. The caller has checked whose the chat is.
 * @throws SupersededError
 * @throws what the log or the store throws when they cannot be read
 */
export async function watchChat(parts: StreamParts, streams: ChatStreams, request: WatchRequest): Promise<Watched> {
  for (let tries = 1; ; tries++) {
    try {
      return await watchOnce(parts, streams, request);
    } catch (error) {
      if (!(error instanceof StreamGoneError) || tries === STREAM_TRIES) throw error;
    }
  }
}

async function watchOnce(parts: StreamParts, streams: ChatStreams, request: WatchRequest): Promise<Watched> {
  const hold = await streams.acquire(request.chatId);
  let kept = false;
  const onJoined = (): void => {
    kept = true;
    request.onJoined(hold);
  };
  try {
    return await replayAndJoin(parts, { streams, stream: hold.stream, request, onJoined });
  } finally {
    if (!kept) hold.release();
  }
}

async function replayAndJoin(
  parts: StreamParts,
  of: { streams: ChatStreams; stream: ChatStream; request: WatchRequest; onJoined: () => void },
): Promise<Watched> {
  const { streams, stream, request } = of;
  let { cursor } = request;
  let replayed = 0;
  for (let tries = 0; tries < JOIN_TRIES; tries++) {
    assertWanted(request);
    const missed = recentOf(stream, cursor) ?? (await streams.readOnce(request.chatId, cursor));
    checkEpoch(streams, stream, missed);
    if (!missed.recovered) {
      parts.meters.reset();
      return { ok: true, recovered: false, cursor: stream.cursorOf(missed.end) };
    }
    replayed += missed.commits.length;
    await replay(stream, request, missed.commits);
    assertWanted(request);
    if (stream.closed) throw new StreamGoneError(`chat ${stream.chatId} was closed meanwhile`);
    if (stream.join(request.viewer, missed.end)) {
      of.onJoined();
      parts.meters.replay(replayed);
      return { ok: true, recovered: true, cursor: stream.cursorOf(newer(missed.end, stream.sent)) };
    }
    cursor = { epoch: stream.epoch, ...missed.end };
  }
  throw new Error(`chat ${request.chatId} moves faster than it can be read`);
}

/** What was missed, from memory: most reconnects need no read. */
function recentOf(stream: ChatStream, cursor: Cursor | undefined): Missed | undefined {
  const { tail, epoch } = stream;
  if (!tail || cursor?.epoch !== epoch || cursor.streamSeq > tail.streamSeq) return undefined;
  const commits = stream.recent(cursor);
  return commits && { epoch, recovered: true, commits, end: tail };
}

/** @throws StreamGoneError when what was read is of another incarnation than the stream: it is opened again */
function checkEpoch(streams: ChatStreams, stream: ChatStream, missed: Missed): void {
  if (missed.epoch === stream.epoch) return;
  streams.retire(stream);
  throw new StreamGoneError(`the log is another one since chat ${stream.chatId} was opened`);
}

async function replay(stream: ChatStream, request: WatchRequest, commits: readonly PlacedCommit[]): Promise<void> {
  for (const batch of stream.batches(commits)) {
    if (request.viewer.behind) await request.viewer.drained();
    assertWanted(request);
    request.viewer.send(batch);
  }
}

function assertWanted({ isWanted, chatId }: WatchRequest): void {
  if (!isWanted()) throw new SupersededError(`chat ${chatId} is not to be watched by this call any more`);
}

const newer = (a: Place, b: Place | undefined): Place => (b && b.streamSeq > a.streamSeq ? b : a);
