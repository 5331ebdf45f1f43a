/** Cases of AG2's own tests that no other file has re-expressed; the whole list is in docs/reference/ag2-parity.md. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import { agent, handsTo, ScriptedChat, team, tool, type Script } from './test-driver.ts';
import { viewOf } from './view-of.ts';

const looking = team([agent('a', { tools: ['look'] })], { tools: [tool('look')] });

/** The first reply asks for these tools, every later one says that it is done. */
const asksFor =
  (...tools: string[]): NonNullable<Script['model']> =>
  ({ messages }) =>
    messages.some(({ role }) => role === 'tool')
      ? { text: 'Done' }
      : { calls: tools.map((name, index) => ({ tool: name, arguments: index })) };

const viewOfA = (chat: ScriptedChat) => viewOf(chat.state, chat.workflow, agent('a'));

describe('the events of a run', () => {
  it('have one order: a tool says who is next, a model hands over, an agent ends it', () => {
    const workflow = team(
      [
        agent('a', { tools: ['route'] }),
        agent('b', { handoffs: [handsTo('c')] }),
        agent('c', { afterWork: { kind: 'terminate' } }),
      ],
      { tools: [tool('route')] },
    );
    const chat = ScriptedChat.begun(workflow, {
      model: ({ agent: name }) => {
        if (name === 'a') return { calls: [{ tool: 'route' }] };
        return name === 'b' ? { calls: [{ tool: 'transfer_to_c' }] } : { text: 'Bye' };
      },
      tool: () => ({ ok: true, result: 'over there', ms: 1, target: { kind: 'agent', agent: 'b' } }),
    }).run();
    const wanted = [
      ...['chat_created', 'user_message', 'run_started', 'chat_renamed', 'speaker_selected'],
      ...['tool_call', 'usage', 'tool_started', 'tool_response', 'handoff', 'speaker_selected'],
      ...['message_started', 'text', 'usage', 'handoff', 'speaker_selected'],
      ...['message_started', 'text', 'usage', 'run_completed'],
    ];
    expect(chat.types()).toEqual(wanted);
  });

  it('are the same for a tool that is unknown: called, answered, never started', () => {
    const chat = ScriptedChat.begun(looking, { model: asksFor('fly') }).run();
    expect(chat.types().filter((type) => type.startsWith('tool_'))).toEqual(['tool_call', 'tool_response']);
  });
});

describe('rounds', () => {
  const trio = (maxRounds: number, terminateOn?: string) =>
    team([agent('a'), agent('b'), agent('c')], {
      pattern: { kind: 'round_robin', initialAgent: 'a', maxRounds },
      ...(terminateOn === undefined ? {} : { terminateOn }),
    });

  it('of three agents are so many turns, none more and none less (test_termination)', () => {
    const chat = ScriptedChat.begun(trio(4)).run();
    expect([chat.all('text').length, chat.reason]).toEqual([12, 'max_rounds']);
  });

  it('end before with the text that ends the run (test_termination)', () => {
    const model: NonNullable<Script['model']> = ({ agent: name }) => ({ text: name === 'c' ? 'TERMINATE' : 'Go on' });
    const chat = ScriptedChat.begun(trio(4, 'TERMINATE'), { model }).run();
    expect([chat.all('text').length, chat.reason]).toEqual([3, 'text_matched']);
  });

  it('of two agents are what AG2 calls max_turns of a chat of two', () => {
    const pattern = { kind: 'round_robin' as const, initialAgent: 'a', maxRounds: 2 };
    const chat = ScriptedChat.begun(team([agent('a'), agent('b')], { pattern })).run();
    expect(chat.speakers).toEqual(['a', 'b', 'a', 'b']);
  });

  it('[M] count turns, not messages: calls, results and what the person says are no turns', () => {
    const limits = { maxTurns: 2, maxToolCalls: 20 };
    const workflow = team(
      [
        agent('a', { tools: ['look'], afterWork: { kind: 'agent', agent: 'b' } }),
        agent('b', { tools: ['look'], afterWork: { kind: 'agent', agent: 'a' } }),
      ],
      { tools: [tool('look')], limits },
    );
    const chat = ScriptedChat.begun(workflow, {
      model: ({ agent: name, messages }) => {
        const own = messages.filter(({ role }) => role === 'tool').length;
        return own < 3 ? { calls: [{ tool: 'look', arguments: [name, own] }] } : { text: `${name} is done` };
      },
    }).run();
    expect([chat.speakers, chat.all('tool_response').length, chat.reason]).toEqual([['a', 'b'], 6, 'max_turns']);
  });
});

describe('what a model reads of tools', () => {
  it('[M] a reply that only calls has no text: nothing says "None"', () => {
    const chat = ScriptedChat.begun(looking, { model: asksFor('look') }).run();
    const call = viewOfA(chat).find((message) => message.role === 'assistant');
    expect(call).toMatchObject({ content: null, toolCalls: [{ tool: 'look' }] });
    expect(JSON.stringify(chat.requests)).not.toContain('None');
  });

  it('is all results of a reply in the order of its calls, whatever came first (test_multi_tool_call)', () => {
    const chat = ScriptedChat.begun(looking, { model: asksFor('look', 'look', 'fly', 'look') });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const runId = chat.state.run?.runId ?? '';
    for (const { callId, arguments: about } of [...chat.step.calls].reverse()) {
      const result = ['result', about];
      chat.append([{ type: 'tool_response', runId, callId, ok: true, result, ms: 1 }]);
    }
    chat.run();
    const read = viewOfA(chat).flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
    expect(read).toEqual(['["result",0]', '["result",1]', expect.stringMatching(/no tool "fly"/), '["result",3]']);
  });

  it('of one that fails is its error; the others are not taken down by it', () => {
    let tried = 0;
    const chat = ScriptedChat.begun(looking, {
      model: asksFor('look', 'look', 'look'),
      tool: () =>
        ++tried === 2
          ? { ok: false, error: { code: 'tool_failed', message: 'The warehouse is closed.' }, ms: 1 }
          : { ok: true, result: 'seen', ms: 1 },
    }).run();
    expect(chat.all('tool_response').map(({ ok }) => ok)).toEqual([true, false, true]);
    const read = viewOfA(chat).flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
    expect(read).toEqual(['seen', expect.stringContaining('The warehouse is closed.'), 'seen']);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it.each<[string, Json, string]>([
    ['nothing', null, ''],
    ['a text as it is', 'as "it" is', 'as "it" is'],
    ['an empty text', '', ''],
    ['a number', 7, '7'],
    ['true', true, 'true'],
    ['a list', [1, 'two', null], '[1,"two",null]'],
    ['an object', { a: { b: 1 } }, '{"a":{"b":1}}'],
  ])('normalises results: %s', (_what, result, text) => {
    const chat = ScriptedChat.begun(looking, {
      model: asksFor('look'),
      tool: () => ({ ok: true, result, ms: 1 }),
    }).run();
    expect(viewOfA(chat).find(({ role }) => role === 'tool')?.content).toBe(text);
  });
});

describe('what a tool wants', () => {
  it('is done at once: its variables and where it leads are one commit', () => {
    const workflow = team([agent('a', { tools: ['look'] }), agent('b')], { tools: [tool('look')] });
    const chat = ScriptedChat.begun(workflow, {
      model: ({ agent: name }) => (name === 'a' ? { calls: [{ tool: 'look' }] } : { text: 'x' }),
      tool: () => ({ ok: true, result: 1, ms: 1, set: { order: 'A-1' }, target: { kind: 'agent', agent: 'b' } }),
    }).run();
    const settled = chat.commits.find((commit) => commit.some(({ type }) => type === 'context_updated'));
    expect(settled?.map(({ type }) => type)).toEqual(['context_updated', 'handoff']);
  });

  it('is decided from all calls of a reply: variables are merged, the last target counts', () => {
    const workflow = team([agent('a', { tools: ['look'] }), agent('b'), agent('c')], { tools: [tool('look')] });
    const chat = ScriptedChat.begun(workflow, {
      model: ({ agent: name }) => (name === 'a' ? { calls: ['x', 'y', 'z'].map(named) } : { text: 'x' }),
      tool: ({ arguments: about }) => ({
        ...{ ok: true as const, result: 1, ms: 1, set: { [JSON.stringify(about)]: true, last: about } },
        ...(about === 'z' ? {} : { target: { kind: 'agent' as const, agent: about === 'x' ? 'b' : 'c' } }),
      }),
    }).run();
    expect(chat.all('context_updated')).toMatchObject([{ set: { '"x"': true, '"y"': true, '"z"': true, last: 'z' } }]);
    expect(chat.speakers).toEqual(['a', 'c']);
  });
});

const named = (about: string) => ({ tool: 'look', arguments: about });

describe('what is chosen on purpose', () => {
  it('is not bound by who may follow whom, nor by who is eligible: a handoff to an agent', () => {
    const workflow = team([agent('a', { handoffs: [handsTo('c')] }), agent('b'), agent('c')], {
      pattern: {
        kind: 'round_robin',
        initialAgent: 'a',
        maxRounds: 1,
        transitions: { a: ['b'] },
        eligible: { c: 'false' },
      },
    });
    const chat = ScriptedChat.begun(workflow, {
      model: ({ agent: name }) => (name === 'a' ? { calls: [{ tool: 'transfer_to_c' }] } : { text: 'x' }),
    }).run();
    expect([chat.speakers, chat.reason]).toEqual([['a', 'c'], 'no_next_speaker']);
  });

  it('is no loop: agents that take turns by their after-works go on until their turns are over', () => {
    const taking = ['a', 'b'].map((name) =>
      agent(name, { afterWork: { kind: 'agent', agent: name === 'a' ? 'b' : 'a' } }),
    );
    const limits = { maxTurns: 9, maxToolCalls: 9, maxRepeatedHandoffs: 2 };
    const chat = ScriptedChat.begun(team(taking, { limits })).run();
    expect([chat.all('text').length, chat.reason]).toEqual([9, 'max_turns']);
  });
});

describe('a person', () => {
  it('who says something while calls are open: each is answered, and what they said is heard', () => {
    const chat = ScriptedChat.begun({ ...looking, onNewInput: 'interrupt' }, { model: asksFor('look', 'look') });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    chat.say('Stop that, please');
    expect(chat.all('tool_response').map(({ ok, error }) => [ok, error?.code])).toEqual([
      [false, 'cancelled'],
      [false, 'cancelled'],
    ]);
    chat.run();
    expect(chat.requests.at(-1)?.messages.map(({ role }) => role)).toEqual([
      ...['system', 'user', 'assistant', 'tool', 'tool', 'user'],
    ]);
    expect(chat.requests.at(-1)?.messages.at(-1)?.content).toBe('Stop that, please');
  });

  it('who is asked and says nothing lets the agent speak, and nobody hears an empty message', () => {
    const workflow = team([agent('a', { person: 'always' })]);
    const chat = ScriptedChat.begun(workflow, { person: () => '' }).run();
    expect(chat.requests[0]?.messages.map(({ content }) => content)).toEqual(['You are a.', 'Hello']);
    expect(chat.all('text')).toHaveLength(1);
  });

  it('[M] who ends the run is named in its end, with no agent in their place', () => {
    const chat = ScriptedChat.begun(team([agent('a', { person: 'always' })])).run();
    chat.cancel();
    expect(chat.all('run_cancelled')).toMatchObject([{ by: 'user-1' }]);
    expect(chat.all('text')).toEqual([]);
  });
});
