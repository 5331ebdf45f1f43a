/** By which events the turn goes on, and what a person reads of it. */
import { describe, expect, it } from '@jest/globals';
import type { Target, WorkflowDefinition } from '@colloquy/contracts';
import { agent, handsTo, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const after = (workflow: WorkflowDefinition, script: Script = {}) => ScriptedChat.begun(workflow, script).run();
const reasons = (chat: ScriptedChat) => chat.all('run_completed').map(({ reason }) => reason);

describe('what a tool wants', () => {
  const wanting = (target: Target, transfers: boolean) => {
    const calls = [{ tool: 'go' }, ...(transfers ? [{ tool: 'transfer_to_b' }] : [])];
    let asked = 0;
    return after(team([agent('a', { tools: ['go'], handoffs: [handsTo('b')] }), agent('b')], { tools: [tool('go')] }), {
      model: () => ((asked += 1) === 1 ? { calls } : { text: 'Done' }),
      tool: () => ({ ok: true, result: null, ms: 1, target }),
    });
  };

  it.each([
    ['terminate', 'tool_finished', 'A tool finished the work.'],
    ['revert_to_user', 'no_next_speaker', 'It is the turn of the person.'],
  ] as const)('%s is the end at once, and no handoff', (kind, code, text) => {
    const chat = wanting({ kind }, false);
    expect(reasons(chat)).toEqual([{ code, text }]);
    expect(chat.all('handoff')).toEqual([]);
  });

  it('stay says why the turn stays where a handoff is taken back', () => {
    const chat = wanting({ kind: 'stay' }, true);
    const kept = { agent: 'a', by: 'handoff', reason: 'A tool kept the turn here' };
    expect(chat.all('speaker_selected').slice(1)).toMatchObject([kept]);
    expect(chat.all('handoff').map(({ to }) => to)).toEqual(['b']);
  });

  it('stay says nothing where the agent goes on anyway', () => {
    const chat = wanting({ kind: 'stay' }, false);
    expect([chat.all('speaker_selected').length, chat.all('handoff')]).toEqual([1, []]);
  });
});

describe('what the group lays down', () => {
  const agents = [agent('a'), agent('b'), agent('c')];
  const group = (afterWork: Target, more: object = {}) => {
    const pattern = { kind: 'default', initialAgent: 'a', afterWork, ...more } as const;
    return team(agents, { pattern, limits: { maxTurns: 2, maxToolCalls: 9 } });
  };

  it.each([{ kind: 'ask_user' }, { kind: 'group_manager' }] as const)('%j is a choice, and no handoff', (afterWork) => {
    const chat = after(group(afterWork), {
      model: ({ purpose }) =>
        purpose === 'select_speaker'
          ? { calls: [{ tool: 'select_speaker', arguments: { name: 'c' } }] }
          : { text: 'So' },
      person: () => 'c',
    });
    expect(chat.speakers).toEqual(['a', 'c']);
    expect(chat.all('handoff')).toEqual([]);
  });

  it('is bound by who may speak after whom', () => {
    const to = { kind: 'agent', agent: 'b' } as const;
    const chat = after(group(to, { transitions: { a: ['c'] } }));
    expect([chat.speakers, reasons(chat)]).toEqual([
      ['a'],
      [{ code: 'no_next_speaker', text: 'Nobody is to speak next.' }],
    ]);
    const eligible = { transitions: { a: ['c'] } };
    expect(after(group({ kind: 'terminate' }, eligible)).reason).toBe('handoff_terminate');
  });

  it('is nobody where nobody may speak', () => {
    const pattern: WorkflowDefinition['pattern'] = {
      kind: 'round_robin',
      initialAgent: 'a',
      maxRounds: 9,
      transitions: { a: [] },
    };
    expect(reasons(after(team(agents, { pattern })))).toEqual([
      { code: 'no_next_speaker', text: 'Nobody is to speak next.' },
    ]);
  });
});

describe('a choice of the person', () => {
  const chosen = (transitions: Record<string, string[]>, person: NonNullable<Script['person']>) => {
    const pattern = { kind: 'manual', initialAgent: 'a', transitions } as const;
    const limits = { maxTurns: 2, maxToolCalls: 9 };
    return after(team([agent('a'), agent('b', { title: 'Bea' }), agent('c')], { pattern, limits }), { person });
  };

  it('is not asked for where there is none', () => {
    const chat = chosen({ a: ['b'] }, () => 'c');
    expect(chat.all('input_request')).toEqual([]);
    expect(chat.all('speaker_selected')[1]).toMatchObject({ agent: 'b', by: 'pattern', candidates: ['b'] });
  });

  it('names who can be chosen, and is the person`s; of nobody it is none', () => {
    const chat = chosen({ a: ['b', 'c'] }, ({ prompt }) => {
      expect(prompt).toBe('Who is to speak next: b (Bea), c?');
      return 'c';
    });
    expect(chat.all('speaker_selected')[1]).toMatchObject({ agent: 'c', by: 'human', candidates: ['b', 'c'] });
    const ends = chosen({ a: [] }, () => 'c');
    expect([ends.speakers, ends.reason]).toEqual([['a'], 'no_next_speaker']);
  });
});
