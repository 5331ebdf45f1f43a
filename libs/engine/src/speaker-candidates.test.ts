/** Who can be chosen; re-expresses AG2's test_groupchat_eligibility, test_graph_parameters and the repeat rules. */
import { describe, expect, it } from '@jest/globals';
import type { Pattern, WorkflowDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team } from './test-driver.ts';

type Rules = Omit<Extract<Pattern, { kind: 'auto' }>, 'kind' | 'initialAgent'>;

const agents = ['a', 'b', 'c'].map((name) => agent(name));

/** Who can follow the initial agent, as the tool says that the model must call; or how the run ended without asking. */
function after(rules: Rules, more: Partial<WorkflowDefinition> = {}): unknown {
  const pattern = { kind: 'auto' as const, initialAgent: 'a', ...rules };
  const chat = ScriptedChat.begun(team(agents, { pattern, ...more }), {
    model: ({ purpose }) =>
      purpose === 'select_speaker' ? { calls: [{ tool: 'select_speaker', arguments: { name: 'c' } }] } : { text: 'x' },
  });
  while (chat.all('text').length === 0) chat.perform(chat.step);
  const { step } = chat;
  if (step.kind !== 'call_model')
    return step.kind === 'decide'
      ? step.events.map((event) => ('agent' in event && event.type === 'speaker_selected' ? event.agent : event.type))
      : step;
  return (step.request.tools[0]?.inputSchema['properties'] as { name: { enum: unknown } }).name.enum;
}

describe('who can be chosen', () => {
  it('[M] is every agent, the one that spoke too, and nobody that is none', () => {
    expect(after({})).toEqual(['a', 'b', 'c']);
  });

  it('is the person too where the pattern says so', () => {
    expect(after({ person: true })).toEqual(['a', 'b', 'c', 'user']);
  });

  it('is not who spoke when that may not repeat', () => {
    expect(after({ mayRepeat: false })).toEqual(['b', 'c']);
    expect(after({ mayRepeat: ['b'] })).toEqual(['b', 'c']);
    expect(after({ mayRepeat: ['a'] })).toEqual(['a', 'b', 'c']);
    expect(after({ mayRepeat: true })).toEqual(['a', 'b', 'c']);
  });

  it('is who may follow who spoke', () => {
    expect(after({ transitions: { a: ['c', 'b', 'ghost'] } })).toEqual(['b', 'c']);
    expect(after({ transitions: { a: ['a', 'b'] }, mayRepeat: false })).toEqual(['b']);
    expect(after({ transitions: { a: ['user', 'b'] }, person: true })).toEqual(['b', 'user']);
  });

  it('is nobody after an agent without an entry: the run ends (graceful exit)', () => {
    expect(after({ transitions: { b: ['a'] } })).toEqual(['run_completed']);
    expect(after({ transitions: { a: [] } })).toEqual(['run_completed']);
  });

  it('is who is eligible: all rules apply together', () => {
    const eligible = { b: 'open', c: 'rounds < 3 and not blocked' };
    expect(after({ eligible }, { variables: { open: true, rounds: 1 } })).toEqual(['a', 'b', 'c']);
    expect(after({ eligible }, { variables: { open: 0, rounds: 1 } })).toEqual(['a', 'c']);
    expect(after({ eligible, mayRepeat: false }, { variables: { open: [1], rounds: 5 } })).toEqual(['b']);
    expect(after({ eligible, mayRepeat: false }, { variables: { blocked: 'yes' } })).toEqual(['run_completed']);
  });

  it('whose condition cannot be read is not eligible; none left ends the run', () => {
    expect(after({ eligible: { a: '(', b: 'missing.x', c: '1 +' } })).toEqual(['run_completed']);
  });

  it('when only one is left is chosen without asking anybody', () => {
    expect(after({ eligible: { b: 'false' }, mayRepeat: false })).toEqual(['c']);
    const pattern = { kind: 'auto' as const, initialAgent: 'a', mayRepeat: false, eligible: { b: 'false' } };
    const chat = ScriptedChat.begun(team(agents, { pattern, limits: { maxTurns: 2, maxToolCalls: 1 } })).run();
    expect(chat.all('speaker_selected')[1]).toMatchObject({ agent: 'c', by: 'pattern', candidates: ['c'] });
    expect(chat.requests.every(({ purpose }) => purpose === 'reply')).toBe(true);
  });

  it('a circuit breaker: an agent that a variable shuts off is passed over in a round, and comes back', () => {
    const pattern = { kind: 'round_robin' as const, initialAgent: 'a', maxRounds: 2, eligible: { b: 'not broken' } };
    const spoken = (broken: boolean) =>
      ScriptedChat.begun(team(agents, { pattern, variables: { broken } })).run().speakers;
    expect(spoken(true)).toEqual(['a', 'c', 'a', 'c', 'a', 'c']);
    expect(spoken(false)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});
