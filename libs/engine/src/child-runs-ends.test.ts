/** Child runs, a person and limits: what reaches the whole tree. */
import { describe, expect, it } from '@jest/globals';
import { ASKS, branch, child, ends, HANDS_OVER, led, script, starts } from './test-children.ts';
import { id, ScriptedChat, type Answer, type Script } from './test-driver.ts';

describe('a person and child runs', () => {
  it('a question of one waits, the others go on, and the chat waits when nothing else can', () => {
    const ask: Answer = { calls: [{ tool: 'ask_person', arguments: { question: 'Which?' } }] };
    const { model: others } = script(HANDS_OVER);
    const model: Script['model'] = (request) => {
      const asks = request.agent === 'x' && !request.messages.some(({ role }) => role === 'tool');
      return asks ? ask : (others?.(request) ?? {});
    };
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), { model }).run();
    expect(chat.all('text').flatMap(({ text }) => (text === '' ? [] : [text]))).toEqual(['y was here']);
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(chat.answer(chat.pending, 'This one').verdict).toBe('accepted');
    chat.run();
    expect(chat.all('input_response')[0]?.runId).toBe(starts(chat)[0]?.runId);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('who stops the run stops the whole tree, children first, and every open call has its response', () => {
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), script(ASKS));
    while (starts(chat).length === 0) chat.perform(chat.step);
    chat.cancel();
    const [root, x, y] = chat.all('run_started').map(({ runId }) => runId);
    expect(chat.all('run_cancelled').map(({ runId }) => runId)).toEqual([x, y, root]);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'cancelled' } }]);
    expect(chat.state.run).toBeUndefined();
  });

  it('each call that is cut off at once is counted, and the totals are their sum', () => {
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), script(HANDS_OVER));
    while (starts(chat).length === 0) chat.perform(chat.step);
    // Both are chosen, then both speak.
    for (const { step, runId } of chat.steps) chat.perform(step, runId);
    const shown = new Map<string, string>();
    for (const { step, runId } of chat.steps) {
      const messageId = id(`half-${String(shown.size)}`);
      if (step.kind === 'call_model') chat.append([chat.startOf(step.request, messageId, runId)]);
      shown.set(messageId, 'Half');
    }
    const before = chat.state.totals;
    chat.cancel(shown);
    const lost = chat.commits.at(-1)?.filter((event) => event.type === 'usage') ?? [];
    expect(chat.commits.at(-1)?.filter(({ type }) => type === 'message_aborted')).toHaveLength(2);
    expect(lost).toHaveLength(2);
    expect(chat.state.totals.modelCalls).toBe(before.modelCalls + 2);
    expect(chat.state.totals.completionTokens).toBe(before.completionTokens + 8);
  });
});

describe('limits', () => {
  it('a budget of the parent ends the whole tree before the next thing that costs', () => {
    const workflow = led([child('all', [branch('x'), branch('y')])], {
      limits: { maxTurns: 20, maxToolCalls: 20, budgetTokens: 20 },
    });
    const chat = ScriptedChat.begun(workflow, script(HANDS_OVER)).run();
    expect(chat.reason).toBe('budget_tokens');
    expect(chat.all('usage')).toHaveLength(2);
    expect(chat.state.run).toBeUndefined();
    expect(ends(chat).map(([code]) => code)).toEqual(['handoff_terminate', 'not_needed', 'budget_tokens']);
  });

  it('a budget of a branch ends that branch, and its parent goes on', () => {
    const pattern = { kind: 'round_robin', initialAgent: 'x', maxRounds: 9 } as const;
    const workflow = led([child('sequence', [branch('x', { pattern, budgetTokens: 40 })])]);
    const chat = ScriptedChat.begun(workflow, script(HANDS_OVER)).run();
    expect(ends(chat).map(([code]) => code)).toEqual(['budget_tokens', 'handoff_terminate']);
  });
});
