/** Each limit has a typed code and stops the run before the next thing that costs (P7). */
import { describe, expect, it } from '@jest/globals';
import type { Limits, WorkflowDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const talks = (limits: Partial<Limits>, more: Partial<WorkflowDefinition> = {}) =>
  team([agent('a', { afterWork: { kind: 'stay' }, tools: ['look'] })], {
    tools: [tool('look')],
    limits: { maxTurns: 50, maxToolCalls: 50, ...limits },
    ...more,
  });

const looks: NonNullable<Script['model']> = ({ messages }) => ({
  calls: [{ tool: 'look', arguments: { n: messages.length } }],
});

describe('limits', () => {
  it('max_turns', () => {
    const chat = ScriptedChat.begun(talks({ maxTurns: 4 })).run();
    expect([chat.reason, chat.speakers.length]).toEqual(['max_turns', 4]);
  });

  it('max_turns does not hide that the work was done', () => {
    expect(ScriptedChat.begun(team([agent('a')], { limits: { maxTurns: 1, maxToolCalls: 1 } })).run().reason).toBe(
      'handoff_terminate',
    );
  });

  it('max_tool_calls: the calls beyond it do not run and are answered', () => {
    const chat = ScriptedChat.begun(talks({ maxToolCalls: 3 }), { model: looks }).run();
    expect(chat.reason).toBe('max_tool_calls');
    expect(chat.effects.size).toBe(3);
    expect(chat.all('tool_response').at(-1)).toMatchObject({ ok: false, error: { code: 'max_tool_calls' } });
    expect(chat.all('tool_response')).toHaveLength(chat.all('tool_call').length);
  });

  it('budget_usd: no model is called once it is spent', () => {
    const chat = ScriptedChat.begun(talks({ budgetMicroUsd: 250 })).run();
    expect([chat.reason, chat.requests.length]).toEqual(['budget_usd', 3]);
  });

  it('budget_usd counts a run, not the chat', () => {
    const once = team([agent('a')], { limits: { maxTurns: 5, maxToolCalls: 1, budgetMicroUsd: 150 } });
    const chat = ScriptedChat.begun(once).run();
    chat.say('again');
    expect([chat.run().reason, chat.requests.length, chat.state.totals.costMicroUsd]).toEqual([
      'handoff_terminate',
      2,
      200,
    ]);
  });

  it('budget_tokens', () => {
    const chat = ScriptedChat.begun(talks({ budgetTokens: 2000 }), {
      model: () => ({ text: 'x', costMicroUsd: null, tokens: 1000 }),
    }).run();
    expect([chat.reason, chat.requests.length]).toEqual(['budget_tokens', 2]);
    expect(chat.state.totals.costMicroUsd).toBe(0);
  });

  it('a budget stops the tools that a reply asked for, too', () => {
    const chat = ScriptedChat.begun(talks({ budgetMicroUsd: 50 }), { model: looks }).run();
    expect([chat.reason, chat.effects.size]).toEqual(['budget_usd', 0]);
  });

  it('deadline, by the times on the log', () => {
    const chat = ScriptedChat.begun(talks({ deadlineMs: 10_000 }), { tickMs: 1000 }).run();
    expect(chat.reason).toBe('deadline');
    const [began, ended] = [chat.all('run_started')[0], chat.all('run_completed')[0]];
    const took = Date.parse(ended?.at ?? '') - Date.parse(began?.at ?? '');
    expect(took).toBeGreaterThanOrEqual(10_000);
    expect(took).toBeLessThan(15_000);
  });

  it('loop_detected: the same agent, tool, arguments and result five times in a row', () => {
    const same: Script = { model: () => ({ calls: [{ tool: 'look', arguments: { a: 1, b: [{ d: 1, c: 2 }] } }] }) };
    const chat = ScriptedChat.begun(talks({}), same).run();
    expect([chat.reason, chat.effects.size]).toEqual(['loop_detected', 5]);
  });

  it('loop_detected: not while results differ, as when a job is polled', () => {
    let polls = 0;
    const chat = ScriptedChat.begun(talks({ maxToolCalls: 9 }), {
      model: () => ({ calls: [{ tool: 'look' }] }),
      tool: () => ({ ok: true, result: `${String((polls += 1))} %`, ms: 1 }),
    }).run();
    expect(chat.reason).toBe('max_tool_calls');
  });

  it('text_matched: by a reply that contains the text, after the tools of that reply', () => {
    const workflow = talks({}, { terminateOn: 'TERMINATE' });
    const said = ScriptedChat.begun(workflow, { model: () => ({ text: 'All done. TERMINATE' }) }).run();
    expect([said.reason, said.requests.length]).toEqual(['text_matched', 1]);
    const both = ScriptedChat.begun(workflow, {
      model: () => ({ text: 'TERMINATE', calls: [{ tool: 'look' }] }),
    }).run();
    expect([both.reason, both.effects.size, both.requests.length]).toEqual(['text_matched', 1, 1]);
  });

  it('text_matched: not by what a person says', () => {
    const chat = ScriptedChat.begun(team([agent('a')], { terminateOn: 'TERMINATE' }), {}, 'TERMINATE').run();
    expect(chat.reason).toBe('handoff_terminate');
  });
});
