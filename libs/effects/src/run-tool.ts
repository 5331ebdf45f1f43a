import {
  jsonSchema,
  variablesSchema,
  type Clock,
  type Json,
  type Target,
  type ToolDefinition,
  type WorkflowDefinition,
} from '@colloquy/contracts';
import type { ToolResult, ToolRun } from '@colloquy/engine';
import {
  InvalidArgumentsError,
  isSteeringResult,
  isToolError,
  type LoadedWorkflow,
  type LoadedWorkflows,
  type Tool,
  type ToolContext,
  ToolError,
  type ToolReturn,
} from '@colloquy/workflows';
import { cutResult, jsonBytes, MAX_RESULT_BYTES } from './cut-result.ts';
import { StopSignal } from './stop-signal.ts';
import type { ToolCallContext, ToolFault } from './types.ts';

type Outcome = ToolResult extends infer R ? (R extends unknown ? Omit<R, 'ms'> : never) : never;

const MAX_MESSAGE_LENGTH = 2000;
const MAX_PROGRESS_LENGTH = 2000;

/** The call had to end; only what is thrown with it decides between a result and a rejection. */
class ToolTimeout extends Error {
  override readonly name = 'ToolTimeout';
}

/** What tools run with. */
export interface ToolRunner {
  readonly clock: Clock;
  readonly workflows: LoadedWorkflows;
  /** Told of what a tool threw, and not on purpose: for the service's own log only. */
  readonly onFault?: ((fault: ToolFault) => void) | undefined;
}

/**
 * Runs a tool once. Bad arguments, errors, a time that is up and unknown tools are results that the model can read; of
 * an error that is no ToolError it reads the name, and the raw error goes to `onFault`.
 * @throws the signal's reason, when that aborts
 */
export async function runTool(runner: ToolRunner, run: ToolRun, context: ToolCallContext): Promise<ToolResult> {
  context.signal.throwIfAborted();
  const startedAt = runner.clock.monotonic();
  const outcome = await perform(runner, run, context);
  return { ...outcome, ms: Math.round(runner.clock.monotonic() - startedAt) };
}

async function perform(runner: ToolRunner, run: ToolRun, context: ToolCallContext): Promise<Outcome> {
  const workflow = runner.workflows.get(context.workflow);
  const tool = 'unknown' in run.tool ? undefined : workflow?.findTool?.(run.tool);
  if (workflow === undefined || tool === undefined || 'unknown' in run.tool) return unknownTool(run, context, workflow);
  const fault = argumentsFault(run.arguments);
  if (fault !== undefined) return failed('invalid_arguments', `The arguments of ${tool.name} are ${fault}`);
  return attempts(runner, { run, context, workflow, tool, definition: run.tool });
}

/** What is wrong with arguments, whatever the tool; text is what a model wrote that is no JSON. */
function argumentsFault(args: Json): string | undefined {
  if (typeof args === 'string') {
    try {
      JSON.parse(args);
    } catch (error) {
      return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return typeof args === 'object' && args !== null && !Array.isArray(args) ? undefined : 'not a JSON object.';
}

/** Tries again within the step what may be tried again: a failure and a time that is up, never what the model got wrong. */
async function attempts(runner: ToolRunner, call: Attempt): Promise<Outcome> {
  const { retry, idempotent } = call.definition;
  const most = idempotent && retry !== undefined ? retry.attempts : 1;
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt(runner, call);
    if (outcome.ok || tries >= most || !RETRIED.has(outcome.error.code)) return outcome;
    await pause(runner.clock, call.context.signal, retryPauseMs(retry?.backoffMs ?? 0, tries));
  }
}

const RETRIED: ReadonlySet<string> = new Set(['tool_failed', 'tool_timeout']);
const LONGEST_PAUSE_MS = 60_000;

/** The pause after try `tries`, in ms: doubling, at most a minute. */
function retryPauseMs(backoffMs: number, tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, backoffMs * 2 ** (tries - 1));
}

/** Longest time that a call may take with all its tries, in ms. */
export function longestRunMs({ timeoutMs, retry, idempotent }: ToolDefinition): number {
  const most = idempotent && retry !== undefined ? retry.attempts : 1;
  let ms = most * timeoutMs;
  for (let tries = 1; tries < most; tries += 1) ms += retryPauseMs(retry?.backoffMs ?? 0, tries);
  return ms;
}

/** Waits, but not for what was stopped. @throws the signal's reason */
async function pause(clock: Clock, signal: AbortSignal, ms: number): Promise<void> {
  const stop = new StopSignal(clock, signal);
  const over = new Error('The pause is over.');
  try {
    stop.setTimer('pause', ms, () => over);
    await stop.stopped();
  } catch (error) {
    if (error !== over) throw error;
  } finally {
    stop.close();
  }
}

interface Attempt {
  readonly run: ToolRun;
  readonly context: ToolCallContext;
  readonly workflow: LoadedWorkflow;
  readonly tool: Tool;
  readonly definition: ToolDefinition;
}

async function attempt(runner: ToolRunner, { run, context, workflow, tool, definition }: Attempt): Promise<Outcome> {
  const stop = new StopSignal(runner.clock, context.signal);
  const { timeoutMs, maxResultLength } = definition;
  const seconds = timeoutMs / 1000;
  stop.setTimer('timeout', timeoutMs, () => new ToolTimeout(`${tool.name} did not answer within ${seconds} seconds.`));
  try {
    const stopped = stop.stopped();
    const returned = tool.invoke(run.arguments, toolContext(run, context, { stop, workflow }));
    return toOutcome(await Promise.race([returned, stopped]), { agents: agentsOf(context, workflow), maxResultLength });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isExpected(error)) {
      runner.onFault?.({ chatId: context.chatId, callId: run.callId, tool: tool.name, error });
    }
    return toFailure(error, tool.name);
  } finally {
    stop.stop(new Error('The call is over.'));
  }
}

function toolContext(
  run: ToolRun,
  context: ToolCallContext,
  { stop, workflow }: { readonly stop: StopSignal; readonly workflow: LoadedWorkflow },
): ToolContext {
  return {
    chatId: context.chatId,
    runId: context.runId,
    userId: context.userId,
    agent: run.agent,
    callId: run.callId,
    idempotencyKey: run.callId,
    attempt: run.attempt,
    variables: structuredClone(context.variables),
    signal: stop.signal,
    workflowDir: workflow.dir,
    progress(text) {
      if (!stop.signal.aborted) context.onProgress(text.slice(0, MAX_PROGRESS_LENGTH));
    },
  };
}

function toOutcome(
  returned: ToolReturn,
  { agents, maxResultLength }: { agents: readonly string[]; maxResultLength: number | undefined },
): Outcome {
  const { value: raw, set, target } = isSteeringResult(returned) ? returned : { value: returned };
  const { value, truncated } = cutResult(toJson(raw ?? null), maxResultLength);
  const variables = set === undefined ? undefined : variablesSchema.parse(toJson({ ...set }));
  if (variables !== undefined && jsonBytes(variables) > MAX_RESULT_BYTES)
    return failed('tool_failed', 'The tool wants to set variables of more than 64 KiB.');
  if (target !== undefined) checkTarget(target, agents);
  return {
    ok: true,
    result: value,
    ...(variables === undefined ? {} : { set: variables }),
    ...(target === undefined ? {} : { target }),
    ...(truncated ? { truncated } : {}),
  };
}

/** The value as it will be read back from the log. */
function toJson(value: unknown): Json {
  const text = textOf(value);
  if (text === undefined)
    throw new ToolError('The tool did not return a JSON value: it goes in circles, or holds a BigInt or a function.');
  return jsonSchema.parse(JSON.parse(text));
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // it goes in circles, or holds what JSON cannot say
  }
}

/** The agents that this run has. */
function agentsOf({ definition }: ToolCallContext, { card }: LoadedWorkflow): readonly string[] {
  return (definition ?? card).agents.map(({ name }) => name);
}

function checkTarget(target: Target, agents: readonly string[]): void {
  if (target.kind === 'agent' && !agents.includes(target.agent))
    throw new ToolError(`The tool gives the turn to "${target.agent}", but the agents are: ${agents.join(', ')}.`);
}

/** A run keeps its definition, and tools are the installed ones: one that went in between is an answer for the model. */
function unknownTool(run: ToolRun, context: ToolCallContext, workflow: LoadedWorkflow | undefined): Outcome {
  const { name } = run.tool;
  const definition = context.definition ?? workflow?.runnable?.definition;
  const offered = definition?.agents.find((agent) => agent.name === run.agent)?.tools ?? [];
  const own = offered.filter((each) => isInstalled(each, workflow, definition));
  const known = own.length === 0 ? 'You have no tools.' : `Your tools are: ${own.join(', ')}.`;
  const what = offered.includes(name) ? `The tool "${name}" is not installed any more.` : `There is no tool "${name}".`;
  return failed('unknown_tool', `${what} ${known}`);
}

function isInstalled(
  name: string,
  workflow: LoadedWorkflow | undefined,
  definition: WorkflowDefinition | undefined,
): boolean {
  const tool = definition?.tools.find((each) => each.name === name) ?? { name };
  return workflow?.findTool?.(tool) !== undefined;
}

const isExpected = (error: unknown): boolean =>
  error instanceof InvalidArgumentsError || error instanceof ToolTimeout || isToolError(error);

function toFailure(error: unknown, tool: string): Outcome {
  if (error instanceof InvalidArgumentsError)
    return failed('invalid_arguments', `The arguments of ${tool} are wrong: ${error.message}`);
  if (error instanceof ToolTimeout) return failed('tool_timeout', error.message);
  return failed('tool_failed', isToolError(error) && error.message !== '' ? error.message : nameOnly(error));
}

/** The log is public, and what was not thrown on purpose may say anything: addresses, keys, what others wrote. */
function nameOnly(error: unknown): string {
  const name = error instanceof Error && /^\w{1,64}$/.test(error.name) ? ` (${error.name})` : '';
  return `The tool failed.${name}`;
}

const failed = (code: string, message: string): Outcome => ({
  ok: false,
  error: { code, message: message.slice(0, MAX_MESSAGE_LENGTH) },
});
