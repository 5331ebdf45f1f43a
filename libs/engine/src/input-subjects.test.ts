/** Guardrails on input and runs that end before an agent has spoken: what came from outside has to be looked at all the same. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail, NewEvent } from '@colloquy/contracts';
import { ASKS, branch, child, led, script } from './test-children.ts';
import { agent, handsTo, id, OWNER, ScriptedChat, team, type Answer } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

const SECRET = 'It is 1234';
const cards = (action: Guardrail['action'], more: Partial<Guardrail> = {}): Guardrail => ({
  name: 'cards',
  on: 'input',
  action,
  check: { kind: 'regex', pattern: '\\d{4}' },
  ...more,
});
const guarded = (action: Guardrail['action']) =>
  team([agent('clerk'), agent('other')], { guardrails: [cards(action)], onNewInput: 'interrupt' });

type Begin = (chat: ScriptedChat) => void;

const create = (chat: ScriptedChat, more: readonly NewEvent[]): void => {
  const commandId = id('c1');
  chat.append([
    { type: 'chat_created', ownerId: OWNER, workflow: 'team', variables: {}, commandId },
    ...more,
    { type: 'user_message', messageId: id('m1'), commandId, text: more.length > 0 ? 'Hello' : SECRET, by: OWNER },
  ]);
};
const says: Begin = (chat) => {
  create(chat, []);
};
const imports =
  (role: 'user' | 'assistant'): Begin =>
  (chat) => {
    create(chat, [{ type: 'message_imported', commandId: id('c1'), messageId: id('h1'), role, text: SECRET }]);
  };
const begins: Begin = (chat) => {
  chat.perform(chat.step);
};

/** What ends before any agent has spoken. */
const ENDS: readonly (readonly [string, Begin])[] = [
  ['is stopped before it begins', (chat) => chat.cancel()],
  [
    'is stopped when it has begun',
    (chat) => {
      begins(chat);
      chat.cancel();
    },
  ],
  [
    'is stopped when its first agent is chosen',
    (chat) => {
      begins(chat);
      begins(chat);
      chat.cancel();
    },
  ],
  [
    'ends by a budget',
    (chat) => {
      begins(chat);
      const reason = { code: 'user_budget' as const, text: 'Spent.' };
      chat.append([{ type: 'run_completed', runId: chat.state.run?.runId ?? '', reason }]);
    },
  ],
  [
    'fails',
    (chat) => {
      begins(chat);
      const error = { code: 'unknown_workflow', message: 'Gone.', retryable: false };
      chat.append([{ type: 'run_failed', runId: chat.state.run?.runId ?? '', error }]);
    },
  ],
  [
    'is interrupted by the next message',
    (chat) => {
      begins(chat);
      chat.say('Wait');
      chat.cancel();
    },
  ],
  [
    // See fork-events.ts of the gateway: what went on there is cancelled, and what it has cost is left out.
    'is left behind by a fork',
    (chat) => {
      begins(chat);
      chat.append([{ type: 'run_cancelled', runId: chat.state.run?.runId ?? '', by: OWNER, commandId: id('fork') }]);
    },
  ],
];

const BEGINNINGS: readonly (readonly [string, Begin])[] = [
  ['a message', says],
  ['an imported message of the person', imports('user')],
  ['an imported message of an agent', imports('assistant')],
];

const CASES = BEGINNINGS.flatMap(([what, begin]) =>
  ENDS.map(([how, end]) => [`${what}, which ${how}`, begin, end] as const),
);
const toldTo = (chat: ScriptedChat) => JSON.stringify(chat.requests.map(({ messages }) => messages));

describe('G4: a run that ends before an agent has heard', () => {
  it.each(CASES)('%s: the next run masks it', (_what, begin, end) => {
    const chat = new ScriptedChat(guarded('mask'));
    begin(chat);
    end(chat);
    expect(chat.requests).toEqual([]);
    chat.say('Go on');
    chat.run();
    expect(toldTo(chat)).toContain('It is […]');
    expect(toldTo(chat)).not.toContain('1234');
    expect(chat.all('guardrail_tripped')).toHaveLength(1);
    chat.say('And on');
    expect(chat.run().all('guardrail_tripped')).toHaveLength(1);
    expect(toldTo(chat)).not.toContain('1234');
  });

  it.each(CASES)('%s: the next run is stopped, and the one after it is not', (_what, begin, end) => {
    const chat = new ScriptedChat(guarded('stop'));
    begin(chat);
    end(chat);
    chat.say('Go on');
    chat.run();
    expect([chat.reason, chat.requests]).toEqual(['guardrail', []]);
    chat.say('And on');
    expect(chat.run().reason).toBe('handoff_terminate');
    expect(toldTo(chat)).not.toContain('1234');
  });

  it('wherever it goes back to: what is said again is looked at again', () => {
    const chat = new ScriptedChat(guarded('mask'));
    says(chat);
    chat.run();
    chat.record({ ...chat.envelope(), kind: 'regenerate' });
    chat.cancel();
    chat.say('Go on');
    chat.run();
    expect(toldTo(chat)).not.toContain('1234');
    expect(chat.all('guardrail_tripped')).toHaveLength(2);
  });
});

describe('G5: each guardrail looks at a message once', () => {
  const judge = { kind: 'model' as const, model: 'judge', instruction: 'Numbers' };
  const passes = (request: ModelRequest): Answer =>
    request.purpose === 'guardrail'
      ? { calls: [{ tool: 'verdict', arguments: { tripped: false, reason: 'Fine' } }] }
      : { text: 'Fine' };
  const asked = (chat: ScriptedChat) => chat.requests.filter(({ purpose }) => purpose === 'guardrail').length;

  it('also when its verdict was all that came of a run', () => {
    const chat = ScriptedChat.begun(team([agent('clerk')], { guardrails: [cards('mask', { check: judge })] }), {
      model: passes,
    });
    while (chat.all('guardrail_passed').length === 0) chat.perform(chat.step);
    chat.cancel();
    chat.say('Go on');
    chat.run();
    expect(asked(chat)).toBe(2);
  });

  it('and warns once', () => {
    const chat = ScriptedChat.begun(guarded('warn'), {}, SECRET);
    while (chat.all('guardrail_tripped').length === 0) chat.perform(chat.step);
    chat.cancel();
    chat.say('Go on');
    expect(chat.run().all('guardrail_tripped')).toHaveLength(1);
  });

  it('not at what its agents have heard before there was such a guardrail', () => {
    const before = ScriptedChat.begun(team([agent('clerk')]), {}, SECRET).run();
    const chat = new ScriptedChat(team([agent('clerk')], { guardrails: [cards('stop')] }));
    for (const commit of before.commits) chat.fold(commit);
    chat.append([{ type: 'user_message', messageId: id('m9'), commandId: id('c9'), text: 'Go on', by: OWNER }]);
    expect(chat.run().reason).toBe('handoff_terminate');
  });

  it('a call that the engine makes for a check is no word of its agent', () => {
    const check = { kind: 'function' as const, tool: 'judge' };
    const chat = ScriptedChat.begun(team([agent('clerk')], { guardrails: [cards('mask', { check })] }), {}, SECRET);
    while (chat.all('tool_call').length === 0) chat.perform(chat.step);
    chat.cancel();
    chat.say('Go on');
    chat.run();
    expect(toldTo(chat)).not.toContain('1234');
  });
});

describe('a guardrail for some agents', () => {
  it('G4: looks at what others have heard in an earlier run, before the first of its own hears it', () => {
    const agents = [agent('clerk', { handoffs: [handsTo('other')] }), agent('other')];
    const chat = ScriptedChat.begun(
      team(agents, { guardrails: [cards('mask', { agents: ['other'] })] }),
      {
        model: ({ agent: name, messages }) =>
          name === 'clerk' && messages.at(-1)?.content === 'Go on'
            ? { calls: [{ tool: 'transfer_to_other' }] }
            : { text: 'Fine' },
      },
      SECRET,
    ).run();
    expect(toldTo(chat)).toContain('1234');
    chat.say('Go on');
    chat.run();
    expect(chat.requests.at(-1)?.agent).toBe('other');
    expect(JSON.stringify(chat.requests.at(-1)?.messages)).not.toContain('1234');
  });

  it('G4: looks in a child run at all that it is told of its parent', () => {
    const workflow = led([child('sequence', [branch('x', { history: 'all' })])], {
      guardrails: [cards('mask', { agents: ['x'] })],
    });
    const chat = ScriptedChat.begun(workflow, script(ASKS), SECRET).run();
    const [told] = chat.requests.filter(({ agent: name }) => name === 'x');
    expect(JSON.stringify(told?.messages)).toContain('It is […]');
    expect(JSON.stringify(told?.messages)).not.toContain('1234');
  });
});
