import { jsonSchema, type Json, type Target, type ToolDefinition, type Variables } from '@colloquy/contracts';
import { z } from 'zod';
import { withoutUndefined } from './resolve/without-undefined.ts';
import { toTarget } from './to-target.ts';

/** What a tool gets besides its arguments. */
export interface ToolContext {
  readonly chatId: string;
  readonly runId: string;
  /** The person whose chat it is. */
  readonly userId: string;
  /** Name of the agent that called. */
  readonly agent: string;
  readonly callId: string;
  /**
   * The same on every attempt of this call, also after a crash: give it to whatever you change outside, so that a second
   * attempt is not a second effect. It is the callId.
   */
  readonly idempotencyKey: string;
  /** 1 on the first try. */
  readonly attempt: number;
  /** Variables of the run as they were when the call was made; change them with {@link result}. */
  readonly variables: Readonly<Variables>;
  /** Aborts when the person stops the run, when the tool's time is up and when the service drains. */
  readonly signal: AbortSignal;
  /** Absolute path of the workflow's folder. */
  readonly workflowDir: string;
  /** Shows a line of progress on the screen while the tool runs. */
  readonly progress: (text: string) => void;
}

const TOOL = Symbol.for('colloquy.tool');
const RESULT = Symbol.for('colloquy.tool.result');
const TOOL_ERROR = Symbol.for('colloquy.tool.error');

/** What a tool may return instead of a bare value: see {@link result}. */
export interface ResultOptions {
  /** What the model reads: any JSON value. */
  readonly value: Json;
  /** Variables of the run to set. */
  readonly set?: Readonly<Variables>;
  /** Who has the turn next: an agent's name, `terminate`, `stay`, `user`, `child:<name>` and the like. */
  readonly target?: string;
}

/** A value with its consequences; made by {@link result}. */
export interface SteeringResult {
  readonly [RESULT]: true;
  readonly value: Json;
  readonly set?: Readonly<Variables>;
  readonly target?: Target;
}

/** Returned by a tool that also sets variables, or says who has the turn next. */
export function result(options: ResultOptions): SteeringResult {
  return {
    [RESULT]: true,
    value: options.value,
    ...(options.set === undefined ? {} : { set: options.set }),
    ...(options.target === undefined ? {} : { target: toTarget(options.target) }),
  };
}

/** Is it what {@link result} made? */
export function isSteeringResult(value: unknown): value is SteeringResult {
  return typeof value === 'object' && value !== null && RESULT in value;
}

/**
 * Thrown by a tool on purpose: the model and the person read its message, so say what to do about it. Of any other error
 * they only learn its name, since its message may hold what is not for them.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly [TOOL_ERROR] = true;
}

/** Is it a {@link ToolError}, be it of another copy of this package? */
export function isToolError(value: unknown): value is ToolError {
  return typeof value === 'object' && value !== null && TOOL_ERROR in value;
}

/** How a tool is run, whatever runs it. */
export interface ToolSettings {
  /** 1 to 64 letters, digits, `_` or `-`; the model calls it by this name. */
  readonly name: string;
  /** Tells the model what it does and when to use it. */
  readonly description: string;
  /** True when running it twice does no more than running it once. Default false. */
  readonly idempotent?: boolean;
  /**
   * What happens to a call that was under way when its process died: `retry` it with the same key, `fail` it, or `ask`
   * a person. Default: `retry` when idempotent, else `ask`.
   */
  readonly onInterrupted?: 'retry' | 'fail' | 'ask';
  /** `required`: a person approves each call first. Default `none`; with `approvalWhen` it is `required`. */
  readonly approval?: 'none' | 'required';
  /** An expression over the run's variables and the arguments (`args`): it needs approval only while this is true. */
  readonly approvalWhen?: string;
  /** Once a person has allowed it in a run, it needs no further approval in that run. Default false. */
  readonly approvalSticky?: boolean;
  /** Milliseconds until a call is given up, all its tries together being at most `attempts` times that. Default 60 000. */
  readonly timeoutMs?: number;
  /** Tries in all when it fails, and the milliseconds before the second one (then doubling). Only for an idempotent tool. */
  readonly retry?: { readonly attempts: number; readonly backoffMs: number };
  /** Calls of it at once in a chat, in all of its runs; the others wait. Default: all of them. */
  readonly maxConcurrent?: number;
  /** UTF-16 code units of the result as JSON; what is longer is cut, and says so. At most 64 KiB are kept in any case. */
  readonly maxResultLength?: number;
}

/** What {@link defineTool} takes. */
export interface ToolOptions<Input extends z.ZodObject> extends ToolSettings {
  /** The arguments; `.describe()` each, the model reads it. */
  readonly input: Input;
  /** Does the work. Throw a {@link ToolError} with a message that the model can act on. */
  run(input: z.output<Input>, ctx: ToolContext): ToolReturn | Promise<ToolReturn>;
}

/** What `run` may return: a JSON value (an object may be typed by an interface), a {@link result}, or nothing. */
export type ToolReturn = Json | object | SteeringResult | undefined;

/** A tool as the rest of the system sees it; made by {@link defineTool} and {@link createTool} only. */
export interface Tool extends ToolSettings {
  readonly [TOOL]: true;
  readonly idempotent: boolean;
  readonly onInterrupted: 'retry' | 'fail' | 'ask';
  readonly approval: 'none' | 'required';
  readonly timeoutMs: number;
  /** What runs it; undefined: code of the workflow. */
  readonly source?: NonNullable<ToolDefinition['source']>;
  /**
   * JSON Schema of the arguments, as models are given it.
   * @throws Error when the zod schema has no counterpart in JSON Schema (a date, a transform, …)
   */
  readonly inputSchema: () => ToolDefinition['inputSchema'];
  /**
   * Checks the arguments against its input, then runs.
   * @throws InvalidArgumentsError; whatever the tool throws
   */
  readonly invoke: (args: unknown, ctx: ToolContext) => Promise<ToolReturn>;
}

/** The model called a tool with arguments that its schema refuses; `message` names each fault. */
export class InvalidArgumentsError extends Error {
  override readonly name = 'InvalidArgumentsError';
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** Defines a tool that agents can call. Export it from the workflow's `tools.ts`. */
export function defineTool<Input extends z.ZodObject>(options: ToolOptions<Input>): Tool {
  const { input } = options;
  return createTool({
    ...options,
    inputSchema: () => {
      const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' });
      return z.record(z.string(), jsonSchema).parse(structuredClone(schema));
    },
    invoke: async (args, ctx) => {
      const parsed = await input.safeParseAsync(args);
      if (!parsed.success) throw new InvalidArgumentsError(parsed.error.issues.map(explain).join('; '));
      return options.run(parsed.data, ctx);
    },
  });
}

/** A tool whatever runs it, with the defaults filled in. */
export function createTool(parts: ToolSettings & Pick<Tool, 'inputSchema' | 'invoke' | 'source'>): Tool {
  const { name, description, source, idempotent = false, onInterrupted, approval, approvalWhen, timeoutMs } = parts;
  const { approvalSticky, retry, maxConcurrent, maxResultLength } = parts;
  return {
    [TOOL]: true,
    name,
    description,
    idempotent,
    onInterrupted: onInterrupted ?? (idempotent ? 'retry' : 'ask'),
    approval: approval ?? (approvalWhen === undefined ? 'none' : 'required'),
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...withoutUndefined({ approvalWhen, approvalSticky, retry, maxConcurrent, maxResultLength, source }),
    inputSchema: parts.inputSchema,
    invoke: parts.invoke,
  };
}

/** The definition of a tool, as it says it of itself. @throws Error as {@link Tool.inputSchema} */
export function toolDefinitionOf(tool: Tool): ToolDefinition {
  const { [TOOL]: _mark, invoke: _invoke, inputSchema, ...settings } = tool;
  return { ...settings, inputSchema: inputSchema() };
}

/** Was it made by {@link defineTool}, be it by another copy of this package? */
export function isTool(value: unknown): value is Tool {
  return typeof value === 'object' && value !== null && TOOL in value;
}

function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
