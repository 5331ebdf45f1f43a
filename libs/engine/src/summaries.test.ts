import { describe, expect, it } from '@jest/globals';
import type { Summary, WorkflowDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

function ended(summary: Summary, script: Script = {}, more: Partial<WorkflowDefinition> = {}) {
  const agents = [agent('a', { afterWork: { kind: 'agent', agent: 'b' } }), agent('b')];
  return ScriptedChat.begun(team(agents, { summary, tools: [tool('sum')], ...more }), {
    model: ({ purpose, agent: name }) => ({ text: purpose === 'summary' ? 'In short' : `${name} TERMINATE` }),
    ...script,
  }).run();
}

const left = (chat: ScriptedChat) => chat.all('run_completed').at(-1)?.summary;

describe('what a run leaves', () => {
  it('the last message, as it is (AG2 strips the word TERMINATE)', () => {
    expect(left(ended({ kind: 'last_message' }))).toBe('b TERMINATE');
  });

  it('what a model makes of it: a step before the end, counted', () => {
    const chat = ended(
      { kind: 'model', model: 'small', instruction: 'Sum up for {who}.' },
      {},
      { variables: { who: 'Ada' } },
    );
    const request = chat.requests.at(-1);
    expect(request).toMatchObject({ purpose: 'summary', model: 'small' });
    expect(request?.messages).toEqual([
      { role: 'system', content: 'Sum up for Ada.' },
      { role: 'user', content: 'Person: Hello\n\na: a TERMINATE\n\nb: b TERMINATE' },
    ]);
    expect([left(chat), chat.all('usage').at(-1)?.purpose]).toEqual(['In short', 'summary']);
    expect(chat.all('text').map(({ text }) => text)).not.toContain('In short');
  });

  it('what a tool makes of it, which gets the chat', () => {
    const chat = ended(
      { kind: 'function', tool: 'sum' },
      { tool: ({ arguments: args }) => ({ ok: true, result: args, ms: 1 }) },
    );
    expect(left(chat)).toBe(
      '{"last_message":"b TERMINATE","chat":"Person: Hello\\n\\na: a TERMINATE\\n\\nb: b TERMINATE","variables":{}}',
    );
    expect(chat.all('tool_call')[0]?.arguments).toEqual({});
    const failed = ended(
      { kind: 'function', tool: 'sum' },
      { tool: () => ({ ok: false, error: { code: 'x', message: 'no' }, ms: 1 }) },
    );
    expect(left(failed)).toBe('b TERMINATE');
  });

  it('is about this run only', () => {
    const chat = ended({ kind: 'model', model: 'small', instruction: 'Sum up.' });
    chat.say('Once more');
    chat.run();
    expect(chat.requests.at(-1)?.messages[1]?.content).toMatch(/^Person: Once more\n\na: /);
  });

  it('costs nothing more when the budget is spent', () => {
    const chat = ended(
      { kind: 'model', model: 'small', instruction: 'Sum up.' },
      {},
      { limits: { maxTurns: 9, maxToolCalls: 9, budgetMicroUsd: 100 } },
    );
    expect([chat.reason, left(chat), chat.requests.length]).toEqual(['budget_usd', 'a TERMINATE', 1]);
  });

  it('does not change why the run ended, and comes with its title', () => {
    const chat = ended(
      { kind: 'function', tool: 'sum' },
      {},
      { limits: { maxTurns: 1, maxToolCalls: 1 }, titleModel: 'small' },
    );
    expect([chat.reason, left(chat)]).toEqual(['max_turns', 'sum done']);
    expect(chat.types().slice(-1)).toEqual(['run_completed']);
    expect(chat.all('chat_renamed')).toHaveLength(1);
  });

  it('P3: is made once, wherever the worker dies', () => {
    const whole = ended({ kind: 'function', tool: 'sum' });
    for (let commits = 1; commits < whole.commits.length; commits++) {
      const chat = whole.upTo(commits);
      if (chat.state.run !== undefined) chat.takeOver();
      chat.run();
      for (const { requestId } of chat.all('input_request')) chat.answer(requestId, true);
      expect(left(chat.run())).toBe('sum done');
      expect(chat.all('tool_call')).toHaveLength(1);
    }
  });

  it.each(['model', 'function'] as const)('is of the whole run, also when it went on at its end (%s)', (kind) => {
    const spec: Summary = kind === 'model' ? { kind, model: 'small', instruction: 'Sum up.' } : { kind, tool: 'sum' };
    let made = 0;
    const chat: ScriptedChat = ScriptedChat.begun(
      team([agent('a')], { summary: spec, tools: [tool('sum')], onNewInput: 'steer' }),
      {
        model: ({ purpose }) => {
          if (purpose !== 'summary') return { text: 'Said' };
          return { text: `Summary ${String(++made)}` };
        },
        tool: () => ({ ok: true, result: `Summary ${String(++made)}`, ms: 1 }),
      },
    );
    while (made === 0) chat.perform(chat.step);
    chat.say('And one more thing');
    chat.run();
    expect([chat.all('message_taken_up').length, left(chat)]).toEqual([1, 'Summary 2']);
    const calls = chat.all('tool_call').map(({ callId }) => callId);
    expect(new Set(calls).size).toBe(calls.length);
  });
});
