import type { Clock, Ids, Json } from '@colloquy/contracts';
import type { ModelResult } from '@colloquy/engine';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { ModelPiece } from './types.ts';

/** What a reader needs. */
export interface ReplyReaderPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  onPiece(piece: ModelPiece): void;
}

/** Everything that the stream of one reply said. */
export interface Reply {
  readonly messageId: string;
  readonly text: string;
  readonly reasoning?: NonNullable<ModelResult['reasoning']>;
  readonly toolCalls: ModelResult['toolCalls'];
  /** All the text that the model wrote, for an estimate of its tokens. */
  readonly written: string;
  /** Undefined when the stream ended too early. */
  readonly finishReason?: string;
  readonly model?: string;
  /** Undefined when the provider counted nothing. */
  readonly usage?: ModelResult['usage'];
  /** Monotonic clock at the first piece. */
  readonly firstPieceAt?: number;
}

type Delta = ChatCompletionChunk.Choice.Delta;
type CallDelta = NonNullable<Delta['tool_calls']>[number];

interface GrowingCall {
  readonly callId: string;
  readonly index: number;
  readonly providerId: string | undefined;
  tool: string;
  text: string;
}

/**
 * Folds the chunks of one streamed reply. Invariants:
 * 1. pieces of one messageId and kind, joined, are the final text of it;
 * 2. how the provider cut its stream into chunks changes nothing in the reply;
 * 3. every tool call has an id of ours: providers repeat theirs, or send none.
 */
export class ReplyReader {
  readonly #ports: ReplyReaderPorts;
  readonly #messageId: string;
  readonly #reasoningId: string;
  readonly #calls: GrowingCall[] = [];
  #text = '';
  #reasoning = '';
  #reasoningFrom: number | undefined;
  #reasoningTo: number | undefined;
  #firstPieceAt: number | undefined;
  #refused = false;
  #finishReason: string | undefined;
  #model: string | undefined;
  #usage: ModelResult['usage'] | undefined;

  /** @param ports - clock, ids and where pieces go */
  constructor(ports: ReplyReaderPorts) {
    this.#ports = ports;
    this.#messageId = ports.ids.uuid();
    this.#reasoningId = ports.ids.uuid();
  }

  /** True once anything of the reply has come. */
  get begun(): boolean {
    return this.#firstPieceAt !== undefined;
  }

  /** Takes the next chunk. */
  read(chunk: ChatCompletionChunk): void {
    if (typeof chunk.model === 'string' && chunk.model !== '') this.#model = chunk.model;
    if (chunk.usage) this.#usage = toUsage(chunk.usage);
    // Some compatible servers leave `choices` out of the chunk that carries the usage.
    const choice = (chunk.choices as ChatCompletionChunk['choices'] | undefined)?.[0];
    if (choice === undefined) return;
    this.#readDelta(choice.delta);
    // The provider says "stop" of a refusal too: whoever wants an answer of some form must tell them apart.
    if (choice.finish_reason)
      this.#finishReason = this.#refused && choice.finish_reason === 'stop' ? 'refusal' : choice.finish_reason;
  }

  /** What has come so far; all of it once the stream has ended. */
  reply(): Reply {
    return {
      messageId: this.#messageId,
      text: this.#text,
      ...(this.#reasoning === '' ? {} : { reasoning: this.#reasoningSoFar() }),
      toolCalls: this.#calls.map(({ callId, tool, text }) => ({ callId, tool, arguments: toArguments(text) })),
      written: this.#text + this.#reasoning + this.#calls.map(({ tool, text }) => tool + text).join(''),
      ...(this.#finishReason === undefined ? {} : { finishReason: this.#finishReason }),
      ...(this.#model === undefined ? {} : { model: this.#model }),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#firstPieceAt === undefined ? {} : { firstPieceAt: this.#firstPieceAt }),
    };
  }

  #reasoningSoFar(): NonNullable<ModelResult['reasoning']> {
    const from = this.#reasoningFrom ?? 0;
    return {
      messageId: this.#reasoningId,
      text: this.#reasoning,
      ms: Math.round((this.#reasoningTo ?? from) - from),
    };
  }

  #readDelta(delta: Delta | undefined): void {
    if (delta === undefined) return;
    const thought = reasoningOf(delta);
    if (thought !== '') this.#think(thought);
    if (delta.refusal) this.#refused = true;
    for (const text of [delta.content, delta.refusal]) if (text) this.#say(text);
    for (const call of delta.tool_calls ?? []) this.#call(call);
  }

  #think(text: string): void {
    this.#emit({ kind: 'reasoning', messageId: this.#reasoningId, text });
    this.#reasoning += text;
    this.#reasoningTo = this.#ports.clock.monotonic();
    this.#reasoningFrom ??= this.#reasoningTo;
  }

  #say(text: string): void {
    this.#emit({ kind: 'text', messageId: this.#messageId, text });
    this.#text += text;
  }

  #call(delta: CallDelta): void {
    const call = this.#callOf(delta);
    const name = delta.function?.name ?? '';
    // A name comes whole, in parts, or again with every chunk.
    if (name !== call.tool) call.tool += name;
    const text = delta.function?.arguments ?? '';
    if (text === '') return;
    this.#emit({ kind: 'arguments', messageId: call.callId, text });
    call.text += text;
  }

  /** The call that a delta goes on with: the newest of its index, unless it brings another id. */
  #callOf({ index: given, id }: CallDelta): GrowingCall {
    const index = (given as number | undefined) ?? this.#indexWithout(id);
    const open = this.#calls.findLast((call) => call.index === index);
    if (open !== undefined && (!id || open.providerId === undefined || open.providerId === id)) return open;
    const call = { callId: this.#ports.ids.uuid(), index, providerId: id || undefined, tool: '', text: '' };
    this.#calls.push(call);
    return call;
  }

  /** Servers that send no index send whole calls: another id is another call. */
  #indexWithout(id: string | undefined): number {
    const known = this.#calls.findLast(({ providerId }) => !id || providerId === id);
    return known?.index ?? this.#calls.length;
  }

  #emit(piece: ModelPiece): void {
    this.#firstPieceAt ??= this.#ports.clock.monotonic();
    this.#ports.onPiece(piece);
  }
}

/** Reasoning is no part of OpenAI's API; those who stream it call it `reasoning_content` or `reasoning`. */
function reasoningOf(delta: Delta): string {
  const fields: Readonly<Record<string, unknown>> = { ...delta };
  const text = fields['reasoning_content'] ?? fields['reasoning'];
  return typeof text === 'string' ? text : '';
}

function toUsage(usage: NonNullable<ChatCompletionChunk['usage']>): ModelResult['usage'] {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens,
  };
}

/** What a model wrote as arguments: the JSON, or the text when it is none. */
export function toArguments(text: string): Json {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
