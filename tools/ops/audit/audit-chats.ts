import { auditChat, type Audited, type AuditOptions } from './audit-chat.ts';

/** So many chats are looked at side by side. */
const AT_ONCE = 8;

/** What came of an audit of several chats. */
export interface AuditSummary {
  /** Chats that are there. */
  readonly audited: number;
  /** Chats that are gone for good. */
  readonly erased: number;
  /** Ids that are no chat's. */
  readonly unknown: number;
  /** Events of all chats. */
  readonly events: number;
  /** Chats in which something differs. */
  readonly wrong: number;
}

/**
 * Audits chats, some side by side, and tells of each as it is done.
 * @throws what the log, the store or the API throws when it does not answer
 */
export async function auditChats(
  options: AuditOptions,
  ids: AsyncIterable<string> | Iterable<string>,
  onChat: (audited: Audited) => void,
): Promise<AuditSummary> {
  const summary = { audited: 0, erased: 0, unknown: 0, events: 0, wrong: 0 };
  const waiting = oneByOne(ids);
  const worker = async (): Promise<void> => {
    for (;;) {
      const chatId = await waiting();
      if (chatId === undefined) return;
      const audited = await auditChat(options, chatId);
      summary[audited.kind] += 1;
      if (audited.kind === 'audited') summary.events += audited.events;
      if (audited.kind !== 'unknown' && audited.differences.length > 0) summary.wrong += 1;
      onChat(audited);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return summary;
}

/** Gives each id to one caller only, then undefined for ever. */
function oneByOne(ids: AsyncIterable<string> | Iterable<string>): () => Promise<string | undefined> {
  const iterator = Symbol.asyncIterator in ids ? ids[Symbol.asyncIterator]() : ids[Symbol.iterator]();
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(async () => {
      const result = await iterator.next();
      return result.done === true ? undefined : result.value;
    });
    last = next;
    return next;
  };
}
