import type { Metrics, ServiceClock, SystemIds } from '@colloquy/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseChatRequest, type ChatRequest } from './chat-request.ts';
import { countUsage, type Usage } from './count-tokens.ts';
import type { DemoModelEnv } from './env.ts';
import { createMeters } from './meters.ts';
import { limitReply, type LimitedReply } from './limit-reply.ts';
import { readFaults, type Faults } from './markers.ts';
import { requestedError } from './open-ai-error.ts';
import { createPace, type Pace } from './pace.ts';
import { readPrompt } from './read-prompt.ts';
import type { Script } from './script.ts';
import { SseWriter } from './sse-writer.ts';
import { piecesOf } from './stream-completion.ts';
import { asksForTitle, writeReply } from './write-reply.ts';

/** What completing chats needs. */
export interface CompletionParts {
  readonly env: DemoModelEnv;
  readonly clock: ServiceClock;
  readonly ids: SystemIds;
  readonly metrics: Metrics;
  readonly scripts: readonly Script[];
}

/** One answer, ready to be written. */
interface Completion {
  readonly request: ChatRequest;
  readonly reply: LimitedReply;
  readonly faults: Faults;
  readonly usage: Usage;
  readonly callIds: readonly string[];
  readonly head: {
    readonly id: string;
    readonly created: number;
    readonly model: string;
    readonly system_fingerprint: string;
  };
}

const NO_FAULTS: Faults = { hang: false, cut: false, slow: false };
/** How many messages with a counted error are remembered. */
const MOST_COUNTED = 1000;

/** Completes chats: decides what to say, then writes it at the configured pace. */
export class ChatCompletions {
  readonly #parts: CompletionParts;
  readonly #meters;
  readonly #errorsGiven = new Map<string, number>();

  constructor(parts: CompletionParts) {
    this.#parts = parts;
    this.#meters = createMeters(parts.metrics);
  }

  /**
   * Answers a request.
   * @throws OpenAiError when it is not valid, or asks for an error.
   */
  async complete(body: unknown, reply: FastifyReply): Promise<void> {
    const completion = this.#prepare(parseChatRequest(body));
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('the client is gone')));
    this.#meters.active.inc();
    try {
      await this.#write(completion, reply, gone.signal);
      this.#meters.ended.inc({ end: completion.reply.finishReason });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
      this.#meters.ended.inc({ end: 'aborted' });
    } finally {
      this.#meters.active.dec();
    }
  }

  #prepare(request: ChatRequest): Completion {
    const { clock, ids, scripts } = this.#parts;
    const prompt = readPrompt(request);
    const faults = asksForTitle(prompt) ? NO_FAULTS : readFaults(prompt.lastUser);
    if (faults.error && this.#owesError(prompt.lastUser, faults.error.times)) throw requestedError(faults.error.status);
    const reply = limitReply(writeReply(request, scripts), request);
    return {
      request,
      reply,
      faults,
      usage: countUsage(request, reply),
      callIds: reply.calls.map(() => `call_${ids.random(18)}`),
      head: {
        id: `chatcmpl-${ids.random(18)}`,
        created: Math.floor(clock.now() / 1000),
        model: request.model,
        system_fingerprint: 'fp_demo',
      },
    };
  }

  /** `[[error:500:2]]` fails twice, so that a caller's retries can be seen to work. */
  #owesError(text: string, times: number): boolean {
    if (times === Infinity) return true;
    const given = this.#errorsGiven.get(text) ?? 0;
    if (given >= times) return false;
    if (this.#errorsGiven.size >= MOST_COUNTED) this.#errorsGiven.clear();
    this.#errorsGiven.set(text, given + 1);
    return true;
  }

  async #write(completion: Completion, reply: FastifyReply, gone: AbortSignal): Promise<void> {
    const { env, clock } = this.#parts;
    if (completion.faults.hang)
      await new Promise((_resolve, reject) => gone.addEventListener('abort', () => reject(new Error('hung up'))));
    const pace = createPace({
      clock,
      gone,
      firstTokenMs: env.DEMO_FIRST_TOKEN_MS,
      tokensPerSecond: paceOf(env.DEMO_TOKENS_PER_SECOND, completion.faults.slow),
    });
    await pace.begin();
    if (completion.request.stream) await this.#stream(completion, reply, pace);
    else await this.#sendWhole(completion, reply, pace);
  }

  async #stream(completion: Completion, reply: FastifyReply, pace: Pace): Promise<void> {
    const { reply: answer, head, request, callIds, faults, usage } = completion;
    const withUsage = request.stream_options?.include_usage === true;
    const frame = { ...head, object: 'chat.completion.chunk' };
    const sse = new SseWriter(reply);
    const pieces = [...piecesOf(answer, callIds)];
    const cutAt = faults.cut ? Math.ceil(pieces.length / 3) : Infinity;
    for (const [index, piece] of pieces.entries()) {
      await pace.spend(piece.tokens);
      const choices = [{ index: 0, delta: piece.delta, logprobs: null, finish_reason: null }];
      await sse.send({ ...frame, choices, ...(withUsage ? { usage: null } : {}) });
      if (index >= cutAt) {
        await sse.cut();
        return;
      }
    }
    const choices = [{ index: 0, delta: {}, logprobs: null, finish_reason: answer.finishReason }];
    await sse.send({ ...frame, choices, ...(withUsage ? { usage: null } : {}) });
    if (withUsage) await sse.send({ ...frame, choices: [], usage });
    sse.end();
  }

  async #sendWhole(completion: Completion, reply: FastifyReply, pace: Pace): Promise<void> {
    const { reply: answer, head, usage, callIds, faults } = completion;
    await pace.spend(usage.completion_tokens);
    if (faults.cut) {
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    const calls = answer.calls.map((call, index) => ({
      id: callIds[index],
      type: 'function',
      function: { name: call.tool, arguments: call.arguments },
    }));
    const message = {
      role: 'assistant',
      content: answer.text === '' ? null : answer.text,
      refusal: null,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: answer.finishReason }];
    await reply.send({ ...head, object: 'chat.completion', choices, usage });
  }
}

/** A slow answer is slow also where the pace is unlimited. */
function paceOf(tokensPerSecond: number, slow: boolean): number {
  if (!slow) return tokensPerSecond;
  return tokensPerSecond === 0 ? 4 : tokensPerSecond / 10;
}

/** POST /v1/chat/completions */
export async function completeChat(
  request: FastifyRequest,
  reply: FastifyReply,
  completions: ChatCompletions,
): Promise<FastifyReply> {
  await completions.complete(request.body, reply);
  return reply;
}
