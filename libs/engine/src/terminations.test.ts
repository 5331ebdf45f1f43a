import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';

type Termination = NonNullable<AgentDefinition['endsOn']>[number];

/** Two agents that hand the turn to and fro; `a` says this, `b` answers. */
function talk(says: string, where: { agent?: Termination; workflow?: Termination }, set = {}) {
  const to = (name: string) => ({ afterWork: { kind: 'agent' as const, agent: name } });
  const ends = (termination?: Termination) => (termination === undefined ? {} : { endsOn: [termination] });
  const agents = [agent('a', { ...to('b'), ...ends(where.agent), tools: ['note'] }), agent('b', to('a'))];
  const workflow = team(agents, {
    ...ends(where.workflow),
    tools: [tool('note')],
    limits: { maxTurns: 4, maxToolCalls: 9 },
  });
  return ScriptedChat.begun(workflow, {
    model: ({ agent: name, messages }) => {
      if (name === 'b') return { text: 'I hear you' };
      return messages.some(({ role }) => role === 'tool') ? { text: says } : { calls: [{ tool: 'note' }] };
    },
    tool: () => ({ ok: true, result: 'noted', set, ms: 1 }),
  }).run();
}

describe('what ends a run', () => {
  const cases: readonly (readonly [string, Termination, string, boolean])[] = [
    ['contains', { kind: 'contains', text: 'DONE' }, 'All DONE here', true],
    ['contains, in the same case', { kind: 'contains', text: 'DONE' }, 'done', false],
    ['equals', { kind: 'equals', text: 'TERMINATE' }, ' TERMINATE\n', true],
    ['equals, not only contains', { kind: 'equals', text: 'TERMINATE' }, 'I say TERMINATE', false],
    ['matches, in any case by default', { kind: 'matches', pattern: '^the end\\.?$' }, 'The End', true],
    ['matches with flags', { kind: 'matches', pattern: 'end', flags: '' }, 'END', false],
    ['matches with the flag that remembers', { kind: 'matches', pattern: 'end', flags: 'g' }, 'the end', true],
    ['a pattern that is none matches never', { kind: 'matches', pattern: '(' }, '(', false],
  ];

  for (const [name, termination, says, ends] of cases) {
    it(name, () => {
      expect(talk(says, { workflow: termination }).reason).toBe(ends ? 'text_matched' : 'max_turns');
      expect(talk(says, { agent: termination }).reason).toBe(ends ? 'text_matched' : 'max_turns');
    });
  }

  it('that of an agent looks at the replies of this agent only', () => {
    expect(talk('x', { agent: { kind: 'contains', text: 'hear' } }).reason).toBe('max_turns');
    expect(talk('x', { workflow: { kind: 'contains', text: 'hear' } }).reason).toBe('text_matched');
  });

  it('what variables say counts when the turn is over, not while tools are at work', () => {
    const chat = talk('Noted', { workflow: { kind: 'when', when: 'done == true' } }, { done: true });
    expect(chat.reason).toBe('text_matched');
    expect(chat.all('text').map(({ text }) => text)).toEqual(['Noted']);
  });

  it('one reason, told once (AG2 [M]: termination can appear several times per run)', () => {
    const chat = talk('DONE', {
      agent: { kind: 'contains', text: 'DONE' },
      workflow: { kind: 'equals', text: 'DONE' },
    });
    expect(chat.all('run_completed').map(({ reason }) => reason.text)).toEqual(['The reply contains "DONE".']);
  });
});
