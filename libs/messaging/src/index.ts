/** The log, commands, tickets and owner requests over NATS, with in-memory twins. */
export type {
  Appended,
  AppendBatch,
  ChatAppender,
  ChatLog,
  ChatLogReader,
  CommandDelivery,
  CommandQueue,
  LiveCommit,
  LiveFeed,
  LogConsumer,
  LogDelivery,
  LogPosition,
  Messaging,
  OwnerChannel,
  StoredCommit,
  Subscription,
  TicketDelivery,
  TicketQueue,
  WorkflowBucket,
} from './ports.ts';
export { FencedError } from './ports.ts';
