import type { ChatHeader, ChatRecord, ChatRecordUpdate } from '@colloquy/contracts';
import { DOCUMENT_MESSAGES } from '@colloquy/contracts/constants';
import { MongoReader } from './mongo-reader.ts';
import type { ChatWriter, PlacedEvent } from './ports.ts';
import { ERASING, type Models, type StoredChat, type StoredEvent } from './schemas.ts';
import { isSamePlace, saysTheSame } from './same-event.ts';
import { decodeJson } from './safe-json.ts';
import { sortMongoError } from './sort-mongo-error.ts';
import { eventId, headerOf, storedEvent, storedHeader, storedMessages } from './stored-documents.ts';

const DUPLICATE_KEY = 11000;

/** The projections in MongoDB, to be written as well. Every write is majority-committed when it resolves. */
export class MongoWriter extends MongoReader implements ChatWriter {
  async insertEvents(events: readonly PlacedEvent[]): Promise<{ conflicts: PlacedEvent[] }> {
    if (events.length === 0) return { conflicts: [] };
    return this.mongo.use(async (models) => {
      const doubled = await insertNew(models, events);
      return { conflicts: doubled.length === 0 ? [] : await othersInPlace(models, doubled) };
    });
  }

  async updateChat(chatId: string, before: number, { header, push }: ChatRecordUpdate): Promise<boolean> {
    const fields = storedHeader(header);
    const messages = storedMessages(push);
    return this.mongo.use(async ({ chats }) => {
      if (before === 0) {
        return inserted(
          chats.insertMany([{ _id: chatId, ...fields, messages: messages.slice(-DOCUMENT_MESSAGES) }], { lean: true }),
        );
      }
      const pushed =
        messages.length === 0 ? {} : { $push: { messages: { $each: messages, $slice: -DOCUMENT_MESSAGES } } };
      const guard = { _id: chatId, lastSeq: before, rebuiltAt: header.rebuiltAt ?? null };
      const { matchedCount } = await chats.updateOne(guard, { $set: fields, ...pushed });
      return matchedCount === 1;
    });
  }

  async markConflict(chatId: string, detail: string): Promise<void> {
    await this.mongo.use(({ chats }) =>
      chats.updateOne({ _id: chatId, erased: { $ne: true } }, { $set: { conflict: detail } }),
    );
  }

  async erase(chatId: string): Promise<void> {
    await this.mongo.use(async ({ chats, events }) => {
      // The tombstone first: from here on no write to the chat matches. It stays marked until the events are gone, so
      // that `halfErased` names it when this breaks off.
      await chats.replaceOne({ _id: chatId }, { erased: true, deletedAt: ERASING }, { upsert: true });
      await events.deleteMany({ chatId });
      await chats.replaceOne({ _id: chatId, erased: true }, { erased: true });
    });
  }

  async halfErased(limit: number): Promise<string[]> {
    const found = await this.mongo.use(({ chats }) =>
      chats.find({ deletedAt: ERASING }, { _id: 1 }).limit(limit).lean<{ _id: string }[]>(),
    );
    return found.map(({ _id }) => _id);
  }

  async erasedIds({ after, limit }: { after: string; limit: number }): Promise<string[]> {
    const found = await this.mongo.use(({ chats }) =>
      chats
        .find({ _id: { $gt: after }, erased: true }, { _id: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<{ _id: string }[]>(),
    );
    return found.map(({ _id }) => _id);
  }

  async deleted({ before, limit }: { before: number; limit: number }): Promise<ChatHeader[]> {
    // `$gt` a text, as in the index: without it the index could not be used.
    const deletedAt = { $gt: ERASING, $lt: new Date(before).toISOString() };
    const found = await this.mongo.use(({ chats }) =>
      chats.find({ deletedAt }, { messages: 0 }).sort({ deletedAt: 1 }).limit(limit).lean<StoredChat[]>(),
    );
    return found.flatMap((stored) => headerOf(stored) ?? []);
  }

  async chatIds({ after, limit }: { after: string; limit: number }): Promise<string[]> {
    const query = { $gt: after };
    const [chatsFound, eventsFound] = await this.mongo.use(({ chats, events }) =>
      Promise.all([
        chats
          .find({ _id: query, erased: { $ne: true } }, { _id: 1 })
          .sort({ _id: 1 })
          .limit(limit)
          .lean<{ _id: string }[]>(),
        events
          .find({ chatId: query, seq: 1 }, { chatId: 1 })
          .sort({ chatId: 1 })
          .limit(limit)
          .lean<{ chatId: string }[]>(),
      ]),
    );
    const ids = new Set([...chatsFound.map(({ _id }) => _id), ...eventsFound.map(({ chatId }) => chatId)]);
    return [...ids].sort().slice(0, limit);
  }

  async replaceChat(before: ChatHeader | undefined, record: ChatRecord): Promise<boolean> {
    const { messages, ...header } = record;
    const document = { ...storedHeader(header), messages: storedMessages(messages) };
    return this.mongo.use(async ({ chats }) => {
      if (before === undefined)
        return inserted(chats.insertMany([{ _id: record.chatId, ...document }], { lean: true }));
      const guard = { _id: record.chatId, lastSeq: before.lastSeq, rebuiltAt: before.rebuiltAt ?? null };
      const { matchedCount } = await chats.replaceOne(guard, document);
      return matchedCount === 1;
    });
  }

  async dropEvents(chatId: string, after: number): Promise<void> {
    await this.mongo.use(({ events }) => events.deleteMany({ chatId, seq: { $gt: after } }));
  }

  async replaceEvents(events: readonly PlacedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.mongo.use(async ({ events: model }) => {
      for (const placed of events) {
        const { _id, ...document } = storedEvent(placed);
        await model.replaceOne({ _id }, document, { upsert: true });
      }
    });
  }
}

async function inserted(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (writeFaults(error).every(({ code }) => code === DUPLICATE_KEY)) return false;
    throw error;
  }
}

/** Inserts what is not there; returns the events whose place is taken. */
async function insertNew({ events: model }: Models, events: readonly PlacedEvent[]): Promise<PlacedEvent[]> {
  try {
    await model.insertMany(events.map(storedEvent), { ordered: false, lean: true });
    return [];
  } catch (error) {
    const faults = writeFaults(error);
    const other = faults.find(({ code }) => code !== DUPLICATE_KEY);
    if (other !== undefined) throw sortMongoError(Object.assign(new Error(other.message), { code: other.code }));
    return faults.flatMap(({ index }) => events[index] ?? []);
  }
}

/**
 * Of events whose place is taken, those that are not what is there: it came with another commit and says something else.
 * The very same event may lie on two logs, when one was restored. After a crash a whole batch is there already, with the
 * same commits: its text is not read for that.
 */
async function othersInPlace({ events: model }: Models, events: readonly PlacedEvent[]): Promise<PlacedEvent[]> {
  const placed = await inPlace<'epoch' | 'streamSeq'>(model, events, { epoch: 1, streamSeq: 1 });
  const moved = events.filter((event) => {
    const place = placed.get(idOf(event));
    return place !== undefined && !isSamePlace(place, event);
  });
  if (moved.length === 0) return [];
  const found = await inPlace<'event'>(model, moved, { event: 1 });
  return moved.filter((event) => {
    const place = found.get(idOf(event));
    return place !== undefined && !saysTheSame(decodeJson(place.event), event.event);
  });
}

const idOf = ({ chatId, event }: PlacedEvent): string => eventId(chatId, event.seq);

async function inPlace<Field extends keyof StoredEvent>(
  model: Models['events'],
  events: readonly PlacedEvent[],
  fields: Readonly<Record<Field, 1>>,
): Promise<ReadonlyMap<string, Pick<StoredEvent, '_id' | Field>>> {
  const found = await model.find({ _id: { $in: events.map(idOf) } }, fields).lean<Pick<StoredEvent, '_id' | Field>[]>();
  return new Map(found.map((stored) => [stored._id, stored]));
}

interface WriteFault {
  readonly index: number;
  readonly code: number;
  readonly message: string;
}

/**
 * What the server said to the single documents of a bulk write.
 * @throws the error itself when it says nothing of that kind, or also that the write is not majority-committed
 */
function writeFaults(error: unknown): WriteFault[] {
  if (!(error instanceof Error) || !('writeErrors' in error)) throw error;
  if ('result' in error && notCommitted(error.result)) throw error;
  const faults = [error.writeErrors].flat() as { index: number; code: number; errmsg?: string }[];
  if (faults.length === 0) throw error;
  return faults.map(({ index, code, errmsg }) => ({ index, code, message: errmsg ?? error.message }));
}

function notCommitted(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('getWriteConcernError' in result)) return false;
  const { getWriteConcernError } = result;
  return typeof getWriteConcernError === 'function' && getWriteConcernError.call(result) !== undefined;
}
