/**
 * The two collections. Instants are ISO-8601 text with milliseconds, as in the events, so that they sort and compare
 * as written. What may be missing is null, so that an index can say so.
 */
import type { ChatEvent, ChatHeader } from '@colloquy/contracts';
import mongoose, { type Connection, type Model } from 'mongoose';

const { Mixed } = mongoose.Schema.Types;

/** Before every instant at which a chat was deleted; not '', so that the index `deleted` has it. */
export const ERASING = '0000-01-01T00:00:00.000Z';

type Nullable = 'tenantId' | 'deletedAt' | 'lastRun' | 'rebuiltAt' | 'dueAt';

/**
 * A document of `chats`; a tombstone has its id and `erased` only, and while its events are not all gone `ERASING` as
 * its `deletedAt`.
 */
export type StoredChat = { readonly _id: string } & (
  | { readonly erased: true; readonly deletedAt?: string }
  | (Omit<ChatHeader, 'chatId' | Nullable> & {
      readonly [Field in Nullable]: NonNullable<ChatHeader[Field]> | null;
    } & {
      readonly erased?: never;
      readonly conflict?: string;
      /** Since when the longest open question waits. */
      readonly askedAt?: string | null;
      readonly messages: readonly ChatEvent[];
    })
);

/** A document of `events`. */
export interface StoredEvent {
  /** `<chatId>:<seq>`: no two events can have one place. */
  readonly _id: string;
  readonly chatId: string;
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly ownerId: string;
  readonly tenantId: string | null;
  readonly epoch: string;
  readonly streamSeq: number;
  /** The event as it is on the log. */
  readonly event: ChatEvent;
}

const OPTIONS = {
  autoIndex: false,
  autoCreate: false,
  versionKey: false,
  minimize: false,
  bufferCommands: false,
} as const;

const text = { type: String, default: undefined };
const count = { type: Number, default: undefined };

function chatSchema(): mongoose.Schema {
  const schema = new mongoose.Schema(
    {
      _id: String,
      erased: Boolean,
      conflict: text,
      ownerId: text,
      tenantId: text,
      workflow: text,
      title: text,
      status: text,
      pinned: Boolean,
      shareId: text,
      createdAt: text,
      updatedAt: text,
      deletedAt: text,
      lastSeq: count,
      forkedFrom: Mixed,
      seenSeq: count,
      unread: { type: [Number], default: undefined },
      askedAt: text,
      usage: Mixed,
      pendingRequests: { type: [Mixed], default: undefined },
      lastRun: Mixed,
      lastText: text,
      messageCount: count,
      position: Mixed,
      openMessages: { type: [Mixed], default: undefined },
      openCalls: { type: [String], default: undefined },
      childRuns: { type: [Mixed], default: undefined },
      inboxSeq: count,
      dueAt: text,
      rebuiltAt: text,
      messages: { type: [Mixed], default: undefined },
    },
    OPTIONS,
  );
  // A user's list, whole and by status, newest first.
  schema.index({ ownerId: 1, tenantId: 1, deletedAt: 1, updatedAt: -1, _id: -1 }, { name: 'list' });
  schema.index(
    { ownerId: 1, tenantId: 1, deletedAt: 1, status: 1, updatedAt: -1, _id: -1 },
    { name: 'list_by_status' },
  );
  // What waits for a user; only a chat with an open question has a text there.
  schema.index(
    { ownerId: 1, tenantId: 1, deletedAt: 1, askedAt: 1, _id: 1 },
    { name: 'inbox', partialFilterExpression: { askedAt: { $gt: '' } } },
  );
  // Read-only links; few chats have one.
  schema.index({ shareId: 1 }, { name: 'links', partialFilterExpression: { shareId: { $gt: '' } } });
  // The watchdog, and operators; both find few.
  schema.index(
    { status: 1, updatedAt: 1, _id: 1 },
    { name: 'sleepers', partialFilterExpression: { status: 'running' } },
  );
  // Only a chat that waits for a timer has a text there; a run that has ended waits for none, whatever is left there.
  schema.index(
    { dueAt: 1, _id: 1 },
    { name: 'overdue_runs', partialFilterExpression: { dueAt: { $gt: '' }, 'lastRun.status': 'running' } },
  );
  schema.index({ conflict: 1 }, { name: 'conflicts', sparse: true });
  // What waits to be erased: only what is deleted has a text there.
  schema.index({ deletedAt: 1 }, { name: 'deleted', partialFilterExpression: { deletedAt: { $gt: '' } } });
  return schema;
}

function eventSchema(): mongoose.Schema {
  const schema = new mongoose.Schema(
    {
      _id: String,
      chatId: text,
      seq: count,
      type: text,
      at: text,
      ownerId: text,
      tenantId: text,
      epoch: text,
      streamSeq: count,
      event: Mixed,
    },
    OPTIONS,
  );
  schema.index({ chatId: 1, seq: 1 }, { name: 'history' });
  schema.index({ ownerId: 1, tenantId: 1, at: 1 }, { name: 'usage', partialFilterExpression: { type: 'usage' } });
  return schema;
}

/** The models of one connection. */
export interface Models {
  readonly chats: Model<StoredChat>;
  readonly events: Model<StoredEvent>;
}

/** Makes the models on a connection; nothing is sent. */
export function modelsOn(connection: Connection): Models {
  return {
    chats: connection.model<StoredChat>('Chat', chatSchema(), 'chats'),
    events: connection.model<StoredEvent>('Event', eventSchema(), 'events'),
  };
}
