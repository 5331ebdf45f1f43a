/** Which steps a limit stops, and what a person reads of it. */
import { describe, expect, it } from '@jest/globals';
import type { NewEvent, WorkflowDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { withinLimits } from './limits.ts';
import { agent, id, ScriptedChat, team } from './test-driver.ts';
import type { Question, RunState, Step } from './types.ts';

/** A run whose agent has just got its turn. */
function contextOf(limits: Partial<WorkflowDefinition['limits']>, more: Partial<RunState> = {}): Context {
  const chat = ScriptedChat.begun(team([agent('a'), agent('b')]));
  while (chat.state.run?.speaker === undefined) chat.perform(chat.step);
  const own = chat.own();
  if (own === undefined) throw new Error('no run goes on');
  return {
    ...own,
    run: { ...own.run, ...more },
    workflow: { ...own.workflow, limits: { ...own.workflow.limits, ...limits } },
  };
}

const spent = contextOf({ budgetMicroUsd: 1_500_000 }, { costMicroUsd: 2_000_000 });
const { runId } = spent.run;
const decides = (...events: readonly object[]): Step => ({ kind: 'decide', events: events as NewEvent[] });
const asks = (...purposes: readonly Question['purpose'][]): Step => ({
  kind: 'ask_person',
  questions: purposes.map((purpose) => ({ kind: 'text', agent: 'a', prompt: '?', ...(purpose ? { purpose } : {}) })),
});
const codeOf = (step: Step): string | undefined => {
  const end = step.kind === 'decide' ? step.events.at(-1) : undefined;
  return end?.type === 'run_completed' ? end.reason.code : undefined;
};

const response = { type: 'tool_response', runId, agent: 'a', callId: id('c'), ok: true, result: 1, ms: 1 };
const start = { type: 'run_started', runId: id('child'), parentRunId: runId, parentCallId: id('c') };

describe('a limit that is reached', () => {
  it('lets pass what costs nothing', () => {
    const step = decides(response);
    expect(withinLimits(spent, step)).toBe(step);
  });

  it.each([
    ['a child run that a call has asked for', decides(start)],
    ['one beside what costs nothing', decides(response, start)],
    [
      'a turn beside what costs nothing',
      decides(response, { type: 'speaker_selected', runId, agent: 'b', by: 'model' }),
    ],
    ['a question', asks(undefined)],
    ['waiting', { kind: 'rest', status: 'waiting' } as const],
  ])('stops %s', (_, step) => {
    expect(codeOf(withinLimits(spent, step))).toBe('budget_usd');
  });
});

describe('a limit of turns', () => {
  const over = contextOf({ maxTurns: 1 });

  it('stops a question that leads to a turn, be it one of several', () => {
    expect(codeOf(withinLimits(over, asks('turn', 'select_speaker')))).toBe('max_turns');
  });

  it('lets pass a question about the turn that goes on', () => {
    const step = asks('turn');
    expect(withinLimits(over, step)).toBe(step);
  });
});

describe('a deadline', () => {
  it('is reached at its very millisecond', () => {
    const { run, state } = contextOf({});
    const took = Date.parse(state.lastAt ?? '') - Date.parse(run.startedAt);
    expect(codeOf(withinLimits(contextOf({ deadlineMs: took }), asks(undefined)))).toBe('deadline');
    expect(codeOf(withinLimits(contextOf({ deadlineMs: took + 1 }), asks(undefined)))).toBeUndefined();
  });
});

describe('what a person reads of it', () => {
  const turn = decides({ type: 'speaker_selected', runId, agent: 'b', by: 'model' });
  const looped = { repeats: { count: 5 } };
  const rounds = contextOf({}, { turns: 4 });
  const pattern = { ...rounds.workflow.pattern, maxRounds: 2 };

  it.each([
    [contextOf({ maxToolCalls: 2 }, { toolCalls: 3 }), 'The run may make 2 tool calls.'],
    [contextOf({}, looped), 'The same tool call came 5 times to the same result.'],
    [spent, 'The run may cost 1.50 USD.'],
    [contextOf({ budgetTokens: 3 }, { tokens: 3 }), 'The run may use 3 tokens.'],
    [contextOf({ chatBudgetTokens: 0 }), 'This chat may use 0 tokens in all.'],
    [contextOf({ chatBudgetMicroUsd: 0 }), 'This chat may cost 0.00 USD in all.'],
    [{ ...rounds, workflow: { ...rounds.workflow, pattern } }, 'The run may go 2 rounds.'],
    [contextOf({ maxTurns: 1 }), 'The run may take 1 turns.'],
  ])('of limit %#', (context, text) => {
    expect(withinLimits(context, turn)).toMatchObject({ events: [{ reason: { text } }] });
  });
});
