/** Branches that begin after others: a graph of child runs (AG2: a queue of chats with prerequisites). */
import { describe, expect, it } from '@jest/globals';
import type { Branch } from '@colloquy/contracts';
import { ASKS, branch, child, HANDS_OVER, heardBy, led, script, starts } from './test-children.ts';
import { ScriptedChat, type Answer, type Script } from './test-driver.ts';

/** x and y at once, z after both. */
const joins = (more: Partial<Branch> = {}) =>
  led([child('all', [branch('x'), branch('y'), branch('z', { after: ['x', 'y'], message: 'Join', ...more })])]);
const begun = (chat: ScriptedChat) => starts(chat).map((event) => event.branch);
const end = (chat: ScriptedChat, name: string, ok = true): void => {
  const runId = starts(chat).find((event) => event.branch === name)?.runId ?? '';
  const error = { code: 'model_unavailable', message: 'It is away.', retryable: false };
  const reason = { code: 'handoff_terminate' as const, text: '' };
  chat.append([
    ok ? { type: 'run_completed', runId, reason, summary: `${name} is done` } : { type: 'run_failed', runId, error },
  ]);
};
/** The lead has asked, by a call or with its turn, and nobody has begun to speak. */
function asked(workflow: ReturnType<typeof led>, first: Answer = HANDS_OVER, more: Script = {}): ScriptedChat {
  const chat = ScriptedChat.begun(workflow, script(first, more));
  while (starts(chat).length === 0) chat.perform(chat.step);
  return chat;
}
/** What the run that asks does now, while its branches work. */
const decideParent = (chat: ScriptedChat): void => {
  const parent = chat.state.run?.runId;
  const own = chat.steps.find(({ runId, step }) => runId === parent && step.kind === 'decide');
  if (own !== undefined) chat.perform(own.step, own.runId);
};

describe('a branch that comes after others', () => {
  it.each([
    ['a turn', HANDS_OVER],
    ['a call', ASKS],
  ])('of %s begins when all of them have ended, and not before', (_what, first) => {
    const chat = asked(joins(), first);
    expect(begun(chat)).toEqual(['x', 'y']);
    end(chat, 'y');
    decideParent(chat);
    expect(begun(chat)).toEqual(['x', 'y']);
    end(chat, 'x');
    decideParent(chat);
    expect(begun(chat)).toEqual(['x', 'y', 'z']);
    expect(chat.run().requests.at(-1)?.agent).toBe('lead');
  });

  it('begins while others go on that it does not wait for', () => {
    const chat = asked(led([child('all', [branch('x'), branch('y'), branch('z', { after: ['x'] })])]));
    end(chat, 'x');
    decideParent(chat);
    expect(begun(chat)).toEqual(['x', 'y', 'z']);
    expect(chat.state.run?.children).toHaveLength(2);
  });

  it('gets what those have come to that it waits for, in the order in which it names them', () => {
    const heard = (more: Partial<Branch>) => {
      const chat = asked(joins({ history: 'none', ...more }));
      end(chat, 'x');
      end(chat, 'y');
      return heardBy(chat.run(), 'z')[0]?.at(-1);
    };
    expect(heard({ carryover: 'all', after: ['y', 'x'] })).toBe('Join\n\nContext:\ny is done\n\nx is done');
    expect(heard({ carryover: 'last', after: ['y'] })).toBe('Join\n\nContext:\ny is done');
    expect(heard({})).toBe('Join');
  });

  it('never begins when one of them has failed: what the others have come to counts', () => {
    const chat = asked(joins());
    end(chat, 'x', false);
    end(chat, 'y');
    chat.run();
    expect(begun(chat)).toEqual(['x', 'y']);
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: x: failed: It is away.\n\ny: y is done');
  });

  it('is one turn with the others, and what all have come to is heard', () => {
    const chat = ScriptedChat.begun(joins(), script(HANDS_OVER)).run();
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: x: x was here\n\ny: y was here\n\nz: z was here');
    expect(chat.state.run).toBeUndefined();
  });

  it('N2: that waits for itself ends, and has failed', () => {
    const circle = led([child('all', [branch('x', { after: ['y'] }), branch('y', { after: ['x'] })])]);
    const chat = ScriptedChat.begun(circle, script(ASKS)).run();
    expect([starts(chat), chat.all('tool_response')[0]?.ok]).toEqual([[], false]);
  });

  it('N1: a crash at any place changes nothing of what they come to', () => {
    const model: Script['model'] = ({ agent, messages }) =>
      agent === 'lead' && messages.length === 2 ? HANDS_OVER : { text: `${agent} was here` };
    const whole = ScriptedChat.begun(joins({ carryover: 'all' }), { model }).run();
    for (let commits = 2; commits < whole.commits.length; commits++) {
      const other = whole.upTo(commits);
      other.takeOver();
      expect(begun(other.run())).toEqual(['x', 'y', 'z']);
      expect(starts(other).at(-1)).toMatchObject({ asked: starts(whole).at(-1)?.asked, branch: 'z' });
    }
  });
});
