/**
 * What guardrails find, from the definition and the log alone.
 *
 * Invariants (tests name them):
 * G1  Guardrails look in the order of the definition; each sees what those before it have left of a text.
 * G2  What a guardrail has found is on the log before anything follows from it, and is never looked for again.
 * G3  Who gives no clear verdict has not let it pass.
 */
import type { Guardrail, Json, NewEvent, WorkflowDefinition } from '@colloquy/contracts';
import { agentRunOf, type Verdict } from './agent-run.ts';
import type { Context } from './context.ts';
import { holds } from './expression/evaluate-expression.ts';
import { jsonText } from './json-text.ts';
import { found, masked } from './regex.ts';
import { scopeOf } from './scope-of.ts';
import type { RunState } from './types.ts';

/** What a guardrail looks at. */
export interface Subject {
  readonly on: Guardrail['on'];
  readonly agent: string;
  /** Id of the message or of the call. */
  readonly about: string;
  readonly tool?: string;
  /** A text, or the arguments of a call, or its result. */
  readonly value: Json;
}

/** What the guardrails say of one subject. */
export interface Judgement {
  /** What was found now and is not on the log yet. */
  readonly events: readonly NewEvent[];
  /** True when something was found that does more than warn. */
  readonly tripped: boolean;
  /** What is left of it. */
  readonly value: Json;
  /** Nothing is left of it: what stands for it, and where it leads. */
  readonly blockedBy?: Guardrail;
  /** The guardrail that takes a step before anything more can be said. */
  readonly wants?: Guardrail;
}

/** True when the guardrail is for this agent, and for this tool when it is about one. */
export function concerns(guardrail: Guardrail, { agent, tool }: Pick<Subject, 'agent' | 'tool'>): boolean {
  if (guardrail.agents !== undefined && !guardrail.agents.includes(agent)) return false;
  return tool === undefined || guardrail.tools === undefined || guardrail.tools.includes(tool);
}

/** The guardrails of the workflow that look at this subject. */
export function guardrailsFor(
  { workflow }: Pick<Context, 'workflow'>,
  subject: Omit<Subject, 'value'>,
): readonly Guardrail[] {
  return (workflow.guardrails ?? []).filter((guardrail) => guardrail.on === subject.on && concerns(guardrail, subject));
}

/**
 * True when nobody may see a reply of the agent while it is written: neither its text nor the arguments of its calls. A
 * regular expression that only warns keeps nothing back.
 */
export function holdsReplies({ guardrails = [] }: WorkflowDefinition, agent: string): boolean {
  return guardrails.some((each) => isOfReplies(each) && concerns(each, { agent }) && !isRemark(each));
}

function isOfReplies({ on }: Guardrail): boolean {
  return on === 'output' || on === 'tool_arguments';
}

function isRemark({ action, check }: Guardrail): boolean {
  return action === 'warn' && check.kind === 'regex';
}

/** What these guardrails say, as far as it can be said without a step. */
export function judge(context: Context, subject: Subject, guardrails: readonly Guardrail[]): Judgement {
  let judgement: Judgement = { events: [], tripped: false, value: subject.value };
  for (const guardrail of guardrails) {
    const now = { ...subject, value: judgement.value };
    const found = findingOf(context, guardrail, now);
    if (found === 'unknown') return { ...judgement, wants: guardrail };
    if (found === 'nothing') continue;
    judgement = after(judgement, { guardrail, subject: now, ...found });
    if (judgement.blockedBy !== undefined) return judgement;
  }
  return judgement;
}

/** What a guardrail has found; its event when that is not on the log yet. */
interface Finding {
  readonly replacement: string | undefined;
  readonly event: NewEvent | undefined;
}

function findingOf(context: Context, guardrail: Guardrail, subject: Subject): Finding | 'nothing' | 'unknown' {
  const { run } = context;
  const verdict = verdictOf(run, guardrail, subject.about);
  if (verdict !== undefined) {
    return verdict.tripped ? { replacement: verdict.replacement, event: undefined } : 'nothing';
  }
  if (!holds(guardrail.available, scopeOf(context))) return 'nothing';
  if (guardrail.check.kind !== 'regex') return 'unknown';
  const event = trippedByRegex(run, guardrail, subject);
  return event === undefined ? 'nothing' : { replacement: event.replacement, event };
}

function verdictOf(run: RunState, { name }: Guardrail, about: string): Verdict | undefined {
  return agentRunOf(run).verdicts.find((verdict) => verdict.name === name && verdict.about === about);
}

function after(
  { events, value, tripped }: Judgement,
  { guardrail, subject, replacement, event }: Finding & { guardrail: Guardrail; subject: Subject },
): Judgement {
  const all = event === undefined ? events : [...events, event];
  if (guardrail.action === 'warn') return { events: all, tripped, value };
  const left = replacement === undefined ? undefined : valueIn(subject, replacement);
  return isEnd(guardrail) || left === undefined
    ? { events: all, tripped: true, value, blockedBy: guardrail }
    : { events: all, tripped: true, value: left };
}

/** A guardrail that ends what it has found, instead of changing it. */
export function isEnd({ action }: Guardrail): boolean {
  return action === 'stop' || action === 'redirect';
}

/** Arguments must be an object again; undefined when the text that stands for them is none. */
function valueIn({ on, value }: Subject, text: string): Json | undefined {
  if (typeof value === 'string' && on !== 'tool_arguments') return text;
  const parsed = parsedJson(text);
  if (on !== 'tool_arguments') return parsed ?? text;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
}

/** What a text is as JSON; undefined when it is none. */
export function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

type Tripped = Extract<NewEvent, { type: 'guardrail_tripped' }>;

function trippedByRegex(run: RunState, guardrail: Guardrail, subject: Subject): Tripped | undefined {
  const { check } = guardrail;
  if (check.kind !== 'regex') return undefined;
  const flags = check.flags ?? 'iu';
  const leaves = leavesOf(subject.value);
  const matches = [jsonText(subject.value), ...leaves].some((text) => found(check.pattern, flags, text));
  if (!matches) return undefined;
  const by = guardrail.message ?? '[…]';
  const left = mapLeaves(subject.value, (text) => masked(check.pattern, flags, { text, by }));
  // What is found only in how the value is written cannot be masked.
  const changed = jsonText(left) !== jsonText(subject.value);
  const replacement = guardrail.action === 'mask' && changed ? { replacement: jsonText(left) } : {};
  return trippedEvent(run, guardrail, { ...subject, detail: { pattern: check.pattern }, ...replacement });
}

/** What a guardrail has found, as the log says it. What it puts in place of a text follows from its action. */
export function trippedEvent(
  run: RunState,
  guardrail: Guardrail,
  found: Omit<Subject, 'value'> & { readonly detail: Json; readonly replacement?: string },
): Tripped {
  const { name, action, message } = guardrail;
  const { on, about, agent, detail } = found;
  const replacement = replacementBy(guardrail, found);
  return {
    type: 'guardrail_tripped',
    runId: run.runId,
    agent,
    name,
    on,
    action,
    about,
    ...(message === undefined ? {} : { message }),
    ...(replacement === undefined ? {} : { replacement }),
    detail,
  };
}

/** A message that stopped the run must not reach the agents of the next one either. */
function replacementBy(guardrail: Guardrail, found: { on: Guardrail['on']; replacement?: string }): string | undefined {
  const standIn = found.replacement ?? guardrail.message ?? removed(guardrail);
  switch (guardrail.action) {
    case 'stop':
      return found.on === 'input' ? (guardrail.message ?? removed(guardrail)) : undefined;
    case 'redirect':
    case 'warn':
      return undefined;
    case 'rewrite':
    case 'mask':
      return standIn;
  }
}

/** What stands for something that a guardrail without a message has removed. */
export function removed({ name }: Guardrail): string {
  return `[removed by the guardrail ${name}]`;
}

/** Every text and number in a value, as text. */
function leavesOf(value: Json): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}

function mapLeaves(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') return numberOrText(value, change(String(value)));
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapLeaves(item, change)]));
}

function numberOrText(number: number, text: string): Json {
  return text === String(number) ? number : text;
}
