/** MongoDB: chats, events, indexes; the only lib that knows it. */
export type { ChatQuery, ChatReader, ChatWriter, OverdueChat, PlacedEvent, SleepingChat } from './ports.ts';
export { budgetSpent, userBudgetOf } from './user-budget.ts';
export type { BudgetOwner, UserBudget } from './user-budget.ts';
export { InvalidPageError, StoreRefusedError, StoreUnavailableError } from './errors.ts';
export { connectReader, connectStore, type Closable } from './connect-store.ts';
export type { StoreOptions } from './mongo-connection.ts';
export { provisionStore } from './provision-store.ts';
export { createMemoryStore, type MemoryStoreOptions, type StoreCall } from './memory-store.ts';
