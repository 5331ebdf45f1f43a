/** Folds of the log: the chat document and the view on a screen. */
export { documentOf, foldRecord, recordOfLog, rowOf } from './chat-document.ts';
export type { FoldedRecord, PlacedCommit, ToPublic } from './chat-document.ts';
export { GapError, NotAChatError } from './chat-document-errors.ts';
export { newestVersion } from './newest-version.ts';
export { applyCommits, viewOfDocument } from './chat-view.ts';
export { emptyView, EntryList } from './chat-view-state.ts';
export type { ChatView, CommitBatch } from './chat-view-state.ts';
export type {
  AgentEntry,
  Entry,
  GuardrailEntry,
  HandoffEntry,
  Question,
  QuestionEntry,
  ReasoningEntry,
  RejectedEntry,
  RunEntry,
  ToolEntry,
  ToolState,
  UserEntry,
  Version,
} from './chat-view-entries.ts';
