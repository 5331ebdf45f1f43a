/** Folds of the log: the chat document and the view on a screen. */
export { documentOf, foldRecord, recordOfLog, rowOf } from './chat-document.ts';
export type { FoldedRecord, PlacedCommit, ToPublic } from './chat-document.ts';
export { GapError, NotAChatError } from './chat-document-errors.ts';
