import type { ChatEvent } from '@colloquy/contracts';
import { fewValues, type Metrics } from '@colloquy/service';

type EventOf<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;

/** Why runs fail, as far as we say it ourselves: by the engine, by the orchestrator, by a model call that is not tried again. */
export const FAILURE_CODES = [
  ...['definition_missing', 'invalid_output'],
  ...['too_many_attempts', 'unknown_workflow', 'workflow_unavailable'],
  ...['bad_request', 'connection_lost', 'content_filter', 'context_length', 'first_token_timeout', 'model_unavailable'],
  ...['rate_limited', 'timeout', 'unauthorized'],
] as const;

/** Counts what this orchestrator puts on logs: each event once, when it is on disk. */
export function createEventCounter(metrics: Metrics): (events: readonly ChatEvent[]) => void {
  const runs = countRuns(metrics);
  const used = countUsage(metrics);
  const tools = countTools(metrics);
  const talk = countTalk(metrics);
  return (events) => {
    for (const event of events) {
      runs(event);
      used(event);
      tools(event);
      talk(event);
    }
  };
}

function countRuns(metrics: Metrics): (event: ChatEvent) => void {
  const code = fewValues();
  const started = metrics.counter({
    name: 'colloquy_runs_started_total',
    help: 'Runs that were started: of a chat, or as the child of another run',
    labels: ['level'],
  });
  const ended = metrics.counter({
    name: 'colloquy_runs_ended_total',
    help: 'Runs that have ended, by how and why; child runs too',
    labels: ['end', 'code'],
  });
  // The first failure must be an increase, or no alert sees it.
  for (const known of FAILURE_CODES) ended.inc({ end: 'failed', code: code(known) }, 0);
  return (event) => {
    const { type } = event;
    if (type === 'run_started') started.inc({ level: event.parentRunId === undefined ? 'chat' : 'child' });
    else if (type === 'run_completed') ended.inc({ end: 'completed', code: event.reason.code });
    else if (type === 'run_failed') ended.inc({ end: 'failed', code: code(event.error.code) });
    else if (type === 'run_cancelled') ended.inc({ end: 'cancelled', code: 'cancelled' });
  };
}

function countUsage(metrics: Metrics): (event: ChatEvent) => void {
  const known = fewValues();
  const by = ['model', 'purpose'] as const;
  const tokens = metrics.counter({
    name: 'colloquy_model_tokens_total',
    help: 'Tokens of model calls; prompt does not hold the cached ones',
    labels: [...by, 'kind'],
  });
  const cost = metrics.counter({
    name: 'colloquy_model_cost_usd_total',
    help: 'What model calls cost, in US dollars; calls without a known price count nothing',
    labels: by,
  });
  const unpriced = metrics.counter({
    name: 'colloquy_model_unpriced_calls_total',
    help: 'Model calls whose price is not known',
    labels: ['model'],
  });
  const seconds = metrics.histogram({
    name: 'colloquy_model_call_seconds',
    help: 'How long model calls took that have used something, to their end',
    labels: by,
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600],
  });
  const count = (usage: EventOf<'usage'>): void => {
    const { purpose } = usage;
    const model = known(usage.model);
    tokens.inc({ model, purpose, kind: 'prompt' }, Math.max(0, usage.promptTokens - usage.cachedTokens));
    tokens.inc({ model, purpose, kind: 'cached' }, usage.cachedTokens);
    tokens.inc({ model, purpose, kind: 'completion' }, usage.completionTokens);
    seconds.observe({ model, purpose }, usage.ms / 1000);
    if (usage.costMicroUsd === null) unpriced.inc({ model });
    else cost.inc({ model, purpose }, usage.costMicroUsd / 1e6);
  };
  return (event) => {
    if (event.type === 'usage') count(event);
  };
}

function countTools(metrics: Metrics): (event: ChatEvent) => void {
  const code = fewValues();
  const calls = metrics.counter({
    name: 'colloquy_tool_calls_total',
    help: 'Tool calls that were answered: ok, or the code of the error',
    labels: ['outcome'],
  });
  const seconds = metrics.histogram({
    name: 'colloquy_tool_seconds',
    help: 'How long tools took',
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300],
  });
  return (event) => {
    if (event.type !== 'tool_response') return;
    calls.inc({ outcome: event.ok ? 'ok' : code(event.error?.code ?? 'hidden') });
    seconds.observe(event.ms / 1000);
  };
}

function countTalk(metrics: Metrics): (event: ChatEvent) => void {
  const questions = metrics.counter({
    name: 'colloquy_questions_total',
    help: 'Questions that were put to a person, by kind',
    labels: ['kind'],
  });
  const answers = metrics.counter({
    name: 'colloquy_answers_total',
    help: 'Questions that were answered: by a person, by the end of their time, or by what the run was allowed',
    labels: ['by'],
  });
  const handoffs = metrics.counter({
    name: 'colloquy_handoffs_total',
    help: 'Turns that one agent gave to another, by what decided it',
    labels: ['by'],
  });
  const aborted = metrics.counter({
    name: 'colloquy_messages_aborted_total',
    help: 'Messages that ended before they were complete, by reason',
    labels: ['reason'],
  });
  const guardrails = metrics.counter({
    name: 'colloquy_guardrails_tripped_total',
    help: 'Findings of guardrails, by what they looked at',
    labels: ['on'],
  });
  return (event) => {
    const { type } = event;
    if (type === 'input_request') questions.inc({ kind: event.kind });
    else if (type === 'input_response') answers.inc({ by: answerer(event.by) });
    else if (type === 'handoff') handoffs.inc({ by: event.by });
    else if (type === 'message_aborted') aborted.inc({ reason: event.reason });
    else if (type === 'guardrail_tripped') guardrails.inc({ on: event.on });
  };
}

/** Never who it was. */
const answerer = (by: string): string => (by === 'expiry' || by === 'run' ? by : 'person');
