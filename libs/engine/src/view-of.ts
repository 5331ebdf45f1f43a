/**
 * What an agent knows when it speaks.
 *
 * Invariants (tests name them):
 * V1  Every tool call is followed by its result, and every result follows its call: providers refuse anything else.
 * V2  Handing over leaves no trace in it (AG2: exclude_transit_message).
 * V3  What others said comes under their name; what they called is told in words.
 * V4  What the engine calls for itself is in nobody's view.
 * V5  A reply that did not fit its schema is seen by its agent only, with what was wrong with it, while it tries again.
 * V6  What a guardrail has replaced is never seen again, by any agent in any later run.
 * V7  What an agent's summary covers is not seen by it again; the summary stands first.
 */
import type { AgentDefinition, WorkflowDefinition } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import { isEngineCall } from './engine-calls.ts';
import { fillTemplate } from './fill-template.ts';
import { cut, jsonText } from './json-text.ts';
import { introductionsOf } from './introductions.ts';
import { correction } from './structured-output.ts';
import type { ChatState, ModelMessage, SaidItem } from './types.ts';

type Assistant = Extract<ModelMessage, { role: 'assistant' }>;
type Call = Extract<SaidItem, { kind: 'call' }>;
type Result = Extract<SaidItem, { kind: 'result' }>;
type Digest = Extract<SaidItem, { kind: 'digest' }>;

/** Messages that belong together: a message, or a reply with the results of its calls. */
export interface ViewPart {
  /** The newest event that it is made of, results aside. */
  readonly seq: number;
  readonly messages: readonly ModelMessage[];
  /** True of the summary of what was before. */
  readonly digest?: boolean;
}

/** Longest argument or result of somebody else's call that is told, in UTF-16 code units. */
const TOLD_LENGTH = 2000;

/** Whose view it is; a name that no agent has sees everything from outside. */
type Viewer = Pick<AgentDefinition, 'name' | 'output'>;

/** The messages that a model gets when it speaks for an agent: its system message, then the chat as the agent knows it. */
export function viewOf(state: ChatState, workflow: WorkflowDefinition, agent: AgentDefinition): ModelMessage[] {
  return [
    ...systemMessages({ state, workflow }, agent),
    ...viewParts(state, agent).flatMap(({ messages }) => messages),
  ];
}

/** The agent's system message, filled in, and who the others are where they are introduced; none when it says nothing. */
export function systemMessages(
  { state, workflow }: { readonly state: ChatState; readonly workflow: WorkflowDefinition },
  agent: AgentDefinition,
): readonly ModelMessage[] {
  const own = fillTemplate(agent.systemMessage, { ...workflow.variables, ...state.run?.variables });
  const content = [own, introductionsOf(workflow, agent)].filter((text) => text.trim() !== '').join('\n\n');
  return content === '' ? [] : [{ role: 'system', content }];
}

/**
 * The chat as an agent knows it, in parts that must not be taken apart.
 * @param from - how many items of what was said are passed over
 */
export function viewParts(state: ChatState, agent: Viewer, from = 0): readonly ViewPart[] {
  const known = knowledgeOf(state, agent);
  const view = new View(agent, known);
  const first = Math.max(from, known.covered);
  let index = 0;
  for (const item of state.said) if (index++ >= first) view.add(item);
  const { digest } = known;
  return digest === undefined ? view.parts() : [digestPart(digest), ...view.parts()];
}

function digestPart({ upToSeq, text }: Digest): ViewPart {
  const content = `What was said before, in short:\n${text}`;
  return { seq: upToSeq, digest: true, messages: [{ role: 'user', content }] };
}

interface Knowledge {
  readonly results: ReadonlyMap<string, Result>;
  readonly replaced: ReadonlyMap<string, string>;
  readonly digest: Digest | undefined;
  /** How many items that covers. Positions tell, not numbers: what was queued stands where it was taken up. */
  readonly covered: number;
  /** Ids of the replies of this turn that did not fit. */
  readonly rejected: readonly string[];
}

function knowledgeOf({ said, run }: ChatState, { name }: Viewer): Knowledge {
  const results = new Map<string, Result>();
  const replaced = new Map<string, string>();
  const places = new Map<number, number>();
  let digest: Digest | undefined;
  let place = 0;
  for (const item of said) {
    places.set(item.seq, ++place);
    if (item.kind === 'result') results.set(item.callId, item);
    else if (item.kind === 'replaced') replaced.set(item.about, item.text);
    else if (item.kind === 'digest' && item.agent === name) digest = item;
  }
  const covered = digest === undefined ? 0 : (places.get(digest.upToSeq) ?? 0);
  return { results, replaced, digest, covered, rejected: run === undefined ? [] : agentRunOf(run).rejected };
}

interface OpenReply {
  readonly messageId: string;
  seq: number;
  content: string | null;
  readonly calls: Call[];
}

class View {
  readonly #agent: Viewer;
  readonly #known: Knowledge;
  readonly #parts: ViewPart[] = [];
  /** The agent's own reply whose text and calls are being gathered. */
  #reply: OpenReply | undefined;

  constructor(agent: Viewer, known: Knowledge) {
    this.#agent = agent;
    this.#known = known;
  }

  parts(): readonly ViewPart[] {
    this.#endReply();
    return this.#parts;
  }

  add(item: SaidItem): void {
    switch (item.kind) {
      case 'user':
        this.#hear(item.seq, { role: 'user', content: this.#textOf(item) });
        break;
      case 'agent':
        if (item.agent === this.#agent.name) this.#replyOf(item).content = item.text;
        else this.#tell(item.seq, item.agent, item.text);
        break;
      case 'call':
        this.#call(item);
        break;
      case 'rejected':
        this.#reject(item);
        break;
      default: // results stand with their calls; the rest leaves no trace
    }
  }

  #textOf({ text, messageId }: Extract<SaidItem, { kind: 'user' }>): string {
    return messageId === undefined ? text : (this.#known.replaced.get(messageId) ?? text);
  }

  #hear(seq: number, ...messages: readonly ModelMessage[]): void {
    this.#endReply();
    this.#parts.push({ seq, messages });
  }

  #tell(seq: number, name: string, content: string): void {
    this.#hear(seq, { role: 'user', name, content: `${name}: ${content}` });
  }

  #call(item: Call): void {
    if (isEngineCall(item)) return;
    if (item.agent === this.#agent.name) this.#replyOf(item).calls.push(item);
    else this.#tell(item.seq, item.agent, this.#inWords(item));
  }

  #reject({ agent, text, messageId, seq }: Extract<SaidItem, { kind: 'rejected' }>): void {
    const { name, output } = this.#agent;
    if (agent !== name || output === undefined || !this.#known.rejected.includes(messageId)) return;
    const reply: ModelMessage[] = text === '' ? [] : [{ role: 'assistant', content: text }];
    this.#hear(seq, ...reply, { role: 'user', content: correction(output, text) });
  }

  #inWords(call: Call): string {
    const args = cut(jsonText(call.arguments), TOLD_LENGTH);
    return `[used ${call.tool} with ${args}, result: ${cut(this.#contentOf(call), TOLD_LENGTH)}]`;
  }

  #contentOf(call: Call): string {
    return this.#known.results.get(call.callId)?.content ?? 'Error: no answer was recorded';
  }

  #replyOf({ messageId, seq }: { readonly messageId: string; readonly seq: number }): OpenReply {
    if (this.#reply?.messageId !== messageId) this.#endReply();
    this.#reply ??= { messageId, seq, content: null, calls: [] };
    this.#reply.seq = seq;
    return this.#reply;
  }

  #endReply(): void {
    const reply = this.#reply;
    this.#reply = undefined;
    if (reply === undefined) return;
    const toolCalls = reply.calls.map(({ callId, tool, arguments: args }) => ({ callId, tool, arguments: args }));
    const message: Assistant = { role: 'assistant', content: reply.content };
    const results = reply.calls.map((call): ModelMessage => ({
      role: 'tool',
      callId: call.callId,
      content: this.#contentOf(call),
    }));
    const messages = toolCalls.length === 0 ? [message] : [{ ...message, toolCalls }, ...results];
    this.#parts.push({ seq: reply.seq, messages });
  }
}
