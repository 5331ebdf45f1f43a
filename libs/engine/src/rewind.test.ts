import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import fc from 'fast-check';
import { evolve, initialState } from './evolve.ts';
import { statusOf } from './status-of.ts';
import { agent, assistant, id, OWNER, ScriptedChat, team } from './test-driver.ts';
import type { ChatState } from './types.ts';

const texts = (state: ChatState): string[] => [...state.said].flatMap((item) => ('text' in item ? [item.text] : []));

/** An assistant that numbers its answers. */
function numbered(more: Parameters<typeof team>[1] = {}) {
  let answers = 0;
  return ScriptedChat.begun(team([agent('assistant')], more), {
    model: ({ purpose }) => ({ text: purpose === 'reply' ? `Answer ${String(++answers)}` : 'Title' }),
  });
}

function regenerate(chat: ScriptedChat, messageId?: string) {
  const about = messageId === undefined ? {} : { messageId };
  return chat.record({ ...chat.envelope(), kind: 'regenerate', ...about });
}

function edit(chat: ScriptedChat, messageId: string, text: string) {
  return chat.record({ ...chat.envelope(), kind: 'edit', messageId, text });
}

/** What a rewind brings back. */
function brought({ inbox, said, variables, run, marks }: ChatState) {
  return { inbox, said: [...said], variables, run, marks: [...marks].map(({ seq }) => seq) };
}

const fold = (events: readonly ChatEvent[]): ChatState => events.reduce<ChatState>(evolve, initialState);

describe('regenerate', () => {
  it('answers again: agents know what they knew before, and the old answer stays on the log', () => {
    const chat = numbered().run();
    expect(regenerate(chat).verdict).toBe('accepted');
    expect(chat.events.at(-1)).toMatchObject({ type: 'rewound', toSeq: 2, lastText: 'Hello' });
    expect(statusOf(chat.state)).toBe('running');
    chat.run();
    expect(chat.requests.at(-1)?.messages).toEqual(chat.requests[0]?.messages);
    expect(texts(chat.state)).toEqual(['Hello', 'Answer 2']);
    expect(chat.all('text').map(({ text }) => text)).toEqual(['Answer 1', 'Answer 2']);
    expect(chat.all('user_message')).toHaveLength(1);
  });

  it('can be done again and again, each time from the same place', () => {
    const chat = numbered().run();
    for (let times = 0; times < 3; times++) {
      regenerate(chat);
      chat.run();
    }
    expect(texts(chat.state)).toEqual(['Hello', 'Answer 4']);
    expect([...chat.state.marks]).toHaveLength(1);
    expect(chat.all('rewound')).toHaveLength(3);
  });

  it('of an earlier answer takes everything since away', () => {
    const chat = numbered().run();
    const first = chat.all('text')[0]?.messageId ?? '';
    chat.say('More');
    chat.run();
    expect(texts(chat.state)).toEqual(['Hello', 'Answer 1', 'More', 'Answer 2']);
    regenerate(chat, first);
    expect(chat.run().state.inbox).toEqual([]);
    expect(texts(chat.state)).toEqual(['Hello', 'Answer 3']);
  });

  it('is refused a second time before the first has begun', () => {
    const chat = numbered().run();
    chat.say('More');
    chat.run();
    regenerate(chat);
    expect(regenerate(chat)).toMatchObject({ code: 'nothing_to_regenerate' });
    expect(texts(chat.run().state)).toEqual(['Hello', 'Answer 1', 'More', 'Answer 3']);
  });

  it('may name what the person said', () => {
    const chat = numbered().run();
    regenerate(chat, id('m1'));
    expect(texts(chat.run().state)).toEqual(['Hello', 'Answer 2']);
  });

  it('stops the run that is giving the answer, in one commit with its command', () => {
    const chat = numbered();
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.append([chat.startOf(chat.step.request, id('half'))]);
    regenerate(chat);
    const commit = chat.commits.at(-1) ?? [];
    expect(commit.map(({ type }) => type)).toEqual(['message_aborted', 'usage', 'run_cancelled', 'rewound']);
    expect(new Set(commit.map(({ commandId }) => commandId)).size).toBe(1);
    expect(texts(chat.run().state)).toEqual(['Hello', 'Answer 1']);
  });

  it('keeps what the person said while the answer was given, and what still waits', () => {
    const chat = numbered();
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.say('And?');
    regenerate(chat);
    expect(chat.all('rewound')).toMatchObject([{ kept: [chat.all('user_message')[1]?.messageId], lastText: 'And?' }]);
    expect(texts(chat.run().state)).toEqual(['Hello', 'And?', 'Answer 1']);
  });

  it('is refused when there is nothing to answer again, or no such message', () => {
    const fresh = ScriptedChat.begun(assistant);
    expect(regenerate(fresh)).toMatchObject({ verdict: 'rejected', code: 'nothing_to_regenerate' });
    expect(regenerate(fresh, id('m1'))).toMatchObject({ code: 'nothing_to_regenerate' });
    const chat = numbered().run();
    expect(regenerate(chat, id('nobody'))).toMatchObject({ code: 'message_not_found' });
    const old = chat.all('text')[0]?.messageId ?? '';
    regenerate(chat);
    expect(regenerate(chat.run(), old)).toMatchObject({ code: 'message_not_found' });
    expect(chat.record({ ...chat.envelope(), kind: 'regenerate', userId: 'bob' })).toMatchObject({ code: 'not_owner' });
    chat.record({ ...chat.envelope(), kind: 'delete' });
    expect(regenerate(chat)).toMatchObject({ code: 'chat_deleted' });
  });
});

describe('edit', () => {
  it('says something else instead, under the id of the command', () => {
    const chat = numbered().run();
    edit(chat, id('m1'), 'Good evening');
    const message = chat.all('user_message').at(-1);
    expect(message).toMatchObject({ text: 'Good evening', edits: id('m1'), by: OWNER });
    expect(message?.messageId).toBe(message?.commandId);
    expect(texts(chat.run().state)).toEqual(['Good evening', 'Answer 2']);
  });

  it('of an edited message goes on from there', () => {
    const chat = numbered().run();
    edit(chat, id('m1'), 'Two');
    chat.run();
    edit(chat, chat.all('user_message').at(-1)?.messageId ?? '', 'Three');
    expect(texts(chat.run().state)).toEqual(['Three', 'Answer 3']);
    expect(edit(chat, id('m1'), 'Four')).toMatchObject({ code: 'message_not_found' });
  });

  it('of what still waits stops nothing', () => {
    const chat = numbered();
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.say('And?');
    edit(chat, chat.state.inbox[0]?.messageId ?? '', 'Or?');
    expect(chat.types()).not.toContain('rewound');
    expect(texts(chat.run().state)).toEqual(['Hello', 'Answer 1', 'Or?', 'Answer 2']);
  });

  it('of one of two that were taken up together leaves the other', () => {
    const chat = numbered();
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.say('One');
    chat.say('Two');
    chat.run();
    edit(chat, chat.all('user_message')[1]?.messageId ?? '', 'Uno');
    expect(texts(chat.run().state)).toEqual(['Hello', 'Answer 1', 'Two', 'Uno', 'Answer 3']);
  });

  it('is refused for what nobody said, also for what an agent said', () => {
    const chat = numbered().run();
    for (const messageId of [id('nobody'), chat.all('text')[0]?.messageId ?? '']) {
      expect(edit(chat, messageId, 'x')).toMatchObject({ verdict: 'rejected', code: 'message_not_found' });
    }
  });
});

describe('W1: going back', () => {
  it('gives what the log gave then, in all that is said; money, title and commands stay', () => {
    const act = fc.array(
      fc.record({ what: fc.constantFrom('say', 'steps', 'run', 'again', 'edit', 'stop'), which: fc.nat(9) }),
    );
    fc.assert(
      fc.property(act, fc.constantFrom('queue', 'steer', 'interrupt'), fc.nat(), (acts, onNewInput, pick) => {
        const chat = numbered({ onNewInput });
        for (const { what, which } of acts) perform(chat, what, which);
        const marks = [...chat.state.marks];
        const mark = marks[pick % Math.max(1, marks.length)];
        if (mark === undefined) return;
        const before = chat.state;
        const end = {
          seq: before.lastSeq + 1,
          at: before.lastAt ?? '',
          type: 'rewound' as const,
          commandId: id('back'),
        };
        const after = evolve(before, { ...end, toSeq: mark.seq });
        const then = fold(chat.events.slice(0, mark.seq));
        expect(brought(after)).toEqual(brought(then));
        expect(after.totals).toEqual(before.totals);
        expect(after.title).toEqual(before.title);
        expect([...after.commandIds]).toEqual([...before.commandIds, id('back')]);
        expect(fold(chat.events)).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('W2: without a place to go back to changes nothing; between places it means the one before', () => {
    const chat = numbered().run();
    const { lastSeq: seq, lastAt: at = '' } = chat.state;
    const event = { seq: seq + 1, at, type: 'rewound' as const, commandId: id('back') };
    expect(brought(evolve(chat.state, { ...event, toSeq: 1 }))).toEqual(brought(chat.state));
    expect(brought(evolve(chat.state, { ...event, toSeq: 5 }))).toEqual(
      brought(evolve(chat.state, { ...event, toSeq: 2 })),
    );
  });
});

function perform(chat: ScriptedChat, what: string, which: number): void {
  const messages = chat.all('user_message');
  const answers = chat.all('text');
  switch (what) {
    case 'say':
      chat.say(`Message ${String(messages.length)}`);
      break;
    case 'run':
      chat.run();
      break;
    case 'again':
      regenerate(chat, which < 3 ? undefined : answers[which % Math.max(1, answers.length)]?.messageId);
      break;
    case 'edit':
      edit(chat, messages[which % messages.length]?.messageId ?? '', `Edit ${String(which)}`);
      break;
    case 'stop':
      chat.cancel();
      break;
    default:
      for (let steps = 0; steps < which && chat.step.kind !== 'rest'; steps++) chat.perform(chat.step);
  }
}
