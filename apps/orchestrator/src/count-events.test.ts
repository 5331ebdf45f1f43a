import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { Metrics } from '@colloquy/service';
import { FAILURE_CODES, createEventCounter } from './count-events.ts';

const runId = 'run-0123456789abcdef';
const callId = 'call-0123456789abcdef';
const totals = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0 };
const used = {
  type: 'usage',
  runId,
  purpose: 'reply',
  model: 'm',
  promptTokens: 100,
  cachedTokens: 40,
  completionTokens: 7,
};
const place = { seq: 1, at: '2026-01-01T00:00:00.000Z' };

/** Lines of `/metrics` without comments, for these events. */
async function counted(...events: readonly object[]): Promise<string> {
  const metrics = new Metrics('orchestrator');
  const count = createEventCounter(metrics);
  count(events.map((event) => ({ ...place, ...event })) as unknown as readonly ChatEvent[]);
  return (await metrics.registry.metrics())
    .replaceAll(',service="orchestrator"', '')
    .replaceAll('service="orchestrator",', '');
}

describe('events on the log', () => {
  it('are counted as runs: of chats and child runs, and how they end', async () => {
    const text = await counted(
      { type: 'run_started', runId },
      { type: 'run_started', runId, parentRunId: runId },
      { type: 'run_completed', runId, reason: { code: 'max_turns', text: '' } },
      { type: 'run_failed', runId, error: { code: 'rate_limited', message: '', retryable: true } },
      { type: 'run_cancelled', runId, by: 'ada', commandId: callId },
    );
    expect(text).toContain('colloquy_runs_started_total{level="chat"} 1');
    expect(text).toContain('colloquy_runs_started_total{level="child"} 1');
    expect(text).toContain('colloquy_runs_ended_total{end="completed",code="max_turns"} 1');
    expect(text).toContain('colloquy_runs_ended_total{end="failed",code="rate_limited"} 1');
    expect(text).toContain('colloquy_runs_ended_total{end="cancelled",code="cancelled"} 1');
  });

  it('of runs that failed begin at 0 for each code that is ours, so that the first one is an increase', async () => {
    const text = await counted({ type: 'run_started', runId });
    for (const code of FAILURE_CODES)
      expect(text).toContain(`colloquy_runs_ended_total{end="failed",code="${code}"} 0\n`);
    expect(text).not.toContain('end="completed"');
  });

  it('P7: are counted as tokens and dollars, each token once, and a call without a price as such', async () => {
    const text = await counted(
      { ...used, costMicroUsd: 2500, ms: 800, firstTokenMs: 90, totals },
      { ...used, purpose: 'title', costMicroUsd: null, ms: 800, firstTokenMs: 90, totals },
    );
    const by = 'model="m",purpose="reply"';
    expect(text).toContain(`colloquy_model_tokens_total{${by},kind="prompt"} 60`);
    expect(text).toContain(`colloquy_model_tokens_total{${by},kind="cached"} 40`);
    expect(text).toContain(`colloquy_model_tokens_total{${by},kind="completion"} 7`);
    expect(text).toContain(`colloquy_model_cost_usd_total{${by}} 0.0025`);
    expect(text).not.toContain('colloquy_model_cost_usd_total{model="m",purpose="title"}');
    expect(text).toContain('colloquy_model_unpriced_calls_total{model="m"} 1');
    expect(text).toContain(`colloquy_model_call_seconds_sum{${by}} 0.8`);
  });

  it('are counted as tool calls by outcome, questions, answers, handoffs and messages cut off', async () => {
    const text = await counted(
      { type: 'tool_response', runId, callId, ok: true, ms: 20 },
      { type: 'tool_response', runId, callId, ok: false, error: { code: 'timeout', message: '' }, ms: 20 },
      { type: 'input_request', runId, requestId: callId, kind: 'approval', prompt: '' },
      { type: 'input_response', runId, requestId: callId, by: 'ada', value: true },
      { type: 'input_response', runId, requestId: callId, by: 'expiry', value: true },
      { type: 'handoff', runId, from: 'a', to: 'b', by: 'model' },
      { type: 'message_aborted', runId, agent: 'a', messageId: callId, text: '', reason: 'crashed' },
      { type: 'guardrail_tripped', runId, name: 'g', on: 'output', action: 'mask', detail: null },
    );
    expect(text).toContain('colloquy_tool_calls_total{outcome="ok"} 1');
    expect(text).toContain('colloquy_tool_calls_total{outcome="timeout"} 1');
    expect(text).toContain('colloquy_tool_seconds_count{service="orchestrator"} 2');
    expect(text).toContain('colloquy_questions_total{kind="approval"} 1');
    expect(text).toContain('colloquy_answers_total{by="person"} 1');
    expect(text).toContain('colloquy_answers_total{by="expiry"} 1');
    expect(text).toContain('colloquy_handoffs_total{by="model"} 1');
    expect(text).toContain('colloquy_messages_aborted_total{reason="crashed"} 1');
    expect(text).toContain('colloquy_guardrails_tripped_total{on="output"} 1');
    expect(text).not.toContain('ada');
  });
});
