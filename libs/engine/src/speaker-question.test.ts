/** Who is to speak next, when the person who is asked does not say. */
import { describe, expect, it } from '@jest/globals';
import type { QuestionExpiry } from '@colloquy/contracts';
import { agent, ScriptedChat, team } from './test-driver.ts';
import { timersOf } from './timers-of.ts';

const agents = ['a', 'b', 'c'].map((name) => agent(name));

/** Who is next is asked once, and nobody answers. */
function asked(questionExpiry?: QuestionExpiry): ScriptedChat {
  const pattern = { kind: 'manual' as const, initialAgent: 'a', maxRounds: 1 };
  const more = questionExpiry === undefined ? {} : { questionExpiry };
  return ScriptedChat.begun(team(agents, { pattern, ...more })).run();
}
const expired = (questionExpiry: QuestionExpiry): ScriptedChat => {
  const chat = asked(questionExpiry);
  const [timer] = timersOf(chat.state);
  expect(timer).toMatchObject({ kind: 'expiry', id: chat.pending });
  chat.fire(timer);
  return chat.run();
};

describe('the question who speaks next', () => {
  it('expires as the workflow says: then it is the next one in the list', () => {
    const chat = expired({ afterMs: 60_000, then: 'go_on' });
    expect(chat.all('input_response')[0]).toMatchObject({ by: 'expiry', value: null });
    expect(chat.all('speaker_selected')[1]).toMatchObject({
      agent: 'b',
      reason: 'Nobody was chosen: it is the next one in the list.',
    });
    expect(timersOf(chat.state)).toHaveLength(1);
  });

  it('is answered by the default, where that is one of the candidates', () => {
    expect(expired({ afterMs: 60_000, then: 'go_on', defaultAnswer: 'c' }).speakers).toEqual(['a', 'c']);
    expect(expired({ afterMs: 60_000, then: 'go_on', defaultAnswer: 'z' }).speakers).toEqual(['a', 'b']);
  });

  it('ends the run, where the workflow says so', () => {
    expect(expired({ afterMs: 60_000, then: 'end_run' }).reason).toBe('question_expired');
  });

  it('waits for ever where nothing says how long, whatever the agents say of theirs', () => {
    expect(timersOf(asked().state)).toEqual([]);
  });
});
