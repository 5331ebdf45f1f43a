import type { ChatEvent, Delta, NewEvent, WorkflowCard } from '@colloquy/contracts';
import type { ScriptedBackend } from '@colloquy/testing/scripted-backend';

/** Who owns what is written here: the guest that the scripted backend lets in. */
export const OWNER = 'guest-scripted';

/** Where a chat begins. */
export interface ChatBeginning {
  /** Makes the ids: those of a chat are the same each time. */
  readonly name: string;
  readonly title: string;
  readonly workflow: WorkflowCard['name'];
  /** When it began, ISO-8601. */
  readonly at: string;
}

/** What one reply took. */
export interface ReplyCost {
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
  readonly ms: number;
}

const NO_TOTALS = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0 };

/** A log that is written with times and ids of its own, so that the chat looks the same whenever it is drawn. */
export class ChatScript {
  readonly chatId: string;
  readonly #backend: ScriptedBackend;
  readonly #name: string;
  #now: number;
  #seq = 0;
  #count = 0;
  #totals = NO_TOTALS;
  #runs = 0;
  #runId = '';

  constructor(backend: ScriptedBackend, { name, title, workflow, at }: ChatBeginning) {
    this.#backend = backend;
    this.#name = name;
    this.chatId = `state-${name}-`.padEnd(24, '0');
    this.#now = Date.parse(at);
    this.add({ type: 'chat_created', commandId: this.id('create'), ownerId: OWNER, workflow, title, variables: {} });
  }

  /** The run that goes on, or the last one. */
  get runId(): string {
    return this.#runId;
  }

  /** `seq` of the newest event. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** An id that is the same each time the script is played. */
  id(kind: string): string {
    return `${this.#name}-${kind}-${String(++this.#count)}`.padEnd(20, '0');
  }

  /** Lets time go by, in ms. */
  wait(ms: number): this {
    this.#now += ms;
    return this;
  }

  /** Writes events, all of this moment. */
  add(...events: readonly NewEvent[]): this {
    const at = new Date(this.#now).toISOString();
    const placed = events.map((event): ChatEvent => ({ ...event, seq: ++this.#seq, at }));
    this.#backend.put(this.chatId, { v: 1, chatId: this.chatId, events: placed, deltas: [] });
    return this;
  }

  /** The person says something. */
  ask(text: string): this {
    const messageId = this.id('said');
    return this.add({ type: 'user_message', messageId, commandId: messageId, text, by: OWNER });
  }

  /** A run begins that answers the newest event. */
  run(workflow: string): this {
    this.#runId = `${this.#name}-run-${String(++this.#runs)}`.padEnd(20, '0');
    const about = { workflowHash: 'script', engineVersion: 3, variables: {}, worker: 'script' };
    return this.add({ type: 'run_started', runId: this.#runId, workflow, trigger: this.#seq, ...about });
  }

  /** A part of the work goes on beside others; gives its run. */
  branch(child: string, branch: string): string {
    const runId = `${this.#name}-branch-${branch}`.padEnd(20, '0');
    const about = { workflow: child, workflowHash: 'script', engineVersion: 3, variables: {}, worker: 'script' };
    const place = { parentRunId: this.#runId, child, branch, mode: 'all' } as const;
    this.add({ type: 'run_started', runId, trigger: this.#seq, ...about, ...place });
    return runId;
  }

  /** An agent has its turn. */
  turn(agent: string, runId = this.#runId): this {
    return this.add({ type: 'speaker_selected', runId, agent, by: 'pattern' });
  }

  /** An agent says all of this. */
  say(agent: string, text: string, cost?: ReplyCost): this {
    const { messageId } = this.begin(agent);
    const ms = cost?.ms ?? 1200;
    this.wait(ms);
    const about = { runId: this.#runId, agent, messageId };
    this.add({ type: 'text', ...about, text, finishReason: 'stop', ...(cost === undefined ? {} : { usage: cost }) });
    if (cost !== undefined) this.#use(agent, cost);
    return this;
  }

  /** An agent is in the midst of saying this. */
  saying(agent: string, text: string, runId = this.#runId): this {
    const { messageId } = this.begin(agent, runId);
    const delta: Delta = { messageId, runId, agent, offset: 0, text, kind: 'text' };
    this.#backend.put(this.chatId, { v: 1, chatId: this.chatId, events: [], deltas: [delta] });
    return this;
  }

  /** An agent begins to speak. */
  begin(agent: string, runId = this.#runId): { readonly messageId: string } {
    const messageId = this.id('text');
    const about = { kind: 'text', purpose: 'reply', model: 'script', attempt: 1 } as const;
    this.add({ type: 'message_started', runId, agent, messageId, ...about });
    return { messageId };
  }

  /** An agent asks for a tool; gives the call. */
  call(agent: string, tool: string, call: { readonly with: object; readonly leave?: true }): string {
    const callId = this.id('call');
    const approval = call.leave === true ? 'required' : 'none';
    const about = { runId: this.#runId, agent, callId, messageId: this.id('asks') };
    this.add({ type: 'tool_call', ...about, tool, arguments: call.with as never, approval });
    if (call.leave !== true) this.add({ type: 'tool_started', runId: this.#runId, callId, attempt: 1 });
    return callId;
  }

  /** The run is over. */
  complete(): this {
    return this.add({
      ...{ type: 'run_completed', runId: this.#runId },
      reason: { code: 'no_next_speaker', text: 'Nobody has anything to add' },
    });
  }

  /** The person has seen all of it so far. */
  seen(): this {
    return this.add({ type: 'chat_seen', upToSeq: this.#seq, commandId: this.id('seen') });
  }

  #use(agent: string, { model, promptTokens, completionTokens, costMicroUsd, ms }: ReplyCost): void {
    const used = { promptTokens, cachedTokens: 0, completionTokens, costMicroUsd };
    this.#totals = {
      promptTokens: this.#totals.promptTokens + promptTokens,
      cachedTokens: 0,
      completionTokens: this.#totals.completionTokens + completionTokens,
      costMicroUsd: this.#totals.costMicroUsd + costMicroUsd,
      modelCalls: this.#totals.modelCalls + 1,
    };
    const about = { runId: this.#runId, agent, purpose: 'reply', model, ms, firstTokenMs: 80 } as const;
    this.add({ type: 'usage', ...about, ...used, totals: this.#totals });
  }
}
