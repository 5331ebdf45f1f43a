import type { ChatEvent, ChatHeader, ChatRecord, UsageReport } from '@colloquy/contracts';
import type { MongoConnection } from './mongo-connection.ts';
import { formatPage, parsePage } from './page-position.ts';
import type { ChatQuery, ChatReader, OverdueChat, SleepingChat } from './ports.ts';
import { decodeJson } from './safe-json.ts';
import type { StoredChat } from './schemas.ts';
import { headerOf, recordOf } from './stored-documents.ts';
import { NO_AGENT, usageReport, type UsageRow } from './usage-report.ts';

type Filter = Record<string, unknown>;

/** The projections in MongoDB, to be read. */
export class MongoReader implements ChatReader {
  protected readonly mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.mongo = mongo;
  }

  async chat(chatId: string): Promise<ChatRecord | undefined> {
    return this.mongo.use(async ({ chats }) => recordOf(await chats.findById(chatId).lean<StoredChat>()));
  }

  async header(chatId: string): Promise<ChatHeader | undefined> {
    return this.mongo.use(async ({ chats }) =>
      headerOf(await chats.findById(chatId, { messages: 0 }).lean<StoredChat>()),
    );
  }

  async shared(shareId: string): Promise<ChatHeader | undefined> {
    return this.mongo.use(async ({ chats }) =>
      headerOf(await chats.findOne({ shareId, deletedAt: null }, { messages: 0 }).lean<StoredChat>()),
    );
  }

  async asking({
    ownerId,
    tenantId,
    limit,
  }: {
    ownerId: string;
    tenantId?: string;
    limit: number;
  }): Promise<ChatHeader[]> {
    const found = await this.mongo.use(({ chats }) =>
      chats
        .find({ ownerId, tenantId: tenantId ?? null, deletedAt: null, askedAt: { $gt: '' } }, { messages: 0 })
        .sort({ askedAt: 1, _id: 1 })
        .limit(limit)
        .lean<StoredChat[]>(),
    );
    return found.flatMap((stored) => headerOf(stored) ?? []);
  }

  async isErased(chatId: string): Promise<boolean> {
    return this.mongo.use(async ({ chats }) => (await chats.exists({ _id: chatId, erased: true })) !== null);
  }

  async chats(query: ChatQuery): Promise<{ chats: ChatHeader[]; next?: string }> {
    const filter = listFilter(query);
    const found = await this.mongo.use(({ chats }) =>
      chats
        .find(filter, { messages: 0 })
        .sort({ updatedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .lean<StoredChat[]>(),
    );
    const page = found.slice(0, query.limit).flatMap((stored) => headerOf(stored) ?? []);
    const last = page.at(-1);
    return { chats: page, ...(found.length > query.limit && last !== undefined ? { next: formatPage(last) } : {}) };
  }

  async events(chatId: string, { after, limit }: { after: number; limit: number }): Promise<ChatEvent[]> {
    const found = await this.mongo.use(({ events }) =>
      events
        .find({ chatId, seq: { $gt: after } }, { event: 1 })
        .sort({ seq: 1 })
        .limit(limit)
        .lean<{ event: unknown }[]>(),
    );
    return found.map(({ event }) => decodeJson(event) as ChatEvent);
  }

  async usage(ownerId: string, tenantId?: string, since = ''): Promise<UsageReport> {
    const sum = (field: string) => ({ $sum: `$event.${field}` });
    const rows = await this.mongo.use(({ events }) =>
      events.aggregate<{ _id: { day: string; model: string; agent?: string | null } } & UsageRow>([
        { $match: { type: 'usage', ownerId, tenantId: tenantId ?? null, at: { $gte: since } } },
        {
          $group: {
            _id: { day: { $substrCP: ['$at', 0, 10] }, model: '$event.model', agent: '$event.agent' },
            promptTokens: sum('promptTokens'),
            cachedTokens: sum('cachedTokens'),
            completionTokens: sum('completionTokens'),
            costMicroUsd: sum('costMicroUsd'),
            modelCalls: { $sum: 1 },
            unpricedCalls: { $sum: { $cond: [{ $eq: ['$event.costMicroUsd', null] }, 1, 0] } },
          },
        },
      ]),
    );
    return usageReport(rows.map(({ _id, ...totals }) => ({ ...totals, ..._id, agent: _id.agent ?? NO_AGENT })));
  }

  async notAtRest({
    before,
    limit,
    after,
  }: {
    before: number;
    limit: number;
    after?: SleepingChat;
  }): Promise<SleepingChat[]> {
    const filter: Filter = { status: 'running', updatedAt: { $lt: new Date(before).toISOString() } };
    if (after !== undefined) {
      const { updatedAt, chatId } = after;
      filter['$or'] = [{ updatedAt: { $gt: updatedAt } }, { updatedAt, _id: { $gt: chatId } }];
    }
    const found = await this.mongo.use(({ chats }) =>
      chats
        .find(filter, { lastSeq: 1, updatedAt: 1 })
        .sort({ updatedAt: 1, _id: 1 })
        .limit(limit)
        .lean<{ _id: string; lastSeq: number; updatedAt: string }[]>(),
    );
    return found.map(({ _id, lastSeq, updatedAt }) => ({ chatId: _id, lastSeq, updatedAt }));
  }

  async overdue({
    before,
    limit,
    after,
  }: {
    before: number;
    limit: number;
    after?: OverdueChat;
  }): Promise<OverdueChat[]> {
    const filter: Filter = {
      dueAt: { $gt: '', $lt: new Date(before).toISOString() },
      'lastRun.status': 'running',
      conflict: null,
    };
    if (after !== undefined) {
      const { dueAt, chatId } = after;
      filter['$or'] = [{ dueAt: { $gt: dueAt } }, { dueAt, _id: { $gt: chatId } }];
    }
    const found = await this.mongo.use(({ chats }) =>
      chats.find(filter, { dueAt: 1 }).sort({ dueAt: 1, _id: 1 }).limit(limit).lean<{ _id: string; dueAt: string }[]>(),
    );
    return found.map(({ _id, dueAt }) => ({ chatId: _id, dueAt }));
  }

  async conflicts(limit: number): Promise<{ chatId: string; detail: string }[]> {
    const found = await this.mongo.use(({ chats }) =>
      chats
        .find({ conflict: { $gt: '' } }, { conflict: 1 })
        .limit(limit)
        .lean<{ _id: string; conflict: string }[]>(),
    );
    return found.map(({ _id, conflict }) => ({ chatId: _id, detail: conflict }));
  }

  async ping(): Promise<void> {
    await this.mongo.ping();
  }

  async close(): Promise<void> {
    await this.mongo.close();
  }
}

function listFilter({ ownerId, tenantId, status, q, pinned, unread, before }: ChatQuery): Filter {
  const conditions: Filter[] = [{ ownerId, tenantId: tenantId ?? null, deletedAt: null }];
  if (status !== undefined) conditions.push({ status });
  if (pinned === true) conditions.push({ pinned });
  if (unread === true) conditions.push({ 'unread.0': { $gte: 0 } });
  if (q !== undefined && q !== '') {
    const pattern = { $regex: q.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), $options: 'i' };
    conditions.push({ $or: [{ title: pattern }, { lastText: pattern }] });
  }
  if (before !== undefined) {
    const { updatedAt, chatId } = parsePage(before);
    conditions.push({ $or: [{ updatedAt: { $lt: updatedAt } }, { updatedAt, _id: { $lt: chatId } }] });
  }
  return { $and: conditions };
}
