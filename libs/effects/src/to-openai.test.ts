import type { ModelMessage } from '@colloquy/engine';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openAiName, toOpenAiMessages, toOpenAiRequest } from './to-openai.ts';

describe('toOpenAiMessages', () => {
  it('keeps roles, names and order', () => {
    const messages: ModelMessage[] = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello', name: 'Ada Park' },
      {
        role: 'assistant',
        content: 'Let me look.',
        name: 'desk',
        toolCalls: [{ callId: 'c1', tool: 'look', arguments: { a: 1 } }],
      },
      { role: 'tool', callId: 'c1', content: 'seen' },
      { role: 'assistant', content: 'Done.' },
    ];
    expect(toOpenAiMessages(messages)).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello', name: 'Ada_Park' },
      {
        role: 'assistant',
        content: 'Let me look.',
        name: 'desk',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'seen' },
      { role: 'assistant', content: 'Done.' },
    ]);
  });

  it('leaves out what the API refuses: empty messages, and results of no call', () => {
    expect(
      toOpenAiMessages([
        { role: 'assistant', content: null },
        { role: 'tool', callId: 'nobody', content: 'x' },
      ]),
    ).toEqual([]);
  });

  it('makes an object of arguments that are none', () => {
    const [message] = toOpenAiMessages([
      { role: 'assistant', content: null, toolCalls: [{ callId: 'c', tool: 'look', arguments: '{bad' }] },
    ]);
    expect(message).toMatchObject({ tool_calls: [{ function: { arguments: '{"not_an_object":"{bad"}' } }] });
  });

  it('follows every call by exactly one result, whatever came', () => {
    const calls = fc.uniqueArray(fc.constantFrom('c1', 'c2', 'c3', 'c4'));
    const message: fc.Arbitrary<ModelMessage> = fc.oneof(
      fc.record({ role: fc.constant('user' as const), content: fc.string() }),
      fc.record({
        role: fc.constant('tool' as const),
        callId: fc.constantFrom('c1', 'c2', 'c3', 'c5'),
        content: fc.string(),
      }),
      calls.map((ids) => ({
        role: 'assistant' as const,
        content: null,
        toolCalls: ids.map((callId) => ({ callId, tool: 'look', arguments: {} })),
      })),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const out = toOpenAiMessages(messages);
        out.forEach((item, index) => {
          if (item.role !== 'assistant') return;
          const ids = (item.tool_calls ?? []).map(({ id }) => id);
          const next = out.slice(index + 1, index + 1 + ids.length);
          expect(next.map((result) => (result.role === 'tool' ? result.tool_call_id : undefined))).toEqual(ids);
        });
        const answers = out.filter(({ role }) => role === 'tool').length;
        expect(answers).toBe(out.flatMap((item) => (item.role === 'assistant' ? (item.tool_calls ?? []) : [])).length);
      }),
    );
  });
});

describe('openAiName', () => {
  it('gives a name that the API takes, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(openAiName(name)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      }),
    );
  });
});

describe('a reply of a form', () => {
  const request = { agent: 'a', purpose: 'reply' as const, model: 'm', parameters: {}, messages: [], tools: [] };
  const schema = { type: 'object', properties: {}, additionalProperties: false };

  it('is asked for as the API wants it', () => {
    const responseFormat = { name: 'a reply', schema, strict: true };
    expect(toOpenAiRequest({ ...request, responseFormat }, 'gpt').response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'a_reply', schema, strict: true },
    });
  });

  it('is not asked for where there is none', () => {
    expect(toOpenAiRequest(request, 'gpt')).not.toHaveProperty('response_format');
  });
});
