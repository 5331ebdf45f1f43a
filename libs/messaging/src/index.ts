/** The log, commands, tickets and owner requests over NATS, with in-memory twins. */
export type {
  Appended,
  AppendBatch,
  ChatAppender,
  ChatLog,
  ChatLogReader,
  CommandDelivery,
  CommandQueue,
  FileRecords,
  KeptRecord,
  LiveCommit,
  LiveFeed,
  LogConsumer,
  LogDelivery,
  LogPosition,
  Messaging,
  OwnerChannel,
  ParkedMessage,
  ParkedMessages,
  Restored,
  StoredCommit,
  Subscription,
  TicketDelivery,
  TicketQueue,
  WorkflowBucket,
} from './ports.ts';
export { EMPTY_LOG, FencedError } from './ports.ts';
export {
  AbandonedError,
  AccessDeniedError,
  BrokerRefusedError,
  BrokerUnavailableError,
  NotRetryableError,
  ProvisionError,
  UnsupportedServerError,
} from './broker-errors.ts';
export type { StoredHere } from './chat-appender.ts';
export { traceMessaging } from './trace-messaging.ts';
export { batchBytes, batchFits } from './commit-size.ts';
export type { MessagingOptions } from './create-messaging.ts';
export { createMemoryBroker, type MemoryBroker, type MemoryConnection } from './memory/memory-broker.ts';
export type { MemoryBrokerOptions, MemoryFault, MemoryTraffic } from './memory/memory-server.ts';
export { ownerKey } from './owner-key.ts';
export { connectMessaging, type ConnectMessagingOptions } from './connect-messaging.ts';
export { connectNats } from './nats/nats-options.ts';
export { NatsAddressError } from './nats/split-address.ts';
export type { NatsAddress } from './nats/nats-options.ts';
export { provisionMessaging, type Provisioned, type ProvisionOptions } from './provision.ts';
export { DURABLE_PLANS, type PlanOptions } from './stream-plan.ts';
