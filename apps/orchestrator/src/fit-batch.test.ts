import { describe, expect, it } from '@jest/globals';
import type { Json, NewEvent } from '@colloquy/contracts';
import { batchFits } from '@colloquy/messaging';
import { fitBatch } from './fit-batch.ts';

const CHAT = 'chat____________';
const huge = 'x'.repeat(700_000);

const held = (finishReason: string, reply: Json): NewEvent => ({
  type: 'reply_held',
  runId: 'run_____________',
  agent: 'a',
  messageId: 'message_________',
  finishReason,
  reply,
});

const fitted = (event: NewEvent): NewEvent | undefined => {
  const batch = fitBatch(CHAT, { events: [event] });
  expect(batchFits(CHAT, batch)).toBe(true);
  return batch.events?.[0];
};

describe('what is held for a guardrail and too large for a commit', () => {
  it('of a reply keeps the beginning of the text, and the calls', () => {
    const call = { callId: 'call____________', tool: 'look', arguments: { n: 1 } };
    const event = fitted(held('stop', { text: huge, toolCalls: [call], model: 'm', reasoning: { text: huge } }));
    const text = expect.stringMatching(/^x+$/);
    expect(event).toMatchObject({ reply: { toolCalls: [call], model: 'm', text, truncated: true } });
  });

  it('of a tool is marked as cut; one that sets too much has failed', () => {
    const cut = fitted(held('tool_result', { tool: 'look', result: { ok: true, result: huge, ms: 1 } }));
    expect(cut).toMatchObject({ reply: { tool: 'look', result: { ok: true, truncated: true, ms: 1 } } });
    const sets = fitted(held('tool_result', { tool: 'look', result: { ok: true, result: 1, set: { huge }, ms: 1 } }));
    expect(sets).toMatchObject({ reply: { result: { ok: false, error: { code: 'result_too_large' } } } });
  });

  it('what fits stays as it is', () => {
    const event = held('stop', { text: 'x', toolCalls: [], model: 'm' });
    expect(fitted(event)).toEqual(event);
  });

  it('a digest and what stands for a text are cut, too, and say so', () => {
    const runId = 'run_____________';
    const summarized = { type: 'context_summarized' as const, runId, agent: 'a', upToSeq: 3 };
    expect(fitted({ ...summarized, digest: huge })).toMatchObject({
      digest: expect.stringMatching(/^x+$/),
      truncated: true,
    });
    const tripped = { type: 'guardrail_tripped' as const, runId, name: 'g', on: 'input' as const, action: 'mask' };
    expect(fitted({ ...tripped, detail: {}, replacement: huge })).toMatchObject({
      replacement: expect.stringMatching(/^x+$/),
      truncated: true,
    });
  });
});

describe('what a run is asked, answers and comes to', () => {
  const runId = 'run_____________';

  it('is cut when it is too large for a commit', () => {
    const begun = { workflow: 'w', workflowHash: 'h', engineVersion: 2, trigger: 1, variables: {}, worker: 'a' };
    expect(fitted({ type: 'run_started', runId, ...begun, asked: huge })).toMatchObject({
      asked: expect.stringMatching(/^x+$/),
    });
    const reason = { code: 'handoff_terminate', text: 'Done' } as const;
    expect(fitted({ type: 'run_completed', runId, reason, summary: huge })).toMatchObject({
      reason,
      summary: expect.stringMatching(/^x+$/),
      truncated: true,
    });
  });

  it('says so of what was shown of a message that ended early, and marks nothing that is whole', () => {
    const about = { type: 'message_aborted' as const, runId, agent: 'a', messageId: 'message_________' };
    const long = { ...about, text: huge, reason: 'cancelled' as const };
    expect(fitted(long)).toMatchObject({ text: expect.stringMatching(/^x+$/), truncated: true });
    const short = { ...about, text: 'shown', reason: 'cancelled' as const };
    expect(fitBatch(CHAT, { events: [short, long] }).events?.[0]).toEqual(short);
  });

  it('has no half of a structured reply, and says so', () => {
    const about = { runId, agent: 'a', messageId: 'message_________', finishReason: 'stop' };
    const event = fitted({ type: 'text', ...about, text: 'short', structured: { huge } });
    expect(event).toEqual({ type: 'text', ...about, text: 'short', truncated: true });
  });
});
