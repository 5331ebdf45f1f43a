/** What child runs are asked, by whom, and what comes back of it. */
import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { MAX_DEPTH } from './run-tree.ts';
import { ASKS, branch, child, HANDS_OVER, led, script, starts } from './test-children.ts';
import { handsTo, ScriptedChat, type Answer, type Script } from './test-driver.ts';

/** The lead gives this answer first; of the others each says what it was asked, in capitals, or nothing. */
function asking(first: Answer, silent: readonly string[] = []): Script {
  const { model } = script(first);
  return {
    model: (request) => {
      if (request.agent === 'lead') return model?.(request) ?? {};
      const asked = request.messages.findLast(({ role }) => role === 'user')?.content ?? '';
      return { text: silent.includes(request.agent) ? '' : (asked.split('\n')[0] ?? '').toUpperCase() };
    },
  };
}

const askedOf = (chat: ScriptedChat, name: string) =>
  starts(chat)
    .filter((start) => start.branch === name)
    .map(({ asked }) => asked);
const twice: Answer = { calls: ['dig', 'fly'].map((task) => ({ tool: 'ask_team', arguments: { task } })) };
const tasked = { message: 'Please {args.task}' };

describe('a branch of a sequence is told of those before it', () => {
  it('but not of those of another call', () => {
    const both = led([child('sequence', [branch('x', tasked), branch('y', { ...tasked, carryover: 'all' })])]);
    const chat = ScriptedChat.begun(both, asking(twice)).run();
    expect(askedOf(chat, 'y')).toEqual(['Please dig\n\nContext:\nPLEASE DIG', 'Please fly\n\nContext:\nPLEASE FLY']);
  });

  it('only of the last where it says so', () => {
    const three = led([
      child('sequence', [
        branch('x', { message: 'One' }),
        branch('y', { message: 'Two' }),
        branch('z', { carryover: 'last' }),
      ]),
    ]);
    const chat = ScriptedChat.begun(three, asking(HANDS_OVER)).run();
    expect(askedOf(chat, 'z')).toEqual(['Hello\n\nContext:\nTWO']);
  });

  it('and not of one that said nothing', () => {
    const both = led([child('sequence', [branch('x'), branch('y', { carryover: 'all' })])]);
    expect(askedOf(ScriptedChat.begun(both, asking(HANDS_OVER, ['x'])).run(), 'y')).toEqual(['Hello']);
  });
});

describe('child runs that a call asks for', () => {
  const one = led([child('all', [branch('x')])]);

  it('know its arguments', () => {
    const chat = ScriptedChat.begun(one, asking(ASKS)).run();
    expect(starts(chat).map(({ variables }) => variables)).toEqual([{ args: { task: 'dig', depth: 2 } }]);
    const byTurn = ScriptedChat.begun(one, asking(HANDS_OVER)).run();
    expect(starts(byTurn).map(({ variables }) => variables)).toEqual([{}]);
  });

  it('are asked what was said last when it has none', () => {
    const chat = ScriptedChat.begun(one, asking({ text: 'I wonder', calls: [{ tool: 'ask_team' }] })).run();
    expect(askedOf(chat, 'x')).toEqual(['I wonder']);
  });

  it('took as long as from the first start to the last end, each call by itself', () => {
    const two = led([child('all', [branch('x'), branch('y')])]);
    const chat = ScriptedChat.begun(two, { ...asking(twice), pick: (steps) => steps - 1, tickMs: 10 }).run();
    const took = chat.all('tool_call').map(({ callId }) => {
      const own = starts(chat).filter(({ parentCallId }) => parentCallId === callId);
      const ends = chat.all('run_completed').filter(({ runId }) => own.some((start) => start.runId === runId));
      const times = [own, ends].map((events) => events.map(({ at }) => Date.parse(at)));
      return Math.max(...(times[1] ?? [])) - Math.min(...(times[0] ?? []));
    });
    const told = chat
      .all('tool_call')
      .map(({ callId }) => chat.all('tool_response').find((event) => event.callId === callId));
    expect(new Set(took).size).toBe(2);
    expect(told.map((response) => response?.ms)).toEqual(took);
  });
});

describe('a turn that goes to child runs', () => {
  const one = led([child('all', [branch('x')])]);

  it('twice in a run is two of them: each has an id of its own', () => {
    let turns = 0;
    const leads = (): Answer => ((turns += 1) < 3 ? HANDS_OVER : { text: 'Done' });
    const model: Script['model'] = ({ agent: name }) => (name === 'lead' ? leads() : { text: 'Here' });
    const chat = ScriptedChat.begun(one, { model }).run();
    expect(new Set(starts(chat).map(({ runId }) => runId)).size).toBe(2);
  });

  it('ends the run below the deepest place', () => {
    const agents = one.agents.map((each) => ({ ...each, handoffs: one.agents[0]?.handoffs ?? [] }));
    const chat = ScriptedChat.begun({ ...one, agents }, { model: () => HANDS_OVER });
    while (chat.all('run_completed').length === 0) chat.perform(chat.step, chat.steps[0]?.runId);
    expect(starts(chat)).toHaveLength(MAX_DEPTH);
    const text = `Child runs may stand ${String(MAX_DEPTH)} deep.`;
    expect(chat.all('run_completed')[0]?.reason).toEqual({ code: 'no_next_speaker', text });
  });

  const goesTo = (to: string, towards?: object) => {
    const workflow = { ...one, agents: one.agents.map((each) => ({ ...each, handoffs: [handsTo('x')] })) };
    const chat = ScriptedChat.begun(towards === undefined ? one : { ...workflow, children: undefined });
    while (chat.state.run?.speaker === undefined) chat.perform(chat.step);
    const about = { type: 'handoff', runId: chat.state.run.runId, from: 'lead', to, by: 'tool' };
    chat.append([{ ...about, ...(towards === undefined ? {} : { towards }) } as NewEvent]);
    return chat;
  };

  it('goes by name where the log has nothing but the name', () => {
    expect(goesTo('research').step).toMatchObject({ events: [{ type: 'run_started', child: 'research' }] });
    expect(goesTo('nobody').step).toMatchObject({ events: [{ type: 'run_completed' }] });
  });

  it('is nobody`s where the workflow has no such child runs', () => {
    const { step } = goesTo('gone', { kind: 'child', child: 'gone' });
    const text = 'There is no "gone" to hand over to.';
    expect(step).toMatchObject({ events: [{ reason: { code: 'no_next_speaker', text } }] });
  });
});

describe('child runs that are not needed any more', () => {
  it('say so', () => {
    const chat = ScriptedChat.begun(led([child('any', [branch('x'), branch('y')])]), asking(HANDS_OVER)).run();
    const text = 'What it was to find out is known.';
    expect(chat.all('run_completed').map(({ reason }) => reason)).toContainEqual({ code: 'not_needed', text });
  });
});

describe('branches with a budget of their own', () => {
  it('end by it, in money as in tokens', () => {
    const pattern = { kind: 'round_robin', initialAgent: 'x', maxRounds: 9 } as const;
    const costly = led([child('sequence', [branch('x', { pattern, budgetMicroUsd: 150 })])]);
    const chat = ScriptedChat.begun(costly, script(HANDS_OVER)).run();
    expect(chat.all('run_completed').map(({ reason: { code } }) => code)).toEqual(['budget_usd', 'handoff_terminate']);
    expect(chat.requests.filter(({ agent: name }) => name === 'x')).toHaveLength(2);
  });
});
