/** The patterns; re-expresses AG2's patterns/*, test_termination and test_next_agent. */
import { describe, expect, it } from '@jest/globals';
import type { Pattern, WorkflowDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team } from './test-driver.ts';
import type { Question } from './types.ts';

const agents = ['a', 'b', 'c', 'd'].map((name) => agent(name));
const grouped = (pattern: Pattern, more: Partial<WorkflowDefinition> = {}) =>
  team(agents, { pattern, limits: { maxTurns: 40, maxToolCalls: 5 }, ...more });

describe('the pattern manual', () => {
  const manual = (more: Partial<Extract<Pattern, { kind: 'manual' }>> = {}) =>
    grouped({ kind: 'manual', initialAgent: 'a', ...more });

  it('begins with the initial agent, then asks the person, who chooses one of the candidates', () => {
    const asked: Question[] = [];
    const chat = ScriptedChat.begun(manual({ maxRounds: 1, mayRepeat: false }), {
      person: (question) => {
        asked.push(question);
        return asked.length % 2 === 1 ? 'c' : 'b';
      },
    }).run();
    expect(chat.speakers).toEqual(['a', 'c', 'b', 'c']);
    expect(asked[0]).toMatchObject({
      kind: 'choice',
      purpose: 'select_speaker',
      agent: 'a',
      schema: { enum: ['b', 'c', 'd'] },
    });
    expect(chat.all('speaker_selected').slice(0, 2)).toMatchObject([
      { agent: 'a', by: 'pattern' },
      { agent: 'c', by: 'human', candidates: ['b', 'c', 'd'] },
    ]);
  });

  it('[M] waits for the person on the log, and needs no model to choose', () => {
    const chat = ScriptedChat.begun(manual()).run();
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(chat.requests).toHaveLength(1);
    chat.takeOver();
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(chat.answer(chat.pending, 'ghost').verdict).toBe('rejected');
    chat.answer(chat.pending, 'd');
    expect(chat.run().speakers).toEqual(['a', 'd']);
  });

  it('lets the person choose themselves: the run ends', () => {
    const chat = ScriptedChat.begun(manual({ person: true }), { person: () => 'user' }).run();
    expect([chat.reason, chat.speakers]).toEqual(['no_next_speaker', ['a']]);
  });

  it('asks nobody when a limit has been reached: the answer would come to nothing', () => {
    const chat = ScriptedChat.begun(
      grouped({ kind: 'manual', initialAgent: 'a' }, { limits: { maxTurns: 1, maxToolCalls: 1 } }),
    ).run();
    expect([chat.reason, chat.all('input_request')]).toEqual(['max_turns', []]);
  });

  it('asks anew for every turn, and shows the titles', () => {
    const named = team([agent('a', { title: 'Anna' }), agent('b')], {
      pattern: { kind: 'manual', initialAgent: 'a', maxRounds: 2 },
    });
    const prompts: string[] = [];
    const chat = ScriptedChat.begun(named, {
      person: ({ prompt }) => {
        prompts.push(prompt);
        return prompts.length % 2 === 0 ? 'a' : 'b';
      },
    }).run();
    expect([chat.speakers, chat.reason]).toEqual([['a', 'b', 'a', 'b'], 'max_rounds']);
    expect(prompts[0]).toBe('Who is to speak next: a (Anna), b?');
  });
});

describe('the pattern random', () => {
  const random = (more: Partial<Extract<Pattern, { kind: 'random' }>> = {}) =>
    grouped({ kind: 'random', initialAgent: 'a', maxRounds: 8, ...more });

  it('begins with the initial agent and never chooses the one that spoke', () => {
    const { speakers, reason } = ScriptedChat.begun(random()).run();
    expect([speakers.length, speakers[0], reason]).toEqual([32, 'a', 'max_rounds']);
    speakers.slice(1).forEach((name, turn) => {
      expect(name).not.toBe(speakers[turn]);
    });
    expect(new Set(speakers)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  it('N1: chooses the same at any time and place, by its run and turn', () => {
    const chat = ScriptedChat.begun(random()).run();
    for (let commits = 1; commits < chat.commits.length; commits++) {
      const other = chat.upTo(commits);
      if (other.step.kind !== 'decide') continue;
      expect(chat.commits[commits]?.map(({ type }) => type)).toEqual(other.step.events.map(({ type }) => type));
      expect(other.step.events).toMatchObject(
        (chat.commits[commits] ?? []).map((event) => (event.type === 'speaker_selected' ? { agent: event.agent } : {})),
      );
    }
  });

  it('may choose the one that spoke where the workflow says so', () => {
    const { speakers } = ScriptedChat.begun(random({ mayRepeat: true })).run();
    expect(speakers.some((name, turn) => name === speakers[turn + 1])).toBe(true);
  });

  it('says out of whom it chose, and ends when nobody is left', () => {
    const chat = ScriptedChat.begun(random({ transitions: { a: ['b', 'c'] } })).run();
    expect(chat.all('speaker_selected')[1]).toMatchObject({ by: 'pattern', candidates: ['b', 'c'] });
    expect([chat.reason, chat.speakers.length]).toEqual(['no_next_speaker', 2]);
  });
});

describe('the pattern round_robin', () => {
  const round = (more: Partial<Extract<Pattern, { kind: 'round_robin' }>> = {}) =>
    ScriptedChat.begun(grouped({ kind: 'round_robin', initialAgent: 'b', maxRounds: 1, ...more })).run();

  it('goes by those that may follow', () => {
    expect(round({ transitions: { b: ['c', 'd'], c: ['a'], a: ['b'] } }).speakers).toEqual(['b', 'c', 'a', 'b']);
    expect(round({ eligible: { c: 'false', a: 'missing' } }).speakers).toEqual(['b', 'd', 'b', 'd']);
  });

  it('ends gracefully before its rounds are over when nobody may follow', () => {
    expect([round({ transitions: { b: ['d'] } }).reason, round({ transitions: { b: ['d'] } }).speakers]).toEqual([
      'no_next_speaker',
      ['b', 'd'],
    ]);
  });

  it('has the person last, who ends it with their turn', () => {
    const chat = round({ person: true, maxRounds: 5 });
    expect([chat.speakers, chat.reason]).toEqual([['b', 'a', 'c', 'd'], 'no_next_speaker']);
  });

  it('goes on after an agent that came by a handoff', () => {
    const members = [agent('a'), agent('b', { afterWork: { kind: 'agent', agent: 'd' } }), agent('c'), agent('d')];
    const pattern = { kind: 'round_robin' as const, initialAgent: 'a', maxRounds: 1 };
    expect(ScriptedChat.begun(team(members, { pattern })).run().speakers).toEqual(['a', 'b', 'd', 'a']);
  });

  it('of one agent gives it every turn, unless it may not repeat', () => {
    const alone = (mayRepeat: boolean) =>
      ScriptedChat.begun(
        team([agent('a')], { pattern: { kind: 'round_robin', initialAgent: 'a', maxRounds: 3, mayRepeat } }),
      ).run();
    expect([alone(true).speakers, alone(true).reason]).toEqual([['a', 'a', 'a'], 'max_rounds']);
    expect([alone(false).speakers, alone(false).reason]).toEqual([['a'], 'no_next_speaker']);
  });
});

describe('the pattern default', () => {
  const afterAll = (more: Partial<Extract<Pattern, { kind: 'default' }>>, variables = {}) =>
    ScriptedChat.begun(
      grouped({ kind: 'default', initialAgent: 'a', afterWork: { kind: 'terminate' }, ...more }, { variables }),
    ).run();

  it('looks at its list of after-works before its after-work', () => {
    const afterWorks = [
      { when: 'n > 5', target: { kind: 'agent' as const, agent: 'b' } },
      { when: 'true', available: 'open', target: { kind: 'revert_to_user' as const } },
    ];
    expect(afterAll({ afterWorks }, { n: 9 }).speakers.slice(0, 2)).toEqual(['a', 'b']);
    expect(afterAll({ afterWorks }, { open: 1 }).reason).toBe('no_next_speaker');
    expect(afterAll({ afterWorks }).reason).toBe('handoff_terminate');
  });

  it('is bound by who may follow whom, and by its rounds', () => {
    const afterWork = { kind: 'agent' as const, agent: 'b' };
    expect(afterAll({ afterWork, transitions: { a: ['b'], b: ['c'] } }).speakers).toEqual(['a', 'b']);
    expect(afterAll({ afterWork, eligible: { b: 'false' } }).reason).toBe('no_next_speaker');
    expect(afterAll({ afterWork, mayRepeat: false }).speakers).toEqual(['a', 'b']);
    expect([
      afterAll({ afterWork, maxRounds: 2 }).reason,
      afterAll({ afterWork, maxRounds: 2 }).speakers.length,
    ]).toEqual(['max_rounds', 8]);
  });

  it('introduces its agents to each other where it says so (AG2: test_send_intros)', () => {
    const systemOf = (introductions: boolean) => {
      const members = [agent('a', { description: 'Counts' }), agent('b', { title: 'Bee' }), agent('c')];
      const pattern = {
        kind: 'default' as const,
        initialAgent: 'b',
        afterWork: { kind: 'terminate' as const },
        introductions,
      };
      return ScriptedChat.begun(team(members, { pattern })).run().requests[0]?.messages[0]?.content;
    };
    expect(systemOf(true)).toBe('You are b.\n\nThe others in this chat:\n- a: Counts\n- c');
    expect(systemOf(false)).toBe('You are b.');
  });
});
