import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition, Limits } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';

/** A chat of an agent that looks once before it answers; each model call uses 1005 tokens and costs 100 micro-USD. */
function looking(limits: Partial<Limits>, more: Parameters<typeof team>[1] = {}): ScriptedChat {
  const workflow = team([agent('a', { tools: ['look'] })], {
    tools: [tool('look')],
    limits: { maxTurns: 20, maxToolCalls: 20, ...limits },
    ...more,
  });
  return ScriptedChat.begun(workflow, {
    model: ({ messages }) =>
      messages.at(-1)?.role === 'tool' ? { text: 'Seen', tokens: 1000 } : { calls: [{ tool: 'look' }], tokens: 1000 },
  });
}

const ends = (chat: ScriptedChat) => chat.all('run_completed').map(({ reason: { code } }) => code);

describe('B1: what a chat may cost over all its runs', () => {
  it.each([
    [{ chatBudgetMicroUsd: 300 }, 'chat_budget_usd'],
    [{ chatBudgetTokens: 3015 }, 'chat_budget_tokens'],
  ])('%j ends the run in which it is used up, and every later one before its first call', (limits, code) => {
    const chat = looking(limits).run();
    chat.say('Again');
    chat.run();
    expect(ends(chat)).toEqual(['handoff_terminate', code]);
    expect(chat.requests).toHaveLength(3);
    chat.say('And again');
    chat.run();
    expect(ends(chat)).toEqual(['handoff_terminate', code, code]);
    expect(chat.requests).toHaveLength(3);
    expect(chat.all('usage').at(-1)?.totals).toMatchObject({ modelCalls: 3, costMicroUsd: 300 });
  });

  it('another answer is paid for like any other: going back gives no money back', () => {
    const chat = looking({ chatBudgetMicroUsd: 300 }).run();
    chat.record({ ...chat.envelope(), kind: 'regenerate' });
    chat.run();
    expect(ends(chat)).toEqual(['handoff_terminate', 'chat_budget_usd']);
    expect(chat.state.totals.costMicroUsd).toBe(300);
  });

  it('no model is asked for a title then', () => {
    const chat = looking({ chatBudgetMicroUsd: 100 }, { titleModel: 'small' }).run();
    expect(ends(chat)).toEqual(['chat_budget_usd']);
    expect(chat.requests.map(({ purpose }) => purpose)).toEqual(['reply']);
    expect(chat.state.title).toBe('Hello');
  });

  it('says so in words', () => {
    const chat = looking({ chatBudgetMicroUsd: 100 }).run();
    expect(chat.all('run_completed')[0]?.reason.text).toBe('This chat may cost 0.00 USD in all.');
  });
});

describe('B2: a call that is too large for what is left', () => {
  const long = 'word '.repeat(2000);

  it.each([
    [{ budgetTokens: 1000 }, 'budget_tokens'],
    [{ chatBudgetTokens: 1000 }, 'chat_budget_tokens'],
  ])('%j: is not made', (limits, code) => {
    const workflow = team([agent('a')], { limits: { maxTurns: 20, maxToolCalls: 20, ...limits } });
    const chat = ScriptedChat.begun(workflow, {}, long).run();
    expect(ends(chat)).toEqual([code]);
    expect(chat.requests).toEqual([]);
    expect(chat.all('run_completed')[0]?.reason.text).toContain('for its prompt alone');
  });

  it('counts the schemas of tools and of the reply with it', () => {
    const limits = { maxTurns: 20, maxToolCalls: 20, budgetTokens: 300 };
    const inputSchema = { type: 'object', description: 'word '.repeat(300) };
    const output = { schema: inputSchema, strict: false, maxRetries: 0 };
    const reasonOf = (more: Partial<AgentDefinition>, tools = [tool('look')]) =>
      ends(ScriptedChat.begun(team([agent('a', more)], { limits, tools }), { model: () => ({ text: '{}' }) }).run());
    expect(reasonOf({ tools: ['look'] })).toEqual(['handoff_terminate']);
    expect(reasonOf({ tools: ['look'] }, [tool('look', { inputSchema })])).toEqual(['budget_tokens']);
    expect(reasonOf({ output })).toEqual(['budget_tokens']);
  });

  it('is made when it fits, as it would without a budget', () => {
    const limits = { maxTurns: 20, maxToolCalls: 20, budgetTokens: 3000 };
    expect(ends(ScriptedChat.begun(team([agent('a')], { limits }), {}, long).run())).toEqual(['handoff_terminate']);
  });
});

describe('loops', () => {
  const again = (limits: Partial<Limits>) =>
    ScriptedChat.begun(
      team([agent('a', { tools: ['look'] })], {
        tools: [tool('look')],
        limits: { maxTurns: 50, maxToolCalls: 50, ...limits },
      }),
      { model: () => ({ calls: [{ tool: 'look' }] }) },
    ).run();

  it.each([
    [{}, 5],
    [{ maxRepeatedCalls: 2 }, 2],
    [{ maxRepeatedCalls: 9 }, 9],
  ])('%j: the same call with the same result is a loop after %d', (limits, calls) => {
    const chat = again(limits);
    expect(chat.reason).toBe('loop_detected');
    expect(chat.all('tool_response')).toHaveLength(calls);
  });
});
