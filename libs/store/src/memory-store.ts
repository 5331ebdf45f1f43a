import type { ChatEvent, ChatHeader, ChatRecord, ChatRecordUpdate, UsageReport } from '@colloquy/contracts';
import { DOCUMENT_MESSAGES } from '@colloquy/contracts/constants';
import { formatPage, parsePage } from './page-position.ts';
import type { ChatQuery, ChatReader, ChatWriter, OverdueChat, PlacedEvent, SleepingChat } from './ports.ts';
import { isSameEvent } from './same-event.ts';
import { askedAtOf } from './stored-documents.ts';
import { NO_AGENT, usageReport, type UsageRow } from './usage-report.ts';

/**
 * A call on the store, just before it is carried out or just after: an error after it is a lost answer. `erase` is the
 * one call of several writes: it can break off `within`, between the tombstone and the events.
 */
export interface StoreCall {
  readonly method: keyof ChatWriter;
  readonly when: 'before' | 'within' | 'after';
}

/** How the twin misbehaves. */
export interface MemoryStoreOptions {
  /** May throw `StoreUnavailableError`, or take its time. */
  readonly fault?: (call: StoreCall) => void | Promise<void>;
}

interface Kept {
  readonly chats: Map<string, ChatRecord>;
  readonly erased: Set<string>;
  /** Those among the erased whose events may still be there. */
  readonly halfErased: Set<string>;
  readonly events: Map<string, PlacedEvent>;
  readonly conflicts: Map<string, string>;
}

/** The store's twin in memory: the same promises (they share a test suite), with faults on request. */
export function createMemoryStore(options: MemoryStoreOptions = {}): ChatWriter & { close(): Promise<void> } {
  const kept: Kept = {
    chats: new Map(),
    erased: new Set(),
    halfErased: new Set(),
    events: new Map(),
    conflicts: new Map(),
  };
  const call = async <T>(method: keyof ChatWriter, work: () => T): Promise<T> => {
    await options.fault?.({ method, when: 'before' });
    const result = structuredClone(work());
    await options.fault?.({ method, when: 'after' });
    return result;
  };
  return {
    ...reader(kept, call),
    insertEvents: (events) => call('insertEvents', () => insertEvents(kept, events)),
    updateChat: (chatId, before, update) => call('updateChat', () => updateChat(kept, { chatId, before, update })),
    markConflict: (chatId, detail) =>
      call('markConflict', () => {
        if (kept.chats.has(chatId)) kept.conflicts.set(chatId, detail);
      }),
    erase: async (chatId) => {
      await options.fault?.({ method: 'erase', when: 'before' });
      buryChat(kept, chatId);
      await options.fault?.({ method: 'erase', when: 'within' });
      eraseEvents(kept, chatId);
      await options.fault?.({ method: 'erase', when: 'after' });
    },
    halfErased: (limit) => call('halfErased', () => [...kept.halfErased].slice(0, limit)),
    erasedIds: ({ after, limit }) =>
      call('erasedIds', () =>
        [...kept.erased]
          .filter((chatId) => chatId > after)
          .sort(compare)
          .slice(0, limit),
      ),
    deleted: ({ before, limit }) =>
      call('deleted', () =>
        [...kept.chats.values()]
          .filter(({ deletedAt }) => deletedAt !== undefined && Date.parse(deletedAt) < before)
          .sort((a, b) => compare(a.deletedAt ?? '', b.deletedAt ?? ''))
          .slice(0, limit)
          .flatMap((record) => headerOf(record) ?? []),
      ),
    ...rebuilder(kept, call),
    close: () => Promise.resolve(),
  };
}

type Call = <T>(method: keyof ChatWriter, work: () => T) => Promise<T>;

function reader(kept: Kept, call: Call): ChatReader {
  const { chats, erased, events, conflicts } = kept;
  return {
    chat: (chatId) => call('chat', () => chats.get(chatId)),
    header: (chatId) => call('header', () => headerOf(chats.get(chatId))),
    shared: (shareId) => call('shared', () => headerOf([...chats.values()].find((chat) => isShared(chat, shareId)))),
    asking: (query) => call('asking', () => asking(kept, query)),
    isErased: (chatId) => call('isErased', () => erased.has(chatId)),
    chats: (query) => call('chats', () => listChats(kept, query)),
    events: (chatId, { after, limit }) => call('events', () => history(events, chatId, after).slice(0, limit)),
    usage: (ownerId, tenantId, since = '') => call('usage', () => usageOf(kept, { ownerId, tenantId, since })),
    notAtRest: (query) => call('notAtRest', () => notAtRest(kept, query)),
    overdue: (query) => call('overdue', () => overdue(kept, query)),
    conflicts: (limit) =>
      call('conflicts', () => [...conflicts].slice(0, limit).map(([chatId, detail]) => ({ chatId, detail }))),
    ping: () => call('ping', () => undefined),
  };
}

const isShared = (chat: ChatRecord, shareId: string): boolean =>
  chat.shareId === shareId && chat.deletedAt === undefined;

function asking({ chats }: Kept, { ownerId, tenantId, limit }: Parameters<ChatReader['asking']>[0]): ChatHeader[] {
  const since = (chat: ChatRecord): string => askedAtOf(chat) ?? '';
  return [...chats.values()]
    .filter((chat) => chat.ownerId === ownerId && chat.tenantId === tenantId && chat.deletedAt === undefined)
    .filter((chat) => askedAtOf(chat) !== null)
    .sort((a, b) => compare(since(a), since(b)) || compare(a.chatId, b.chatId))
    .slice(0, limit)
    .flatMap((record) => headerOf(record) ?? []);
}

function notAtRest({ chats }: Kept, { before, limit, after }: Parameters<ChatReader['notAtRest']>[0]): SleepingChat[] {
  const inOrder = (a: SleepingChat, b: SleepingChat): number =>
    compare(a.updatedAt, b.updatedAt) || compare(a.chatId, b.chatId);
  return [...chats.values()]
    .filter(({ status, updatedAt }) => status === 'running' && Date.parse(updatedAt) < before)
    .map(({ chatId, lastSeq, updatedAt }) => ({ chatId, lastSeq, updatedAt }))
    .filter((chat) => after === undefined || inOrder(chat, after) > 0)
    .sort(inOrder)
    .slice(0, limit);
}

function overdue(
  { chats, conflicts }: Kept,
  { before, limit, after }: Parameters<ChatReader['overdue']>[0],
): OverdueChat[] {
  const inOrder = (a: OverdueChat, b: OverdueChat): number => compare(a.dueAt, b.dueAt) || compare(a.chatId, b.chatId);
  return [...chats.values()]
    .filter(({ chatId, lastRun }) => lastRun?.status === 'running' && !conflicts.has(chatId))
    .flatMap(({ chatId, dueAt }) => (dueAt !== undefined && Date.parse(dueAt) < before ? [{ chatId, dueAt }] : []))
    .filter((chat) => after === undefined || inOrder(chat, after) > 0)
    .sort(inOrder)
    .slice(0, limit);
}

function rebuilder(
  kept: Kept,
  call: Call,
): Pick<ChatWriter, 'chatIds' | 'replaceChat' | 'replaceEvents' | 'dropEvents'> {
  const { chats, erased, events, conflicts } = kept;
  return {
    chatIds: ({ after, limit }) =>
      call('chatIds', () => {
        const ids = new Set([...chats.keys(), ...[...events.values()].map(({ chatId }) => chatId)]);
        return [...ids]
          .filter((chatId) => chatId > after)
          .sort(compare)
          .slice(0, limit);
      }),
    replaceChat: (before, record) =>
      call('replaceChat', () => {
        const there = chats.get(record.chatId);
        if (erased.has(record.chatId) || !isSame(there, before)) return false;
        chats.set(record.chatId, structuredClone(record));
        conflicts.delete(record.chatId);
        return true;
      }),
    dropEvents: (chatId, after) =>
      call('dropEvents', () => {
        for (const [id, one] of events) if (one.chatId === chatId && one.event.seq > after) events.delete(id);
      }),
    replaceEvents: (placed) =>
      call('replaceEvents', () => {
        for (const one of placed) events.set(`${one.chatId}:${one.event.seq}`, structuredClone(one));
      }),
  };
}

/** True when no write has come between two reads of a document. */
const isSame = (a: ChatHeader | undefined, b: ChatHeader | undefined): boolean =>
  a?.lastSeq === b?.lastSeq && a?.rebuiltAt === b?.rebuiltAt;

function headerOf(record: ChatRecord | undefined): ChatHeader | undefined {
  if (record === undefined) return undefined;
  const { messages: _, ...header } = record;
  return header;
}

function listChats({ chats }: Kept, query: ChatQuery): { chats: ChatHeader[]; next?: string } {
  const position = query.before === undefined ? undefined : parsePage(query.before);
  const found = [...chats.values()]
    .filter((chat) => isListed(chat, query))
    .sort((a, b) => compare(b.updatedAt, a.updatedAt) || compare(b.chatId, a.chatId))
    .filter(({ updatedAt, chatId }) => {
      if (position === undefined) return true;
      return (compare(updatedAt, position.updatedAt) || compare(chatId, position.chatId)) < 0;
    });
  const page = found.slice(0, query.limit).flatMap((record) => headerOf(record) ?? []);
  const last = page.at(-1);
  return { chats: page, ...(found.length > query.limit && last !== undefined ? { next: formatPage(last) } : {}) };
}

function isListed(chat: ChatRecord, query: ChatQuery): boolean {
  const { ownerId, tenantId, status, q = '' } = query;
  const needle = q.toLowerCase();
  return (
    chat.ownerId === ownerId &&
    chat.tenantId === tenantId &&
    chat.deletedAt === undefined &&
    (status === undefined || chat.status === status) &&
    isMarked(chat, query) &&
    [chat.title, chat.lastText].some((text) => text.toLowerCase().includes(needle))
  );
}

function isMarked(chat: ChatRecord, { pinned, unread }: ChatQuery): boolean {
  return (pinned !== true || chat.pinned) && (unread !== true || (chat.unread ?? []).length > 0);
}

function history(events: Kept['events'], chatId: string, after: number): ChatEvent[] {
  return [...events.values()]
    .filter((placed) => placed.chatId === chatId && placed.event.seq > after)
    .map(({ event }) => event)
    .sort((a, b) => a.seq - b.seq);
}

function usageOf(
  { events }: Kept,
  { ownerId, tenantId, since }: { ownerId: string; tenantId: string | undefined; since: string },
): UsageReport {
  const mine = [...events.values()].filter(
    (placed) => placed.ownerId === ownerId && placed.tenantId === tenantId && placed.event.at >= since,
  );
  return usageReport(mine.flatMap(({ event }) => usageRow(event)));
}

function usageRow(event: ChatEvent): UsageRow[] {
  if (event.type !== 'usage') return [];
  const { at, model, agent = NO_AGENT, promptTokens, cachedTokens, completionTokens, costMicroUsd } = event;
  const money = { costMicroUsd: costMicroUsd ?? 0, unpricedCalls: Number(costMicroUsd === null) };
  const tokens = { promptTokens, cachedTokens, completionTokens };
  return [{ day: at.slice(0, 10), model, agent, ...tokens, ...money, modelCalls: 1 }];
}

function insertEvents({ events }: Kept, placed: readonly PlacedEvent[]): { conflicts: PlacedEvent[] } {
  const conflicts = placed.filter((event) => {
    const id = `${event.chatId}:${event.event.seq}`;
    const there = events.get(id);
    if (there === undefined) events.set(id, structuredClone(event));
    return there !== undefined && !isSameEvent(there, event);
  });
  return { conflicts };
}

function updateChat(kept: Kept, write: { chatId: string; before: number; update: ChatRecordUpdate }): boolean {
  const { chatId, before, update } = write;
  const record = kept.chats.get(chatId);
  if (kept.erased.has(chatId) || (record?.lastSeq ?? 0) !== before) return false;
  if (record?.rebuiltAt !== update.header.rebuiltAt) return false;
  const messages = [...(record?.messages ?? []), ...update.push].slice(-DOCUMENT_MESSAGES);
  kept.chats.set(chatId, structuredClone({ ...update.header, messages }));
  return true;
}

function buryChat(kept: Kept, chatId: string): void {
  kept.chats.delete(chatId);
  kept.conflicts.delete(chatId);
  kept.erased.add(chatId);
  kept.halfErased.add(chatId);
}

function eraseEvents(kept: Kept, chatId: string): void {
  for (const [id, placed] of kept.events) if (placed.chatId === chatId) kept.events.delete(id);
  kept.halfErased.delete(chatId);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
