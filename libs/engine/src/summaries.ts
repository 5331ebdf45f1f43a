/** What a run leaves to whoever asked for it: part of its end, made before it. */
import type { Json, NewEvent, Summary } from '@colloquy/contracts';
import { agentRunOf, engineAnswer } from './agent-run.ts';
import { decide, type CompletionCode, type Context } from './context.ts';
import { engineCall, engineCallId } from './engine-calls.ts';
import { jsonText } from './json-text.ts';
import { fillTemplate } from './fill-template.ts';
import { variablesIn } from './scope-of.ts';
import { transcriptOf } from './transcript-text.ts';
import type { ModelRequest, OpenCall, Step } from './types.ts';
import { partsFrom } from './view-of.ts';

/** The run may not cost any more: what it leaves is what was said last. */
const SPENT: ReadonlySet<CompletionCode> = new Set<CompletionCode>([
  'budget_usd',
  'budget_tokens',
  'chat_budget_usd',
  'chat_budget_tokens',
  'deadline',
  'not_needed',
]);

/** Longest message that a summary is made of, in UTF-16 code units. */
const SEEN_LENGTH = 20_000;

type Completed = Extract<NewEvent, { type: 'run_completed' }>;

/** The step that an open call needs, whatever becomes of the others. */
type StepOfCall = (context: Context, callId: string) => Step | undefined;

/** Puts the run's summary into its end, or makes it before. What ends no run passes. */
export function withSummary(context: Context, step: Step, stepOfCall: StepOfCall): Step {
  const { run, workflow } = context;
  if (step.kind !== 'decide' || workflow.summary === undefined) return step;
  const completed = step.events.find(
    (event): event is Completed => event.type === 'run_completed' && event.runId === run.runId,
  );
  if (completed === undefined || completed.summary !== undefined) return step;
  const summary = SPENT.has(completed.reason.code)
    ? lastWords(context)
    : summaryOf(context, workflow.summary, stepOfCall);
  if (typeof summary !== 'string') return summary;
  return decide(step.events.map((event) => (event === completed ? { ...completed, summary } : event)));
}

/** The text, or the step that brings it. */
function summaryOf(context: Context, spec: Summary, stepOfCall: StepOfCall): string | Step {
  switch (spec.kind) {
    case 'last_message':
      return lastWords(context);
    case 'model':
      return agentRunOf(context.run).summary ?? { kind: 'call_model', request: summaryRequest(context, spec) };
    case 'function':
      return stepOfCall(context, callIdOf(context)) ?? summaryByTool(context, spec.tool);
  }
}

function lastWords({ run }: Context): string {
  return agentRunOf(run).lastText ?? '';
}

function summaryRequest(context: Context, spec: Extract<Summary, { kind: 'model' }>): ModelRequest {
  return {
    agent: speakerOf(context),
    purpose: 'summary',
    model: spec.model,
    parameters: {},
    messages: [
      { role: 'system', content: fillTemplate(spec.instruction, variablesIn(context)) },
      { role: 'user', content: transcriptOfRun(context) },
    ],
    tools: [],
  };
}

function speakerOf({ run, workflow }: Context): string {
  return run.speaker ?? workflow.pattern.initialAgent;
}

function transcriptOfRun({ state, run }: Context): string {
  return transcriptOf(partsFrom(state, run.saidBefore ?? 0), SEEN_LENGTH);
}

/** A run that had come to its end may go on, and come to another one. */
function callIdOf({ state, run: { runId, turns, handoffs } }: Context): string {
  return engineCallId('summary', runId, String(turns), String(handoffs), String(lastHeard(state)));
}

/** Where the newest of what a person has said stands. */
function lastHeard({ said }: Context['state']): number {
  for (let back = 1; back <= said.length; back++) {
    const item = said.at(-back);
    if (item?.kind === 'user') return item.seq;
  }
  return 0;
}

/** A tool that fails leaves the last words. */
function summaryByTool(context: Context, tool: string): string | Step {
  const callId = callIdOf(context);
  const answer = engineAnswer(context.run, callId);
  if (answer === undefined) {
    return decide([engineCall(context, { agent: speakerOf(context), callId, tool, args: {} })]);
  }
  return answer.ok ? jsonText(answer.result) : lastWords(context);
}

/** What the tool of a summary is run with; its call on the log does not repeat the chat. Undefined for other calls. */
export function argumentsOfSummary(context: Context, { callId }: OpenCall): Json | undefined {
  if (callId !== callIdOf(context)) return undefined;
  return { last_message: lastWords(context), chat: transcriptOfRun(context), variables: variablesIn(context) };
}
