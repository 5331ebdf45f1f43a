/** For tests only: a chat whose models, tools and person follow a script. Pure, so that a test is its own proof. */
import {
  chatEventSchema,
  workflowDefinitionSchema,
  type AgentDefinition,
  type ChatEvent,
  type Command,
  type Json,
  type NewEvent,
  type ToolDefinition,
  type WorkflowDefinition,
} from '@colloquy/contracts';
import type { Context } from './context.ts';
import type { CallInProgress, CutOff } from './cut-off.ts';
import { endedEvents, takeoverEvents } from './end-run.ts';
import { evolve, initialState } from './evolve.ts';
import { next, nextSteps } from './next.ts';
import { recordCommand } from './record-command.ts';
import { replyEvents, toolEvents } from './reply-events.ts';
import { contextOf } from './run-context.ts';
import { runsOf } from './run-tree.ts';
import { timerCommand } from './timers-of.ts';
import type {
  ChatState,
  ModelRequest,
  ModelResult,
  PlannedStep,
  Question,
  Recording,
  Step,
  Timer,
  ToolResult,
  ToolRun,
} from './types.ts';

/** What a scripted model answers. */
export interface Answer {
  readonly text?: string;
  readonly calls?: readonly { readonly tool: string; readonly arguments?: Json }[];
  readonly costMicroUsd?: number | null;
  readonly tokens?: number;
}

/** Who plays the parts that are outside of the engine. */
export interface Script {
  readonly model?: (request: ModelRequest) => Answer;
  readonly tool?: (run: ToolRun) => ToolResult;
  /** Undefined: the person does not answer. */
  readonly person?: (question: Question) => Json | undefined;
  /** Milliseconds between two events. */
  readonly tickMs?: number;
  /** Which of so many steps that can be taken now is taken; default: the first. */
  readonly pick?: (steps: number) => number;
}

export const OWNER = 'user-1';
/** More than any test takes in one chat. */
const MOST_STEPS = 3000;
const BEGIN = Date.parse('2026-01-01T00:00:00.000Z');

/** An id that is made of words, so that a test can be read. */
export function id(name: string): string {
  return name.padEnd(16, '_');
}

/** An agent that says nothing of itself. */
export function agent(name: string, more: Partial<AgentDefinition> = {}): AgentDefinition {
  const about = { title: '', description: '', systemMessage: `You are ${name}.`, model: 'default' };
  return { name, ...about, parameters: {}, tools: [], handoffs: [], askPerson: false, ...more };
}

/** A handoff that the model chooses. */
export function handsTo(name: string): AgentDefinition['handoffs'][number] {
  return { target: { kind: 'agent', agent: name }, description: `When ${name} is wanted` };
}

/** A tool. */
export function tool(name: string, more: Partial<ToolDefinition> = {}): ToolDefinition {
  const about = { description: `Does ${name}`, inputSchema: { type: 'object' }, timeoutMs: 1000 };
  return { name, ...about, idempotent: false, onInterrupted: 'ask', approval: 'none', ...more };
}

/** A workflow of agents; the first one begins, and the run ends when an agent has replied. */
export function team(agents: AgentDefinition[], more: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return workflowDefinitionSchema.parse({
    name: 'team',
    title: 'Team',
    description: '',
    starters: [],
    pattern: { kind: 'default', initialAgent: agents[0]?.name ?? 'nobody', afterWork: { kind: 'terminate' } },
    agents,
    tools: [],
    variables: {},
    limits: { maxTurns: 20, maxToolCalls: 20 },
    onNewInput: 'queue',
    sequentialTools: false,
    ...more,
  });
}

/** One agent that answers. */
export const assistant = team([agent('assistant')]);

/** What is known of a call that is cut off: a prompt is 7 tokens, every UTF-16 code unit of the reply one. */
export function cutOffOf(shown: ReadonlyMap<string, string> = new Map(), call?: CallInProgress): CutOff {
  return {
    shown,
    estimate: (request, text) => {
      const promptTokens = request === undefined ? 0 : 7;
      return { usage: { promptTokens, cachedTokens: 0, completionTokens: text.length }, costMicroUsd: 10 };
    },
    callOf: () => call,
  };
}

/** A chat whose log, state and effects a test can look at. */
export class ScriptedChat {
  readonly workflow: WorkflowDefinition;
  readonly #script: Script;
  readonly commits: ChatEvent[][] = [];
  /** What tools did to the world: call to tool and arguments, since an idempotent tool does nothing twice. */
  readonly effects = new Map<string, string>();
  readonly requests: ModelRequest[] = [];
  #state: ChatState = initialState;
  #ids = 0;
  #performed = 0;

  constructor(workflow: WorkflowDefinition, script: Script = {}) {
    this.workflow = workflow;
    this.#script = script;
  }

  /** A chat that was created with a first message. */
  static begun(workflow: WorkflowDefinition, script: Script = {}, text = 'Hello'): ScriptedChat {
    const chat = new ScriptedChat(workflow, script);
    chat.append([
      { type: 'chat_created', ownerId: OWNER, workflow: workflow.name, variables: {}, commandId: id('c1') },
      { type: 'user_message', messageId: id('m1'), commandId: id('c1'), text, by: OWNER },
    ]);
    return chat;
  }

  /** The same chat up to a commit, elsewhere. */
  upTo(commits: number): ScriptedChat {
    const other = new ScriptedChat(this.workflow, this.#script);
    for (const commit of this.commits.slice(0, commits)) other.fold(commit);
    other.#ids = 1000 * (commits + 1);
    return other;
  }

  get state(): ChatState {
    return this.#state;
  }

  get events(): ChatEvent[] {
    return this.commits.flat();
  }

  get step(): Step {
    return next(this.#state, this.workflow);
  }

  /** Everything that can be done now. */
  get steps(): readonly PlannedStep[] {
    return nextSteps(this.#state, this.workflow);
  }

  /** A run as it sees itself; by default the chat's own. */
  own(runId = this.#state.run?.runId) {
    return contextOf(this.#state, this.workflow, runId);
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** The events of a type. */
  all<T extends ChatEvent['type']>(type: T): Extract<ChatEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ChatEvent, { type: T }> => event.type === type);
  }

  /** Why the newest run ended. */
  get reason(): string | undefined {
    return this.all('run_completed').at(-1)?.reason.code;
  }

  /** The agents in the order of their turns. */
  get speakers(): string[] {
    return this.all('speaker_selected').map((event) => event.agent);
  }

  newId(): string {
    this.#ids += 1;
    return id(`id-${String(this.#ids)}`);
  }

  fold(commit: ChatEvent[]): void {
    for (const event of commit) this.#state = evolve(this.#state, event);
    this.commits.push(commit);
  }

  /** One commit. Every event must be what the contracts say. */
  append(events: readonly NewEvent[]): void {
    const from = this.#state.lastSeq;
    const placed = events.map((event, index) => {
      const seq = from + index + 1;
      const at = new Date(BEGIN + seq * (this.#script.tickMs ?? 1)).toISOString();
      return chatEventSchema.parse({ ...event, seq, at });
    });
    if (placed.length > 0) this.fold(placed);
  }

  record(command: Command, shown?: ReadonlyMap<string, string>, call?: CallInProgress): Recording {
    const recording = recordCommand(this.#state, this.workflow, { command, cutOff: cutOffOf(shown, call) });
    this.append(recording.events);
    return recording;
  }

  /** Another worker takes over what the log says. */
  takeOver(shown?: ReadonlyMap<string, string>): void {
    this.append(takeoverEvents(this.#state, { worker: 'w2', ...cutOffOf(shown) }));
  }

  /** Takes steps until the chat rests. */
  run(maxSteps = 500): this {
    for (let taken = 0; this.step.kind !== 'rest'; taken++) {
      if (taken === maxSteps) throw new Error(`the chat does not rest: ${this.types().slice(-20).join(' ')}`);
      const { steps } = this;
      const { step, runId } = steps[this.#script.pick?.(steps.length) ?? 0] ?? { step: this.step };
      this.perform(step, runId);
    }
    return this;
  }

  perform(step: Step, runId = this.#state.run?.runId ?? ''): void {
    // A test that waits for a step which never comes fails, and does not hang.
    if (this.#performed++ === MOST_STEPS) throw new Error(`it goes on and on: ${this.types().slice(-20).join(' ')}`);
    switch (step.kind) {
      case 'rest':
        return;
      case 'decide':
        this.append(endedEvents(this.#state, step.events, cutOffOf()));
        return;
      case 'start_run':
        this.append([this.started(step)]);
        return;
      case 'call_model':
        this.callModel(step.request, runId);
        return;
      case 'run_tools':
        this.runTools(step.sequential ? step.calls.slice(0, 1) : step.calls, runId);
        return;
      case 'ask_person':
        for (const question of step.questions) this.ask(question, runId);
    }
  }

  started(step: Extract<Step, { kind: 'start_run' }>): NewEvent {
    const { workflow, trigger } = step;
    const variables = { ...this.workflow.variables, ...step.variables };
    const about = { workflow, trigger, variables, workflowHash: 'hash', engineVersion: 1, worker: 'w1' };
    const { deadlineMs } = this.workflow.limits;
    const deadlineAt = deadlineMs === undefined ? {} : { deadlineAt: this.#after(deadlineMs) };
    return { type: 'run_started', runId: this.newId(), ...about, ...deadlineAt };
  }

  #after(ms: number): string {
    return new Date(Date.parse(this.envelope().at) + ms).toISOString();
  }

  /** A timer fires, be it early, in time, late or once more. */
  fire(timer: Timer | undefined, shown?: ReadonlyMap<string, string>, call?: CallInProgress): Recording {
    if (timer === undefined) throw new Error('there is no timer');
    return this.record(timerCommand(id('chat'), timer), shown, call);
  }

  callModel(request: ModelRequest, runId?: string): void {
    this.requests.push(request);
    const result = this.resultOf(this.#script.model?.(request) ?? { text: `${request.agent} is here.` });
    if (request.purpose === 'reply' && request.hold !== true && result.text !== '')
      this.append([this.startOf(request, result.messageId, runId)]);
    const { state, workflow } = this.seen(runId);
    this.append(replyEvents(state, workflow, { request, result }));
  }

  resultOf(answer: Answer): ModelResult {
    const calls = answer.calls ?? [];
    return {
      messageId: this.newId(),
      text: answer.text ?? '',
      toolCalls: calls.map((call) => ({ callId: this.newId(), tool: call.tool, arguments: call.arguments ?? {} })),
      finishReason: 'stop',
      model: 'scripted',
      usage: { promptTokens: answer.tokens ?? 10, cachedTokens: 0, completionTokens: 5 },
      costMicroUsd: answer.costMicroUsd === undefined ? 100 : answer.costMicroUsd,
      ms: 5,
      firstTokenMs: 1,
    };
  }

  startOf(request: ModelRequest, messageId: string, runId = this.#state.run?.runId ?? ''): NewEvent {
    const { agent: name, purpose } = request;
    return { type: 'message_started', runId, agent: name, messageId, kind: 'text', purpose, model: 'm', attempt: 1 };
  }

  runTools(calls: readonly ToolRun[], runId = this.#state.run?.runId ?? ''): void {
    this.append(
      calls.map(({ callId, agent: name, attempt }) => ({ type: 'tool_started', runId, agent: name, callId, attempt })),
    );
    for (const call of calls) {
      this.effects.set(call.callId, `${call.tool.name} ${JSON.stringify(call.arguments)}`);
      const result = this.#script.tool?.(call) ?? { ok: true, result: `${call.tool.name} done`, ms: 1 };
      const { state, workflow } = this.seen(runId);
      this.append(toolEvents(state, workflow, { run: call, result }));
    }
  }

  ask(question: Question, runId = this.#state.run?.runId ?? ''): void {
    const requestId = this.newId();
    const { expiresInMs, ...asked } = question;
    const expiresAt = expiresInMs === undefined ? {} : { expiresAt: this.#after(expiresInMs) };
    this.append([{ type: 'input_request', runId, requestId, ...asked, ...expiresAt }]);
    const value = this.#script.person?.(question);
    if (value !== undefined) this.answer(requestId, value);
  }

  answer(requestId: string, value: Json, comment?: string): Recording {
    const about = { kind: 'input' as const, requestId, value, ...(comment === undefined ? {} : { comment }) };
    return this.record({ ...this.envelope(), ...about });
  }

  say(text: string, shown?: ReadonlyMap<string, string>): Recording {
    return this.record({ ...this.envelope(), kind: 'message', messageId: this.newId(), text }, shown);
  }

  cancel(shown?: ReadonlyMap<string, string>, call?: CallInProgress): Recording {
    return this.record({ ...this.envelope(), kind: 'cancel' }, shown, call);
  }

  /** The chat as a run sees it, be it over or not. */
  seen(runId: string | undefined): Pick<Context, 'state' | 'workflow'> {
    return this.own(runId) ?? { state: this.#state, workflow: this.workflow };
  }

  /** What every command carries. */
  envelope() {
    const at = this.#state.lastAt ?? new Date(BEGIN).toISOString();
    return { v: 1 as const, commandId: this.newId(), chatId: id('chat'), userId: OWNER, at };
  }

  /** The question that waits. */
  get pending(): string {
    return runsOf(this.#state.run).flatMap(({ openRequests }) => openRequests)[0]?.requestId ?? '';
  }
}
