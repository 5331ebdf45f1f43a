/**
 * Child runs as the steps of the run that asks for them: beginning its branches, and taking in what they have come to.
 * All of it follows from the state, ids too, so that a crash in between changes nothing.
 */
import { ENGINE_VERSION, type Branch, type ChildDefinition, type NewEvent } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import { completion, decide, failedResponse, type Context } from './context.ts';
import { argumentsFor } from './engine-arguments.ts';
import { engineCallId, engineResponse, isEngineCall } from './engine-calls.ts';
import { fillTemplate } from './fill-template.ts';
import { heardTexts } from './heard-texts.ts';
import { joined, type Joined } from './join-children.ts';
import { answerEvents } from './judge-result.ts';
import { jsonText } from './json-text.ts';
import { MAX_DEPTH } from './run-tree.ts';
import { handOver } from './take-target.ts';
import { targetOfName } from './target-names.ts';
import type { ChildRun, OpenCall, RunState, Step, ToolResult } from './types.ts';

interface Asked {
  readonly child: ChildDefinition;
  /** The call that asks; without one it is the turn. */
  readonly call?: OpenCall;
}

/** What becomes of what was asked for now: branches begin, it is over, or it goes on. */
type Progress =
  | { readonly kind: 'begin'; readonly branches: readonly Branch[] }
  | { readonly kind: 'over'; readonly losers: readonly RunState[]; readonly outcome: Joined }
  | { readonly kind: 'going_on' };

/** What a tool call that is a child run puts on the log now; nothing as long as its child runs go on. */
export function childCallEvents(context: Context, call: OpenCall, name: string): readonly NewEvent[] {
  const child = childOf(context, name);
  const error = refusal(context, child, name);
  if (child === undefined || error !== undefined) {
    return [failedResponse(context.run, call, error ?? { code: 'unknown_child', message: name })];
  }
  const asked = { child, call };
  const progress = progressOf(context, asked);
  if (progress.kind !== 'over') return begun(context, asked, progress);
  const { ok, text } = progress.outcome;
  const ms = tookMs(context.run, call);
  const result: ToolResult = ok ? { ok, result: text, ms } : { ok, error: { code: 'child_failed', message: text }, ms };
  return [...notNeeded(progress.losers), ...responseTo(context, call, result)];
}

/** A tool that is child runs is a tool as any other, for guardrails too. */
function responseTo(context: Context, call: OpenCall, result: ToolResult): NewEvent[] {
  if (isEngineCall(call)) return [engineResponse(context.run, call, result)];
  const { callId, agent, tool } = call;
  return answerEvents(context, { callId, agent, tool, result });
}

/** What the calls whose child runs have begun put on the log now. */
export function joinedCalls(context: Context): Step | undefined {
  const { run } = context;
  const held = new Set(agentRunOf(run).heldResults.map(({ messageId }) => messageId));
  const events = run.openCalls.flatMap((call) => {
    if (held.has(call.callId)) return [];
    const child = run.childRuns.find(({ callId }) => callId === call.callId)?.child;
    return child === undefined ? [] : childCallEvents(context, call, child);
  });
  return events.length === 0 ? undefined : decide(events);
}

/** The step of a turn that was handed to child runs; undefined when it was not. */
export function childTurnStep(context: Context): Step | undefined {
  const { run } = context;
  const name = run.pendingHandoff === undefined ? undefined : childNamed(context, run.pendingHandoff);
  const child = name === undefined ? undefined : childOf(context, name);
  if (name === undefined || child === undefined) return undefined;
  const error = refusal(context, child, name);
  if (error !== undefined) return decide(completion(run, 'no_next_speaker', error.message));
  const progress = progressOf(context, { child });
  if (progress.kind === 'over')
    return decide([...notNeeded(progress.losers), ...handOver(context, child.then ?? { kind: 'stay' }, 'after_work')]);
  const events = begun(context, { child }, progress);
  return events.length === 0 ? { kind: 'rest', status: 'waiting' } : decide(events);
}

function childNamed(
  { workflow }: Context,
  { to, target }: NonNullable<RunState['pendingHandoff']>,
): string | undefined {
  const leads = target ?? targetOfName(workflow, to);
  return leads?.kind === 'child' ? leads.child : undefined;
}

function childOf({ workflow, within }: Context, name: string): ChildDefinition | undefined {
  return (within?.workflow ?? workflow).children?.find((child) => child.name === name);
}

function refusal(
  { within }: Context,
  child: ChildDefinition | undefined,
  name: string,
): { code: string; message: string } | undefined {
  if (child === undefined) return { code: 'unknown_child', message: `The workflow has no child runs "${name}".` };
  if ((within?.depth ?? 0) < MAX_DEPTH) return undefined;
  return { code: 'too_deep', message: `Child runs may stand ${String(MAX_DEPTH)} deep.` };
}

function progressOf({ run }: Context, { child, call }: Asked): Progress {
  const known = run.childRuns.filter(({ callId }) => callId === call?.callId);
  const ended = known.filter(({ outcome }) => outcome !== undefined);
  const going = ended.length < known.length;
  const next = nextBranches(child, known);
  const decided = isDecided(child, ended);
  if (!decided && next.length > 0) return { kind: 'begin', branches: next };
  if (!decided && going) return { kind: 'going_on' };
  const ids = new Set(known.map(({ runId }) => runId));
  return { kind: 'over', losers: run.children.filter(({ runId }) => ids.has(runId)), outcome: joined(known) };
}

/** The branches that can begin now. In a sequence each builds on the one before: after one that has failed none begins. */
function nextBranches({ mode, branches }: ChildDefinition, known: readonly ChildRun[]): readonly Branch[] {
  if (mode === 'sequence') {
    return known.every(hasSucceeded) ? branches.slice(known.length, known.length + 1) : [];
  }
  if (mode !== 'all') return known.length === 0 ? branches : [];
  const begun = new Set(known.map(({ branch }) => branch));
  const done = new Set(known.filter(hasSucceeded).map(({ branch }) => branch));
  return branches.filter(({ name, after = [] }) => !begun.has(name) && after.every((other) => done.has(other)));
}

function hasSucceeded({ outcome }: ChildRun): boolean {
  return outcome?.ok === true;
}

/** True when what goes on yet cannot change what it comes to. */
function isDecided({ mode }: ChildDefinition, ended: readonly ChildRun[]): boolean {
  if (mode === 'any') return ended.length > 0;
  return mode === 'first_success' && ended.some(({ outcome }) => outcome?.ok === true && outcome.limited !== true);
}

function begun(context: Context, asked: Asked, progress: Progress): readonly NewEvent[] {
  if (progress.kind !== 'begin') return [];
  return progress.branches.map((branch) => startOf(context, asked, branch));
}

function startOf(context: Context, { child, call: open }: Asked, branch: Branch): NewEvent {
  const { run } = context;
  const call = open === undefined ? undefined : { ...open, arguments: argumentsFor(context, open) };
  const about = call === undefined ? `turn ${String(run.handoffs)}` : call.callId;
  const args = call === undefined ? {} : { args: call.arguments };
  return {
    type: 'run_started',
    runId: engineCallId('child', run.runId, about, child.name, branch.name),
    workflow: run.workflow,
    workflowHash: run.workflowHash,
    engineVersion: ENGINE_VERSION,
    trigger: run.trigger,
    parentRunId: run.runId,
    ...(call === undefined ? {} : { parentCallId: call.callId }),
    child: child.name,
    branch: branch.name,
    mode: child.mode,
    history: branch.history,
    asked: messageOf(context, { child, ...(call === undefined ? {} : { call }) }, branch),
    variables: args,
    worker: run.worker,
  };
}

/** What a branch is asked, and under it what the branches before it have come to. */
function messageOf(context: Context, { call }: Asked, { message, carryover, after }: Branch): string {
  const { run } = context;
  const asked =
    message === undefined ? unsaid(context, call) : fillTemplate(message, run.variables, call?.arguments ?? {});
  const known = run.childRuns.filter(({ callId }) => callId === call?.callId);
  const before = (after === undefined ? known : named(known, after)).flatMap(({ outcome }) => outcome ?? []);
  const texts = before.map(({ text }) => text).filter((text) => text !== '');
  const carried = { none: [], last: texts.slice(-1), all: texts }[carryover];
  return carried.length === 0 ? asked : `${asked}\n\nContext:\n${carried.join('\n\n')}`;
}

function named(runs: readonly ChildRun[], branches: readonly string[]): readonly ChildRun[] {
  return branches.flatMap((name) => runs.find(({ branch }) => branch === name) ?? []);
}

function unsaid({ state }: Context, call: OpenCall | undefined): string {
  const args = jsonText(call?.arguments);
  if (args !== '' && args !== '{}') return args;
  return heardTexts(state.said).findLast(({ text }) => text !== '')?.text ?? '';
}

function notNeeded(losers: readonly RunState[]): readonly NewEvent[] {
  return losers.flatMap((run) => completion(run, 'not_needed', 'What it was to find out is known.'));
}

/** By the times on the log: from the first start to the last end. */
function tookMs({ childRuns }: RunState, { callId }: OpenCall): number {
  const own = childRuns.filter((child) => child.callId === callId);
  const times = own.flatMap(({ startedAt, outcome }) => [startedAt, outcome?.at ?? startedAt]).map(Date.parse);
  const tookMs = Math.max(...times) - Math.min(...times);
  return Number.isFinite(tookMs) ? tookMs : 0;
}
