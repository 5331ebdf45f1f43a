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
export { SharedList } from './chat-view-list.ts';
export { applyRunEvents, NO_RUNS } from './run-view.ts';
export type {
  Branch,
  ContextChange,
  Handoff,
  Incident,
  Lane,
  RunStatus,
  RunsView,
  RunView,
  Span,
  SpanKind,
  Step,
  UsageRow,
  Way,
} from './run-view-state.ts';
export { openSpansOf } from './run-view-spans.ts';
export { sumUsage, totalUsage } from './run-view-usage.ts';
export type { UsageSum } from './run-view-usage.ts';
