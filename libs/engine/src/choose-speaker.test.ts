/** The pattern auto: a model chooses; re-expresses AG2's test_select_speaker_auto_messages and its neighbours. */
import { describe, expect, it } from '@jest/globals';
import type { Pattern, WorkflowDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, type Answer, type Script } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

type Auto = Partial<Extract<Pattern, { kind: 'auto' }>>;

const agents = [
  agent('planner', { description: 'Makes plans' }),
  agent('writer', { title: 'The Writer' }),
  agent('critic'),
];
const grouped = (auto: Auto = {}, more: Partial<WorkflowDefinition> = {}) =>
  team(agents, {
    pattern: { kind: 'auto', initialAgent: 'planner', ...auto },
    limits: { maxTurns: 2, maxToolCalls: 5 },
    ...more,
  });
const picks = (name: unknown, reason?: string): Answer => ({
  calls: [{ tool: 'select_speaker', arguments: { name: name as string, ...(reason === undefined ? {} : { reason }) } }],
});
/** The leader gives these answers one after another; the agents speak. */
const led = (answers: readonly Answer[]): Script & { readonly asked: ModelRequest[] } => {
  const left = [...answers];
  const asked: ModelRequest[] = [];
  const model = (request: ModelRequest): Answer => {
    if (request.purpose !== 'select_speaker') return { text: `${request.agent} speaks` };
    asked.push(request);
    return left.shift() ?? picks('critic');
  };
  return { model, asked };
};
const play = (answers: readonly Answer[], workflow = grouped()) => {
  const script = led(answers);
  return { chat: ScriptedChat.begun(workflow, script).run(), asked: script.asked };
};

describe('a model that chooses who speaks next', () => {
  it('is asked after the initial agent has spoken, and its choice has the turn', () => {
    const { chat, asked } = play([picks('writer', ' It can write ')]);
    expect(chat.speakers).toEqual(['planner', 'writer']);
    expect(chat.all('speaker_selected')[1]).toMatchObject({
      agent: 'writer',
      by: 'model',
      candidates: ['planner', 'writer', 'critic'],
      reason: 'It can write',
    });
    expect(asked).toHaveLength(1);
    expect(chat.reason).toBe('max_turns');
  });

  it('S1: must call a tool whose choices are the candidates', () => {
    const { asked } = play([picks('writer')]);
    expect(asked[0]).toMatchObject({ purpose: 'select_speaker', model: 'default', forceTool: 'select_speaker' });
    expect(asked[0]?.tools).toMatchObject([
      { name: 'select_speaker', inputSchema: { properties: { name: { enum: ['planner', 'writer', 'critic'] } } } },
    ]);
  });

  it('knows who the candidates are, what was said, and what the workflow tells it', () => {
    const { asked } = play(
      [picks('writer')],
      grouped({ model: 'small', instruction: 'Mind {style}.' }, { variables: { style: 'brevity' } }),
    );
    const [system, ...rest] = asked[0]?.messages ?? [];
    expect(asked[0]?.model).toBe('small');
    expect(system?.content).toContain('- planner: Makes plans\n- writer: The Writer\n- critic');
    expect(system?.content).toContain('Mind brevity.');
    expect(rest.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hello'],
      ['user', 'planner: planner speaks'],
      ['user', expect.stringContaining('Who speaks next?')],
    ]);
  });

  it('S2, [M]: its calls are counted', () => {
    const { chat } = play([picks('nobody'), picks('writer')]);
    expect(chat.all('usage').map(({ purpose }) => purpose)).toEqual([
      'reply',
      'select_speaker',
      'select_speaker',
      'reply',
    ]);
    expect(chat.state.totals.modelCalls).toBe(4);
  });

  it('[M] can choose nobody that is no agent of the workflow, whatever it says', () => {
    for (const name of ['_User', 'tool_executor', '__proto__', 7, null, '']) {
      const { chat } = play([picks(name), picks('writer')]);
      expect(chat.speakers).toEqual(['planner', 'writer']);
    }
  });

  it('is corrected and tries again, and its answer stays on the log without being heard', () => {
    const { chat, asked } = play([picks('Wolf'), { text: 'the writer or the critic' }, picks('writer')]);
    expect(chat.all('message_aborted')).toMatchObject([
      { text: 'Wolf', reason: 'invalid' },
      { text: 'the writer or the critic', reason: 'invalid' },
    ]);
    expect(chat.all('message_started').filter(({ purpose }) => purpose === 'select_speaker')).toHaveLength(2);
    expect(asked[2]?.messages.slice(-4).map(({ role }) => role)).toEqual(['assistant', 'user', 'assistant', 'user']);
    expect(asked[2]?.messages.at(-1)?.content).toContain('exactly one of these names: planner, writer, critic');
    expect(JSON.stringify(chat.requests.at(-1)?.messages)).not.toContain('Wolf');
    expect(chat.speakers).toEqual(['planner', 'writer']);
  });

  it('may say the name in its text where it cannot be made to call a tool', () => {
    const { chat } = play([{ text: 'Next is: writer.' }]);
    expect(chat.all('speaker_selected')[1]).toMatchObject({ agent: 'writer', by: 'model' });
  });

  it('that never chooses gets so many tries; then the next in the list has the turn, and the log says why', () => {
    const wrong = Array.from({ length: 9 }, () => picks('Wolf'));
    const { chat, asked } = play(wrong);
    expect(asked).toHaveLength(3);
    expect(chat.all('speaker_selected')[1]).toMatchObject({ agent: 'writer', by: 'pattern' });
    expect(chat.all('speaker_selected')[1]?.reason).toContain('3 tries');
    expect(play(wrong, grouped({ maxRetries: 0 })).asked).toHaveLength(1);
    const repeating = play(wrong, grouped({ maxRetries: 0, transitions: { planner: ['planner', 'critic'] } }));
    expect(repeating.chat.speakers).toEqual(['planner', 'critic']);
  });

  it('starts anew with each choice', () => {
    const workflow = grouped({ maxRetries: 1 }, { limits: { maxTurns: 4, maxToolCalls: 1 } });
    const { chat, asked } = play(
      [picks('?'), picks('critic'), picks('?'), picks('writer'), picks('?'), picks('planner')],
      workflow,
    );
    expect(chat.speakers).toEqual(['planner', 'critic', 'writer', 'planner']);
    expect(asked[2]?.messages.filter(({ role }) => role === 'assistant')).toEqual([]);
  });

  it('may choose the person: the run ends, and their next message begins another', () => {
    const { chat } = play([picks('user')], grouped({ person: true }));
    expect(chat.all('run_completed').at(-1)?.reason).toEqual({
      code: 'no_next_speaker',
      text: 'It is the turn of the person.',
    });
    expect(chat.speakers).toEqual(['planner']);
    chat.say('go on');
    expect(chat.run().speakers).toEqual(['planner', 'planner', 'critic']);
  });

  it('is not asked when a limit has been reached: a choice without a turn would cost for nothing', () => {
    const { chat, asked } = play([], grouped({}, { limits: { maxTurns: 1, maxToolCalls: 1 } }));
    expect([chat.reason, asked.length]).toEqual(['max_turns', 0]);
    const rounds = play([], grouped({ maxRounds: 1 }, { limits: { maxTurns: 99, maxToolCalls: 1 } }));
    expect([rounds.chat.reason, rounds.chat.speakers.length]).toEqual(['max_rounds', 3]);
    const poor = play([], grouped({}, { limits: { maxTurns: 9, maxToolCalls: 1, budgetMicroUsd: 150 } }));
    expect([poor.chat.reason, poor.chat.requests.length]).toEqual(['budget_usd', 2]);
  });

  it('is asked again after a crash, and what it had said wrong counts', () => {
    const script = led([picks('Wolf'), picks('writer')]);
    const chat = ScriptedChat.begun(grouped(), script);
    while (chat.all('message_aborted').length === 0) chat.perform(chat.step);
    const before = chat.step;
    chat.takeOver();
    expect(chat.step).toEqual(before);
    expect(chat.run().speakers).toEqual(['planner', 'writer']);
  });

  it('gives way to an agent`s own handoffs and after-works', () => {
    const own = [agent('planner', { afterWork: { kind: 'agent', agent: 'critic' } }), ...agents.slice(1)];
    const { chat, asked } = play(
      [],
      team(own, { pattern: { kind: 'auto', initialAgent: 'planner' }, limits: { maxTurns: 2, maxToolCalls: 1 } }),
    );
    expect([chat.speakers, asked.length]).toEqual([['planner', 'critic'], 0]);
  });
});
