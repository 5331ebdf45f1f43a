import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimateMessages } from './estimate-view.ts';

describe('the tokens of messages', () => {
  it('are a quarter of their bytes in UTF-8, and some for each message', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (content) => {
        const bytes = new TextEncoder().encode(content).length;
        expect(estimateMessages([{ role: 'user', content }])).toBe(4 + Math.ceil(bytes / 4));
      }),
    );
  });

  it('count calls and results too', () => {
    const toolCalls = [{ callId: 'c', tool: 'look', arguments: { x: 'é€' } }];
    const call = { role: 'assistant' as const, content: null, toolCalls };
    const result = { role: 'tool' as const, callId: 'c', content: 'seen' };
    const bytes = new TextEncoder().encode(JSON.stringify(toolCalls)).length;
    expect(estimateMessages([call, result])).toBe(4 + Math.ceil(bytes / 4) + 4 + 1);
  });
});
