import { MalformedCommitError, type ChatEvent } from '@colloquy/contracts';
import type { Messaging } from '@colloquy/messaging';
import type { EraserParts } from './ports.ts';

/** Where messages are that may name a file. */
export type NamingParts = Pick<EraserParts, 'store'> & {
  readonly messaging: Pick<EraserParts['messaging'], 'log' | 'commands'> & {
    readonly parked: Pick<Messaging['parked'], 'list'>;
  };
};

const PAGE = 256;

/**
 * Answers whether a message of a chat names a file, for one sweep: what a chat was seen to name is not looked for again.
 * `later` while a command waits that may: on the queue, or given up and not dropped yet. The queue is asked before the
 * log, for a command leaves it once it is on the log; and again after what was given up, which may be put back on it.
 */
export function namesFile(parts: NamingParts): (chatId: string, fileId: string) => Promise<boolean | 'later'> {
  const { commands } = parts.messaging;
  const seen = new Map<string, Set<string>>();
  return async (chatId, fileId) => {
    const named = seen.get(chatId) ?? new Set();
    seen.set(chatId, named);
    if (named.has(fileId)) return true;
    const waits =
      (await commands.oldest(chatId)) !== undefined ||
      (await isParked(parts, chatId, fileId)) ||
      (await commands.oldest(chatId)) !== undefined;
    if (waits) return 'later';
    const end = await readAll(parts, chatId, (event) => {
      if (event.type === 'user_message') for (const file of event.attachments ?? []) named.add(file.fileId);
    });
    return named.has(fileId) || (end === 'broken' ? 'later' : false);
  };
}

async function isParked({ messaging: { parked } }: NamingParts, chatId: string, fileId: string): Promise<boolean> {
  for (let after = 0; ;) {
    const page = await parked.list({ after, limit: PAGE });
    if (page.some((each) => each.chatId === chatId && each.payload.includes(fileId))) return true;
    const last = page.at(-1);
    if (last === undefined) return false;
    after = last.streamSeq;
  }
}

/** Events on the log, and those that have aged out of it; `broken` when the log holds what cannot be read. */
async function readAll(
  { store, messaging }: NamingParts,
  chatId: string,
  onEvent: (event: ChatEvent) => void,
): Promise<'whole' | 'broken'> {
  let end: 'whole' | 'broken' = 'whole';
  try {
    for await (const { commit } of messaging.log.read(chatId, { after: 0, complete: true })) {
      commit.events.forEach(onEvent);
    }
  } catch (error) {
    if (!(error instanceof MalformedCommitError)) throw error;
    end = 'broken';
  }
  for (let after = 0; ;) {
    const events = await store.events(chatId, { after, limit: PAGE });
    events.forEach(onEvent);
    const last = events.at(-1);
    if (last === undefined) return end;
    after = last.seq;
  }
}
