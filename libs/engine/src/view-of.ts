/**
 * What an agent knows when it speaks.
 *
 * Invariants (tests name them):
 * V1  Every tool call is followed by its result, and every result follows its call: providers refuse anything else.
 * V2  Handing over leaves no trace in it (AG2: exclude_transit_message).
 * V3  What others said comes under their name; what they called is told in words.
 */
import type { AgentDefinition, Variables, WorkflowDefinition } from '@colloquy/contracts';
import type { AppendList } from './append-list.ts';
import { cut, jsonText } from './json-text.ts';
import type { ChatState, ModelMessage, SaidItem } from './types.ts';

type Assistant = Extract<ModelMessage, { role: 'assistant' }>;
type Call = Extract<SaidItem, { kind: 'call' }>;
type Result = Extract<SaidItem, { kind: 'result' }>;

/** Longest argument or result of somebody else's call that is told, in UTF-16 code units. */
const TOLD_LENGTH = 2000;

/** Puts values for `{name}`; a name without a value is left out, all else stays as it is. */
export function fillTemplate(template: string, variables: Variables): string {
  return template.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_all, name: string) =>
    Object.hasOwn(variables, name) ? jsonText(variables[name]) : '',
  );
}

/** The messages that a model gets when it speaks for an agent: its system message, then the chat as the agent knows it. */
export function viewOf(state: ChatState, workflow: WorkflowDefinition, agent: AgentDefinition): ModelMessage[] {
  const variables = { ...workflow.variables, ...state.run?.variables };
  const system = fillTemplate(agent.systemMessage, variables);
  const view = new View(agent.name, resultsOf(state.said));
  for (const item of state.said) view.add(item);
  return [...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]), ...view.messages()];
}

function resultsOf(said: AppendList<SaidItem>): ReadonlyMap<string, Result> {
  const results = new Map<string, Result>();
  for (const item of said) if (item.kind === 'result') results.set(item.callId, item);
  return results;
}

class View {
  readonly #agent: string;
  readonly #results: ReadonlyMap<string, Result>;
  readonly #messages: ModelMessage[] = [];
  /** The agent's own reply whose text and calls are being gathered. */
  #reply: { messageId: string; content: string | null; calls: Call[] } | undefined;

  constructor(agent: string, results: ReadonlyMap<string, Result>) {
    this.#agent = agent;
    this.#results = results;
  }

  messages(): ModelMessage[] {
    this.#endReply();
    return this.#messages;
  }

  add(item: SaidItem): void {
    switch (item.kind) {
      case 'user':
        this.#endReply();
        this.#messages.push({ role: 'user', content: item.text });
        break;
      case 'agent':
        if (item.agent === this.#agent) this.#replyOf(item.messageId).content = item.text;
        else this.#tell(item.agent, item.text);
        break;
      case 'call':
        if (item.agent === this.#agent) this.#replyOf(item.messageId).calls.push(item);
        else this.#tell(item.agent, this.#inWords(item));
        break;
      case 'result': // stands with its call
      case 'handoff':
        break;
    }
  }

  #tell(name: string, content: string): void {
    this.#endReply();
    this.#messages.push({ role: 'user', name, content: `${name}: ${content}` });
  }

  #inWords(call: Call): string {
    const args = cut(jsonText(call.arguments), TOLD_LENGTH);
    return `[used ${call.tool} with ${args}, result: ${cut(this.#contentOf(call), TOLD_LENGTH)}]`;
  }

  #contentOf(call: Call): string {
    return this.#results.get(call.callId)?.content ?? 'Error: no answer was recorded';
  }

  #replyOf(messageId: string): { messageId: string; content: string | null; calls: Call[] } {
    if (this.#reply?.messageId !== messageId) this.#endReply();
    this.#reply ??= { messageId, content: null, calls: [] };
    return this.#reply;
  }

  #endReply(): void {
    const reply = this.#reply;
    this.#reply = undefined;
    if (reply === undefined) return;
    const toolCalls = reply.calls.map(({ callId, tool, arguments: args }) => ({ callId, tool, arguments: args }));
    const message: Assistant = { role: 'assistant', content: reply.content };
    this.#messages.push(toolCalls.length === 0 ? message : { ...message, toolCalls });
    for (const call of reply.calls) {
      this.#messages.push({ role: 'tool', callId: call.callId, content: this.#contentOf(call) });
    }
  }
}
