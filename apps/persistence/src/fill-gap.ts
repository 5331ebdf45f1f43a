import type { ChatHeader } from '@colloquy/contracts';
import type { ChatLogReader } from '@colloquy/messaging';
import type { ChatReader } from '@colloquy/store';
import type { PlacedCommit } from '@colloquy/transcript';

/** So many commits, or events, are filled in one write. */
const FILL = 256;

/** What comes next in a chat. */
export interface Filling {
  readonly commits: readonly PlacedCommit[];
  /** `store`: the events are in MongoDB already, and only the document lacks them. */
  readonly from: 'log' | 'store';
}

/**
 * The commits with events that follow the header (undefined: the chat's first), from the log; from MongoDB's events
 * where the log has aged out. Undefined when neither has the next event.
 */
export async function fillGap(
  sources: { log: ChatLogReader; store: Pick<ChatReader, 'events'> },
  chatId: string,
  header: ChatHeader | undefined,
): Promise<Filling | undefined> {
  const epoch = await sources.log.epoch();
  const next = (header?.lastSeq ?? 0) + 1;
  const after = header?.position.epoch === epoch ? header.position.streamSeq : 0;
  const commits = await nextCommits(sources.log, { chatId, epoch, after, next });
  if (commits[0]?.commit.events.some(({ seq }) => seq === next) === true) return { commits, from: 'log' };
  const events = await sources.store.events(chatId, { after: next - 1, limit: FILL });
  if (events[0]?.seq !== next) return undefined;
  const commit = { v: 1 as const, chatId, events };
  return { commits: [{ epoch, streamSeq: after, commit }], from: 'store' };
}

async function nextCommits(
  log: ChatLogReader,
  from: { chatId: string; epoch: string; after: number; next: number },
): Promise<PlacedCommit[]> {
  const commits: PlacedCommit[] = [];
  for await (const { commit, streamSeq } of log.read(from.chatId, { after: from.after, complete: true })) {
    const last = commit.events.at(-1);
    if (last !== undefined && last.seq >= from.next) commits.push({ epoch: from.epoch, streamSeq, commit });
    if (commits.length >= FILL) break;
  }
  return commits;
}
