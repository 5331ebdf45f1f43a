import type { ModelRequest, ModelResult } from '@colloquy/engine';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createEffects } from './create-effects.ts';
import { countedIds } from './fixtures/counted-ids.ts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { chunk, sse, usageChunk } from './fixtures/model-server.ts';
import { parsePrices } from './prices.ts';
import { toArguments } from './reply-reader.ts';
import type { ModelPiece } from './types.ts';

const REQUEST: ModelRequest = { agent: 'a', purpose: 'reply', model: 'm', parameters: {}, messages: [], tools: [] };

/** What a model wants to say; a provider may cut it into chunks as it likes. */
interface Script {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
}

const scripts: fc.Arbitrary<Script> = fc.record({
  reasoning: fc.string({ unit: 'grapheme', maxLength: 20 }),
  text: fc.string({ unit: 'grapheme', maxLength: 60 }),
  calls: fc.array(fc.record({ name: fc.constantFrom('look', 'pay', 'a_b-c'), arguments: fc.json({ maxDepth: 2 }) }), {
    maxLength: 3,
  }),
});

/** Cuts a text in pieces at the given fractions of its length. */
function cutAt(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...cuts.map((cut) => Math.floor(cut * text.length)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

/** The stream of a script: each part cut anywhere (also inside a surrogate pair), arguments of calls in turns. */
function streamOf(script: Script, cuts: readonly number[]): string {
  const calls = script.calls.flatMap(({ name, arguments: args }, index) => [
    { index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } },
    ...cutAt(args, cuts).map((piece) => ({ index, function: { arguments: piece } })),
  ]);
  return [
    chunk({ role: 'assistant', content: null }),
    ...cutAt(script.reasoning, cuts).map((piece) => chunk({ reasoning_content: piece })),
    ...cutAt(script.text, cuts).map((piece) => chunk({ content: piece })),
    ...calls.map((call) => chunk({ tool_calls: [call] })),
    chunk({}, script.calls.length > 0 ? 'tool_calls' : 'stop'),
    usageChunk(10, 5),
    sse('[DONE]'),
  ].join('');
}

/** Reads a stream of bytes, cut into packets of any size, through the real client. */
async function read(text: string, packets: readonly number[]) {
  const bytes = new TextEncoder().encode(text);
  const at = [0, ...packets.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      at.slice(1).forEach((end, index) => controller.enqueue(bytes.slice(at[index], end)));
      controller.close();
    },
  });
  const pieces: ModelPiece[] = [];
  const effects = createEffects({
    clock: new ManualClock(),
    ids: countedIds(),
    models: {
      baseUrl: 'http://model.test/v1',
      apiKey: 'none',
      defaultModel: 'm',
      demo: false,
      fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } })),
    },
    prices: parsePrices('models: {}'),
    workflows: new Map(),
  });
  const { signal } = new AbortController();
  let chunks = 0;
  const result: ModelResult = await effects.callModel(REQUEST, {
    signal,
    onPiece: (piece) => pieces.push(piece),
    onProgress: () => (chunks += 1),
  });
  return { result, pieces, chunks };
}

const joined = (pieces: readonly ModelPiece[], messageId: string | undefined, kind: string): string =>
  pieces
    .filter((piece) => piece.messageId === messageId && piece.kind === kind)
    .map(({ text }) => text)
    .join('');

describe('ReplyReader', () => {
  it('tells of every chunk, also of one without text', async () => {
    const quiet = chunk({ role: 'assistant', content: '' });
    const stream = [quiet, quiet, chunk({ content: 'Hi' }), chunk({}, 'stop'), usageChunk(1, 1), sse('[DONE]')];
    const { pieces, chunks } = await read(stream.join(''), []);
    expect(pieces.map(({ text }) => text)).toEqual(['Hi']);
    expect(chunks).toBe(5);
  });

  it('gives the same reply however the stream is cut, and pieces that add up to it', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fractions, fractions, async (script, cuts, packets) => {
        const { result, pieces } = await read(streamOf(script, cuts), packets);
        expect(result.text).toBe(script.text);
        expect(result.reasoning?.text ?? '').toBe(script.reasoning);
        expect(result.toolCalls.map(({ tool }) => tool)).toEqual(script.calls.map(({ name }) => name));
        expect(result.toolCalls.map((call) => call.arguments)).toEqual(
          script.calls.map((call) => toArguments(call.arguments)),
        );
        expect(joined(pieces, result.messageId, 'text')).toBe(script.text);
        expect(joined(pieces, result.reasoning?.messageId, 'reasoning')).toBe(script.reasoning);
        result.toolCalls.forEach(({ callId }, index) => {
          expect(joined(pieces, callId, 'arguments')).toBe(script.calls[index]?.arguments);
        });
        expect(pieces.every(({ text }) => text !== '')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('tells calls apart when the provider gives no index, or one index for all', async () => {
    const call = (fields: object, name: string) =>
      chunk({ tool_calls: [{ ...fields, function: { name, arguments: '{}' } }] });
    const noIndex = await read(call({ id: 'x' }, 'look') + call({ id: 'y' }, 'pay') + chunk({}, 'tool_calls'), []);
    expect(noIndex.result.toolCalls.map(({ tool }) => tool)).toEqual(['look', 'pay']);
    const oneIndex = await read(
      call({ index: 0, id: 'x' }, 'look') + call({ index: 0, id: 'y' }, 'pay') + chunk({}, 'tool_calls'),
      [],
    );
    expect(oneIndex.result.toolCalls.map(({ tool }) => tool)).toEqual(['look', 'pay']);
  });

  it('takes a name that is repeated or comes in parts for one name', async () => {
    const part = (name: string, args: string) =>
      chunk({ tool_calls: [{ index: 0, id: 'x', function: { name, arguments: args } }] });
    const repeated = await read(part('look', '{"a":') + part('look', '1}') + chunk({}, 'tool_calls'), []);
    expect(repeated.result.toolCalls).toMatchObject([{ tool: 'look', arguments: { a: 1 } }]);
    const parts = await read(part('lo', '') + part('ok', '{}') + chunk({}, 'tool_calls'), []);
    expect(parts.result.toolCalls).toMatchObject([{ tool: 'look', arguments: {} }]);
  });
});

describe('toArguments', () => {
  it('reads JSON, takes nothing for no arguments, and keeps what is no JSON', () => {
    expect(toArguments('{"a":[1]}')).toEqual({ a: [1] });
    expect(toArguments(' ')).toEqual({});
    expect(toArguments('{"a":')).toBe('{"a":');
  });
});
