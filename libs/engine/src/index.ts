/** The pure engine: evolve(state, event) and next(state). */
export { evolve, initialState } from './evolve.ts';
export { next, nextSteps, stepOf } from './next.ts';
export { contextOf } from './run-context.ts';
export { findRun, runsOf } from './run-tree.ts';
export type { Context } from './context.ts';
export { viewOf } from './view-of.ts';
export { replyEvents, toolEvents } from './reply-events.ts';
export { recordCommand } from './record-command.ts';
export { overBudgetEvents } from './over-budget.ts';
export {
  cancelEvents,
  endedEvents,
  failureEvents,
  isLastClaim,
  releaseEvents,
  retriedEvents,
  takeoverEvents,
  tooManyAttempts,
} from './end-run.ts';
export type { CallInProgress, CutOff, Estimate, Estimator } from './cut-off.ts';
export { isAtRest, statusOf } from './status-of.ts';
export { timerCommand, timersOf } from './timers-of.ts';
export { failedCallEvents } from './fallbacks.ts';
export { fieldsOf, head } from './json-text.ts';
export { schemaFault } from './json-schema.ts';
export { schemaAt } from './schema-at.ts';
export { JSON_FORMATS } from './json-formats.ts';
export { parseExpression, variablesOf } from './expression/parse-expression.ts';
export { evaluate, holds, truth } from './expression/evaluate-expression.ts';
export { printExpression } from './expression/print-expression.ts';
export type { ExpressionFault, ExpressionNode, Parsed, Scope } from './expression/expression-node.ts';
export { AppendList } from './append-list.ts';
export { AppendSet } from './append-set.ts';
export type {
  ChatState,
  ChildOrigin,
  ChildRun,
  ModelMessage,
  ModelRequest,
  ModelResult,
  ModelTool,
  OpenCall,
  OpenMessage,
  OpenRequest,
  PlannedStep,
  Question,
  QueuedMessage,
  Recording,
  ReplyCall,
  RunState,
  SaidItem,
  ShownTexts,
  Step,
  Timer,
  ToolResult,
  ToolRun,
} from './types.ts';
