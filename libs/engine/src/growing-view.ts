import type { AgentDefinition } from '@colloquy/contracts';
import type { AppendList } from './append-list.ts';
import { isEngineCall } from './engine-calls.ts';
import { cut, jsonText } from './json-text.ts';
import { correction } from './structured-output.ts';
import type { ModelMessage, SaidItem } from './types.ts';
import type { WithFiles } from './with-files.ts';

type Assistant = Extract<ModelMessage, { role: 'assistant' }>;
type Call = Extract<SaidItem, { kind: 'call' }>;
type Digest = Extract<SaidItem, { kind: 'digest' }>;

/** Messages that belong together: a message, or a reply with the results of its calls. */
export interface ViewPart {
  /** The newest event that it is made of, results aside. */
  readonly seq: number;
  readonly messages: readonly ModelMessage[];
  /** True of the summary of what was before. */
  readonly digest?: boolean;
}

/** Whose view it is; a name that no agent has sees everything from outside. */
export type Viewer = Pick<AgentDefinition, 'name' | 'output'>;

/** Longest argument or result of somebody else's call that is told, in UTF-16 code units. */
const TOLD_LENGTH = 2000;

const NONE: readonly ModelMessage[] = [];

interface OpenReply {
  readonly messageId: string;
  seq: number;
  content: string | null;
  readonly calls: Call[];
}

/**
 * What an agent knows of a list that only grows: it is made further with what is added.
 *
 * Invariant: it holds what it would hold if it were made of the whole list at once. So it is not made further with what
 * changes something before it: see `canGrow`.
 */
export class GrowingView {
  readonly #agent: Viewer;
  /** Ids of the replies of this turn that did not fit. */
  readonly #rejected: readonly string[];
  readonly #results = new Map<string, string>();
  /** Calls of which it says what came of them. */
  readonly #told = new Set<string>();
  readonly #replaced = new Map<string, string>();
  readonly #parts: ViewPart[] = [];
  readonly #messages: ModelMessage[] = [];
  /** The newest summary of what was before. */
  #digest: Digest | undefined;
  /** How many items of the list it is made of. */
  #length = 0;
  /** True when it is made of replies that did not fit: whether they are seen depends on the turn. */
  #hasRejected = false;
  /** The agent's own reply whose text and calls are being gathered. */
  #reply: OpenReply | undefined;

  /** @param rejected - ids of the replies of this turn that did not fit */
  constructor(agent: Viewer, rejected: readonly string[]) {
    this.#agent = agent;
    this.#rejected = rejected;
  }

  /** True when `grow` makes the view of that list of it, which must be of the line that it is made of. */
  canGrow(said: AppendList<SaidItem>, now: { readonly agent: Viewer; readonly rejected: readonly string[] }): boolean {
    if (said.length < this.#length || now.agent.output !== this.#agent.output) return false;
    if (this.#hasRejected && !sameIds(now.rejected, this.#rejected)) return false;
    for (let place = this.#length; place < said.length; place++) {
      const item = said.at(place);
      if (item !== undefined && this.#isChangedBy(item)) return false;
    }
    return true;
  }

  /** Takes in what the list has more; in the beginning, what comes after its first `from` items. */
  grow(said: AppendList<SaidItem>, from = this.#length): void {
    // In two passes, since calls are told with what came of them.
    for (const item of said.from(this.#length)) this.#learn(item);
    if (this.#length === 0 && this.#digest !== undefined) this.#push(digestPart(this.#digest));
    for (const item of said.from(Math.max(from, coveredBy(this.#digest, said)))) this.#add(item);
    this.#length = said.length;
  }

  /** A copy of what it holds. */
  parts(): readonly ViewPart[] {
    return this.#reply === undefined ? this.#parts.slice() : [...this.#parts, this.#partOf(this.#reply)];
  }

  /** A copy of the messages of what it holds. @param first - what stands before them */
  messages(first: readonly ModelMessage[]): ModelMessage[] {
    const open = this.#reply === undefined ? NONE : this.#partOf(this.#reply).messages;
    return ([] as ModelMessage[]).concat(first, this.#messages, open);
  }

  #isChangedBy(item: SaidItem): boolean {
    if (item.seq === this.#digest?.upToSeq) return true;
    switch (item.kind) {
      case 'result':
        return this.#told.has(item.callId);
      case 'rejected':
      case 'replaced':
        return true;
      case 'digest':
        return item.agent === this.#agent.name;
      default:
        return false;
    }
  }

  #learn(item: SaidItem): void {
    if (item.kind === 'result') this.#results.set(item.callId, item.content);
    else if (item.kind === 'replaced') this.#replaced.set(item.about, item.text);
    else if (item.kind === 'digest' && item.agent === this.#agent.name) this.#digest = item;
    else if (item.kind === 'rejected') this.#hasRejected = true;
  }

  #add(item: SaidItem): void {
    switch (item.kind) {
      case 'user':
        this.#hear(item.seq, { role: 'user', content: this.#textOf(item), ...this.#filesOf(item) });
        break;
      case 'agent':
        if (item.agent === this.#agent.name) this.#replyOf(item).content = this.#textOf(item);
        else this.#tell(item.seq, item.agent, this.#textOf(item));
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

  #textOf({ text, messageId }: Extract<SaidItem, { kind: 'user' | 'agent' }>): string {
    return messageId === undefined ? text : (this.#replaced.get(messageId) ?? text);
  }

  /** What a guardrail has replaced takes its files with it. */
  #filesOf({ messageId, attachments }: Extract<SaidItem, { kind: 'user' }>): { files?: WithFiles['attachments'] } {
    const replaced = messageId !== undefined && this.#replaced.has(messageId);
    return attachments === undefined || replaced ? {} : { files: attachments };
  }

  #hear(seq: number, ...messages: readonly ModelMessage[]): void {
    this.#endReply();
    this.#push({ seq, messages });
  }

  #tell(seq: number, name: string, content: string): void {
    this.#hear(seq, { role: 'user', name, content: `${name}: ${content}` });
  }

  #push(part: ViewPart): void {
    this.#parts.push(part);
    this.#messages.push(...part.messages);
  }

  #call(item: Call): void {
    if (isEngineCall(item)) return;
    if (item.agent === this.#agent.name) this.#replyOf(item).calls.push(item);
    else this.#tell(item.seq, item.agent, this.#inWords(item));
  }

  #reject({ agent, text, messageId, seq }: Extract<SaidItem, { kind: 'rejected' }>): void {
    const { name, output } = this.#agent;
    if (agent !== name || output === undefined || !this.#rejected.includes(messageId)) return;
    const reply: ModelMessage[] = text === '' ? [] : [{ role: 'assistant', content: text }];
    this.#hear(seq, ...reply, { role: 'user', content: correction(output, text) });
  }

  #inWords(call: Call): string {
    this.#told.add(call.callId);
    const args = cut(jsonText(call.arguments), TOLD_LENGTH);
    return `[used ${call.tool} with ${args}, result: ${cut(this.#contentOf(call), TOLD_LENGTH)}]`;
  }

  #contentOf(call: Call): string {
    return this.#results.get(call.callId) ?? 'Error: no answer was recorded';
  }

  #replyOf({ messageId, seq }: { readonly messageId: string; readonly seq: number }): OpenReply {
    if (this.#reply?.messageId !== messageId) this.#endReply();
    this.#reply ??= { messageId, seq, content: null, calls: [] };
    this.#reply.seq = seq;
    return this.#reply;
  }

  #endReply(): void {
    const reply = this.#reply;
    if (reply === undefined) return;
    this.#reply = undefined;
    for (const { callId } of reply.calls) this.#told.add(callId);
    this.#push(this.#partOf(reply));
  }

  #partOf({ seq, content, calls }: OpenReply): ViewPart {
    const message: Assistant = { role: 'assistant', content };
    if (calls.length === 0) return { seq, messages: [message] };
    const toolCalls = calls.map(({ callId, tool, arguments: args }) => ({ callId, tool, arguments: args }));
    const results = calls.map((call): ModelMessage => ({
      role: 'tool',
      callId: call.callId,
      content: this.#contentOf(call),
    }));
    return { seq, messages: [{ ...message, toolCalls }, ...results] };
  }
}

function digestPart({ upToSeq, text }: Digest): ViewPart {
  const content = `What was said before, in short:\n${text}`;
  return { seq: upToSeq, digest: true, messages: [{ role: 'user', content }] };
}

/** How many items a summary covers. Positions tell, not numbers: what was queued stands where it was taken up. */
function coveredBy(digest: Digest | undefined, said: AppendList<SaidItem>): number {
  if (digest === undefined) return 0;
  let place = said.length;
  while (place > 0 && said.at(place - 1)?.seq !== digest.upToSeq) place--;
  return place;
}

function sameIds(some: readonly string[], others: readonly string[]): boolean {
  return some === others || (some.length === others.length && some.every((id, at) => id === others[at]));
}
