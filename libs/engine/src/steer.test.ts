import { describe, expect, it } from '@jest/globals';
import { statusOf } from './status-of.ts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const steered = team([agent('a', { tools: ['look'], askPerson: true })], {
  onNewInput: 'steer',
  tools: [tool('look')],
});

function upToCall(script: Script = {}): ScriptedChat {
  const chat = ScriptedChat.begun(steered, script);
  while (chat.step.kind !== 'call_model') chat.perform(chat.step);
  return chat;
}

const heardBy = (chat: ScriptedChat, call: number): string[] =>
  (chat.requests[call]?.messages ?? []).flatMap(({ role, content }) => (role === 'user' && content ? [content] : []));

describe('steer', () => {
  it('what is said while a tool runs is heard at the next model call of the same run', () => {
    const chat = upToCall({
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool') ? { text: 'Done' } : { calls: [{ tool: 'look' }] },
    });
    chat.perform(chat.step);
    chat.say('In blue, please');
    expect(chat.all('user_message').at(-1)).toMatchObject({ steers: chat.state.run?.runId });
    chat.run();
    expect(heardBy(chat, 1)).toEqual(['Hello', 'In blue, please']);
    expect(chat.types().slice(-7)).toEqual(expect.arrayContaining(['message_taken_up', 'text', 'run_completed']));
    expect(chat.all('run_started')).toHaveLength(1);
  });

  it('what is said while the last answer is given is answered in the same run', () => {
    const chat = upToCall();
    const { step } = chat;
    if (step.kind !== 'call_model') throw new Error('no call');
    chat.say('One more thing');
    chat.callModel(step.request);
    chat.run();
    expect(heardBy(chat, 1)).toEqual(['Hello', 'One more thing']);
    expect(chat.all('run_started')).toHaveLength(1);
    expect(chat.all('text')).toHaveLength(2);
  });

  it('what comes with the very end of the run is answered by the next one', () => {
    const chat = upToCall();
    chat.perform(chat.step);
    const end = chat.step;
    if (end.kind !== 'decide') throw new Error('it does not end');
    chat.say('Wait');
    chat.append(end.events);
    expect(statusOf(chat.state)).toBe('running');
    chat.run();
    expect(chat.all('run_started')).toHaveLength(2);
    expect(chat.all('message_taken_up')).toEqual([]);
    expect(chat.state.inbox).toEqual([]);
  });

  it('what is said while a question waits disturbs nobody, and is heard with the answer', () => {
    const chat = upToCall({
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool')
          ? { text: 'Thanks' }
          : { calls: [{ tool: 'ask_person', arguments: { question: 'Which?' } }] },
    }).run();
    chat.say('I am looking');
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    chat.answer(chat.pending, 'This one');
    chat.run();
    expect(heardBy(chat, 1)).toEqual(['Hello', 'I am looking']);
    expect(chat.all('run_started')).toHaveLength(1);
  });

  it('a stop leaves it to the next run', () => {
    const chat = upToCall();
    chat.say('Not like that');
    chat.cancel();
    chat.run();
    expect(heardBy(chat, 0)).toEqual(['Hello', 'Not like that']);
    expect(chat.all('run_started')).toHaveLength(2);
  });

  it('another answer hears it from the beginning; it can be edited', () => {
    const chat = upToCall();
    chat.say('In blue');
    chat.run();
    const messageId = chat.all('user_message')[1]?.messageId ?? '';
    chat.record({ ...chat.envelope(), kind: 'regenerate' });
    expect(chat.all('rewound').at(-1)).toMatchObject({ toSeq: 2, kept: [messageId] });
    chat.run();
    expect(heardBy(chat, chat.requests.length - 1)).toEqual(['Hello', 'In blue']);
    chat.record({ ...chat.envelope(), kind: 'edit', messageId, text: 'In red' });
    chat.run();
    expect(heardBy(chat, chat.requests.length - 1)).toEqual(['Hello', 'In red']);
  });

  it('of a message that was steered with others, an edit keeps what was said before it', () => {
    const chat = upToCall();
    chat.say('First');
    chat.run();
    const before = chat.events.length;
    expect(before).toBeGreaterThan(0);
    chat.say('Later');
    chat.run();
    const [, first] = chat.all('user_message');
    chat.record({ ...chat.envelope(), kind: 'edit', messageId: first?.messageId ?? '', text: 'Erst' });
    chat.run();
    expect(heardBy(chat, chat.requests.length - 1)).toEqual(['Hello', 'Erst']);
  });
});
