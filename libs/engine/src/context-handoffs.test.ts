/** Handoffs that the variables decide; re-expresses AG2's test_run_oncontextconditions_* and its measured defects. */
import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition, Target } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';

type Handoff = NonNullable<AgentDefinition['contextHandoffs']>[number];

const to = (name: string): Target => ({ kind: 'agent', agent: name });
const when = (condition: string, target: Target, available?: string): Handoff => ({
  when: condition,
  target,
  ...(available === undefined ? {} : { available }),
});
const desk = (contextHandoffs: Handoff[], variables = {}, more: Partial<AgentDefinition> = {}) =>
  team([agent('a', { contextHandoffs, ...more }), agent('b'), agent('c')], {
    tools: [tool('note'), tool('route')],
    children: [],
    variables,
  });
const speakersOf = (...args: Parameters<typeof desk>) => ScriptedChat.begun(desk(...args)).run().speakers;

describe('a handoff by condition', () => {
  it('comes before everything else in the agent`s turn, without a model call and without a text', () => {
    const chat = ScriptedChat.begun(desk([when('urgent', to('b'))], { urgent: true })).run();
    expect(chat.all('handoff')).toMatchObject([{ from: 'a', to: 'b', by: 'context' }]);
    expect(chat.speakers).toEqual(['a', 'b']);
    expect(chat.all('speaker_selected').map(({ by }) => by)).toEqual(['pattern', 'handoff']);
    expect(chat.requests.map((request) => request.agent)).toEqual(['b']);
    expect(chat.all('text').map((event) => event.agent)).toEqual(['b']);
  });

  it('is the first of the list that holds', () => {
    const list = [when('n > 5', to('b')), when('n > 1', to('c')), when('n > 0', to('b'))];
    expect(speakersOf(list, { n: 3 })).toEqual(['a', 'c']);
    expect(speakersOf(list, { n: 9 })).toEqual(['a', 'b']);
    expect(speakersOf(list, { n: 0 })).toEqual(['a']);
  });

  it('is passed over while it is not available', () => {
    const list = [when('yes', to('b'), 'open'), when('yes', to('c'))];
    expect(speakersOf(list, { yes: true, open: false })).toEqual(['a', 'c']);
    expect(speakersOf(list, { yes: true, open: true })).toEqual(['a', 'b']);
  });

  it('[M] with a variable that is not there does not hold, and kills no run', () => {
    const list = [when('no and missing.deep > 1', to('b')), when('missing', to('c'))];
    expect(speakersOf(list, { no: false })).toEqual(['a']);
  });

  it('is looked at again when a tool has set what it is about', () => {
    const chat = ScriptedChat.begun(desk([when('done', to('b'))], {}, { tools: ['note'] }), {
      model: (request) => (request.agent === 'a' ? { calls: [{ tool: 'note' }] } : { text: 'ok' }),
      tool: () => ({ ok: true, result: null, ms: 1, set: { done: true } }),
    }).run();
    expect(chat.requests.map((request) => request.agent)).toEqual(['a', 'b']);
    expect(chat.speakers).toEqual(['a', 'b']);
  });

  it('to stay, or to the agent itself, lets it speak and passes over those below', () => {
    for (const target of [{ kind: 'stay' } as const, to('a')]) {
      const chat = ScriptedChat.begun(desk([when('true', target), when('true', to('b'))])).run();
      expect(chat.requests.map((request) => request.agent)).toEqual(['a']);
      expect(chat.all('handoff')).toEqual([]);
    }
  });

  it('can end the run, or give the turn to the person', () => {
    expect(ScriptedChat.begun(desk([when('true', { kind: 'terminate' })])).run().reason).toBe('handoff_terminate');
    expect(ScriptedChat.begun(desk([when('true', { kind: 'revert_to_user' })])).run().reason).toBe('no_next_speaker');
  });

  it('to what the workflow does not have ends the run, and says so', () => {
    const chat = ScriptedChat.begun(desk([when('true', { kind: 'function', tool: 'ghost' })])).run();
    expect(chat.reason).toBe('no_next_speaker');
    expect(chat.all('run_completed')[0]?.reason.text).toContain('ghost');
  });

  it('[M] that stays true on both sides is a loop, and ends as one', () => {
    const workflow = team(
      [
        agent('a', { contextHandoffs: [when('true', to('b'))] }),
        agent('b', { contextHandoffs: [when('true', to('a'))] }),
      ],
      { limits: { maxTurns: 100, maxToolCalls: 1 } },
    );
    const chat = ScriptedChat.begun(workflow).run();
    expect([chat.reason, chat.requests.length]).toEqual(['loop_detected', 0]);
    expect(chat.speakers.length).toBeLessThan(12);
  });

  it('[M] in a ring of more agents is a loop too; a chain that passes each of them once is none', () => {
    const names = Array.from({ length: 14 }, (_, n) => `a${String(n)}`);
    const ring = names.map((name, n) =>
      agent(name, { contextHandoffs: [when('true', to(names[(n + 1) % names.length] ?? ''))] }),
    );
    const limits = { maxTurns: 100, maxToolCalls: 1 };
    const round = ScriptedChat.begun(team(ring, { limits })).run();
    expect([round.reason, round.requests.length]).toEqual(['loop_detected', 0]);
    const chain = ScriptedChat.begun(team([...ring.slice(0, -1), agent('a13')], { limits })).run();
    expect([chain.reason, chain.speakers]).toEqual(['handoff_terminate', names]);
  });

  it('[M] that a tool decides each time is a loop too: the calls of the engine are no work', () => {
    const decided = (next: string) => ({
      contextHandoffs: [when('true', { kind: 'function' as const, tool: next })],
    });
    const workflow = team([agent('a', decided('to_b')), agent('b', decided('to_a'))], {
      tools: [tool('to_a'), tool('to_b')],
      limits: { maxTurns: 100, maxToolCalls: 100 },
    });
    const chat = ScriptedChat.begun(workflow, {
      tool: ({ tool: { name } }) => ({ ok: true, result: name.slice(3), ms: 1 }),
    }).run();
    expect([chat.reason, chat.requests.length]).toEqual(['loop_detected', 0]);
    expect(chat.speakers.length).toBeLessThan(12);
  });

  it('may go back and forth as often as the workflow says when something is said between', () => {
    const pingPong = (maxRepeatedHandoffs?: number, maxTurns = 9, text = 'You do it.') => {
      const limits = {
        maxTurns,
        maxToolCalls: 1,
        ...(maxRepeatedHandoffs === undefined ? {} : { maxRepeatedHandoffs }),
      };
      const workflow = team(
        [
          agent('a', { handoffs: [{ target: to('b'), description: '' }] }),
          agent('b', { handoffs: [{ target: to('a'), description: '' }] }),
        ],
        { limits },
      );
      return ScriptedChat.begun(workflow, {
        model: ({ tools }) => ({ text, calls: [{ tool: tools[0]?.name ?? '' }] }),
      }).run();
    };
    expect([pingPong().reason, pingPong().speakers.length]).toEqual(['max_turns', 9]);
    // Writer and critic: without a limit of the workflow's own, what they say is the work.
    expect([pingPong(undefined, 25).reason, pingPong(undefined, 25).speakers.length]).toEqual(['max_turns', 25]);
    expect([pingPong(undefined, 25, '').reason, pingPong(undefined, 25, '').speakers.length]).toEqual([
      'loop_detected',
      10,
    ]);
    expect([pingPong(3).reason, pingPong(3).speakers]).toEqual(['loop_detected', ['a', 'b', 'a']]);
  });
});
