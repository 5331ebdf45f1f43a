/** Guardrails that look at once: regular expressions. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail, WorkflowDefinition } from '@colloquy/contracts';
import { replyEvents } from './reply-events.ts';
import { agent, handsTo, ScriptedChat, team, tool, type Script } from './test-driver.ts';

type Rule = Partial<Guardrail> & Pick<Guardrail, 'on' | 'action'>;

const card = { kind: 'regex' as const, pattern: '\\b\\d{4}-\\d{4}\\b' };
const rule = (more: Rule): Guardrail => ({ name: 'cards', check: card, ...more });

/** `a`, who may pay and hand over to `b`, with these guardrails. */
function guarded(
  guardrails: readonly Guardrail[],
  { hears, ...script }: Script & { hears?: string } = {},
  more: Partial<WorkflowDefinition> = {},
) {
  const agents = [agent('a', { tools: ['pay'], handoffs: [handsTo('b')] }), agent('b')];
  const workflow = team(agents, { tools: [tool('pay')], guardrails: [...guardrails], ...more });
  return ScriptedChat.begun(workflow, script, hears);
}

const seen = (chat: ScriptedChat) => chat.requests.at(-1)?.messages.map(({ content }) => content);
const CARD = 'It is 1234-5678, ok?';

describe('a guardrail on what the person says', () => {
  it('masks it before an agent hears it; the log keeps what was said', () => {
    const chat = guarded([rule({ on: 'input', action: 'mask' })], { hears: CARD }).run();
    expect(seen(chat)).toEqual(['You are a.', 'It is […], ok?']);
    expect(chat.all('user_message')[0]?.text).toBe(CARD);
    expect(chat.all('guardrail_tripped')[0]).toMatchObject({ name: 'cards', on: 'input', action: 'mask' });
  });

  it('rewrites it', () => {
    const chat = guarded([rule({ on: 'input', action: 'rewrite', message: 'They gave a card.' })], {
      hears: CARD,
    }).run();
    expect(seen(chat)).toEqual(['You are a.', 'They gave a card.']);
  });

  it('stops the run before a model is called, and agents of later runs do not see it either', () => {
    const chat = guarded([rule({ on: 'input', action: 'stop', message: 'No cards, please.' })], { hears: CARD }).run();
    expect([chat.reason, chat.requests.length]).toEqual(['guardrail', 0]);
    expect(chat.all('run_completed')[0]?.reason.text).toBe('No cards, please.');
    chat.say('Sorry');
    chat.run();
    expect(seen(chat)).toEqual(['You are a.', 'No cards, please.', 'Sorry']);
  });

  it('redirects the turn, with the message as it is', () => {
    const chat = guarded([rule({ on: 'input', action: 'redirect', target: { kind: 'agent', agent: 'b' } })], {
      hears: CARD,
    });
    chat.run();
    expect(chat.requests.map(({ agent: name }) => name)).toEqual(['b']);
    expect(chat.all('handoff')[0]).toMatchObject({ from: 'a', to: 'b', by: 'context' });
    expect(seen(chat)).toEqual(['You are b.', CARD]);
  });

  it('looks at a message once: an old one never triggers again (AG2 [M]: it re-triggers forever)', () => {
    const chat = guarded([rule({ on: 'input', action: 'redirect', target: { kind: 'agent', agent: 'b' } })], {
      hears: CARD,
    });
    chat.run();
    chat.say('And now?');
    chat.run();
    expect(chat.all('guardrail_tripped')).toHaveLength(1);
    expect(chat.requests.at(-1)?.agent).toBe('a');
  });

  it('does not look at the agents` own calls (AG2 [M]: regex input guardrail + own earlier tool call = run dies)', () => {
    const chat = guarded([rule({ on: 'input', action: 'stop' })], {
      model: ({ messages }) =>
        messages.at(-1)?.role === 'user'
          ? { calls: [{ tool: 'pay', arguments: { to: '1111-2222' } }] }
          : { text: 'Paid' },
    }).run();
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('looks only for its agents, and only while it is available', () => {
    const forB = guarded([rule({ on: 'input', action: 'stop', agents: ['b'] })], { hears: CARD }).run();
    expect(forB.reason).toBe('handoff_terminate');
    const off = guarded(
      [rule({ on: 'input', action: 'stop', available: 'strict' })],
      { hears: CARD },
      { variables: { strict: false } },
    ).run();
    expect(off.reason).toBe('handoff_terminate');
  });

  it('looks at what a person says in an agent`s turn', () => {
    const chat = guarded(
      [rule({ on: 'input', action: 'mask' })],
      { person: () => CARD },
      { agents: [agent('a', { person: 'always' })] },
    );
    expect(seen(chat.run())).toEqual(['You are a.', 'Hello', 'It is […], ok?']);
  });
});

describe('a guardrail on a reply', () => {
  const says = (text: string, calls: readonly { tool: string }[] = []): Script => ({
    model: ({ agent: name, messages }) =>
      name === 'b' || messages.some(({ role }) => role === 'tool') ? { text: 'Fine' } : { text, calls },
  });

  it('masks it before anybody sees it: it is not streamed (AG2 [M]: masking does nothing)', () => {
    const chat = guarded([rule({ on: 'output', action: 'mask', message: '****' })], says(CARD)).run();
    expect(chat.requests[0]?.hold).toBe(true);
    expect(chat.all('text').map(({ text }) => text)).toEqual(['It is ****, ok?']);
    expect(JSON.stringify(chat.events.map((event) => ({ ...event, replacement: '', detail: '' })))).not.toContain(
      '1234',
    );
  });

  it('says so in an event (AG2 [M]: no event), with its usage, in one commit', () => {
    const chat = guarded([rule({ on: 'output', action: 'rewrite', message: 'Hidden' })], says(CARD)).run();
    const commit = chat.commits.find((events) => events.some(({ type }) => type === 'guardrail_tripped'));
    expect(commit?.map(({ type }) => type)).toEqual(['guardrail_tripped', 'message_started', 'text', 'usage']);
  });

  it('works with tool calls in the reply (AG2 [M]: the run dies)', () => {
    const chat = guarded([rule({ on: 'output', action: 'mask' })], says(CARD, [{ tool: 'pay' }])).run();
    expect(chat.all('text').map(({ text }) => text)).toEqual(['It is […], ok?', 'Fine']);
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true });
  });

  it('stops the run with its message; the calls of the reply are not made', () => {
    const chat = guarded(
      [rule({ on: 'output', action: 'stop', message: 'I may not say.' })],
      says(CARD, [{ tool: 'pay' }]),
    ).run();
    expect(chat.all('text').map(({ text, finishReason }) => [text, finishReason])).toEqual([
      ['I may not say.', 'guardrail'],
    ]);
    expect([chat.reason, chat.effects.size, chat.all('tool_call').length]).toEqual(['guardrail', 0, 0]);
    expect(chat.all('chat_renamed')).toHaveLength(1);
  });

  it('redirects the turn: its message stands for the reply (AG2: the same), before a handoff of the reply', () => {
    const redirect = rule({
      on: 'output',
      action: 'redirect',
      message: 'Let b answer.',
      target: { kind: 'agent', agent: 'b' },
    });
    const chat = guarded([redirect], says(CARD, [{ tool: 'pay' }])).run();
    expect(chat.speakers).toEqual(['a', 'b']);
    expect(chat.all('text').map(({ text }) => text)[0]).toBe('Let b answer.');
    expect(seen(chat)).toContain('a: Let b answer.');
    expect(chat.effects.size).toBe(0);
  });

  it('G1: several look in their order, each at what the one before has left', () => {
    const first = rule({ name: 'one', on: 'output', action: 'mask', message: 'NUMBER' });
    const second = rule({
      name: 'two',
      on: 'output',
      action: 'mask',
      message: 'it',
      check: { kind: 'regex', pattern: 'number' },
    });
    const chat = guarded([first, second], says(CARD)).run();
    expect(chat.all('text')[0]?.text).toBe('It is it, ok?');
    expect(chat.all('guardrail_tripped').map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('leaves out the thoughts that tell what the text may not', () => {
    const chat = guarded([rule({ on: 'output', action: 'mask' })]);
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    const { request } = chat.step;
    const reasoning = { messageId: 'thoughts________', text: CARD, ms: 1 };
    const result = { ...chat.resultOf({ text: CARD }), reasoning };
    chat.append(replyEvents(chat.state, chat.workflow, { request, result }));
    expect(chat.types()).not.toContain('reasoning');
  });

  it('an agent without guardrails is streamed', () => {
    const chat = guarded([rule({ on: 'output', action: 'mask', agents: ['b'] })], says('Hi')).run();
    expect(chat.requests[0]?.hold).toBeUndefined();
  });

  it('a pattern that is none finds nothing', () => {
    const broken = rule({ on: 'output', action: 'stop', check: { kind: 'regex', pattern: '(' } });
    expect(guarded([broken], says(CARD)).run().reason).toBe('handoff_terminate');
  });
});

describe('a guardrail on the arguments of a tool', () => {
  const pays = (args: { [name: string]: string | number }): Script => ({
    model: ({ agent: name, messages }) =>
      name === 'a' && messages.at(-1)?.role === 'user'
        ? { calls: [{ tool: 'pay', arguments: args }] }
        : { text: 'Done' },
  });

  it('masks them, deep inside and in numbers, before the call is on the log', () => {
    const check = { kind: 'regex' as const, pattern: '\\d{4}' };
    const chat = guarded(
      [rule({ on: 'tool_arguments', action: 'mask', message: '#', check })],
      pays({ to: 'x 1234 y', n: 12345, k: 7 }),
    ).run();
    expect(chat.all('tool_call')[0]?.arguments).toEqual({ to: 'x # y', n: '#5', k: 7 });
    expect([...chat.effects.values()]).toEqual(['pay {"to":"x # y","n":"#5","k":7}']);
  });

  it('a blocked call is not run, and the model learns why; nobody reads its arguments', () => {
    const chat = guarded(
      [rule({ on: 'tool_arguments', action: 'rewrite', message: 'No cards.' })],
      pays({ to: '1234-5678' }),
    ).run();
    expect(chat.all('tool_response')[0]).toMatchObject({
      ok: false,
      error: { code: 'guardrail', message: 'No cards.' },
    });
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_call')[0]?.arguments).toEqual({ blocked_by: 'cards' });
    expect(seen(chat)?.at(-1)).toBe('Error: No cards.');
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('stops the run or redirects it, with every call of the reply answered', () => {
    const stopped = guarded([rule({ on: 'tool_arguments', action: 'stop' })], pays({ to: '1234-5678' })).run();
    expect([stopped.reason, stopped.effects.size, stopped.all('tool_response').length]).toEqual(['guardrail', 0, 1]);
    const redirect = rule({ on: 'tool_arguments', action: 'redirect', target: { kind: 'agent', agent: 'b' } });
    const chat = guarded([redirect], pays({ to: '1234-5678' })).run();
    expect([chat.speakers, chat.effects.size]).toEqual([['a', 'b'], 0]);
  });

  it('looks only at its tools', () => {
    const chat = guarded(
      [rule({ on: 'tool_arguments', action: 'stop', tools: ['other'] })],
      pays({ to: '1234-5678' }),
    ).run();
    expect(chat.effects.size).toBe(1);
  });
});

describe('a guardrail on the result of a tool', () => {
  const script = (result: string): Script => ({
    model: ({ messages }) => (messages.at(-1)?.role === 'user' ? { calls: [{ tool: 'pay' }] } : { text: 'Done' }),
    tool: () => ({ ok: true, result: { said: result }, set: { paid: true }, ms: 3 }),
  });

  it('masks it, on the log and for the model', () => {
    const chat = guarded([rule({ on: 'tool_result', action: 'mask' })], script(CARD)).run();
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true, result: { said: 'It is […], ok?' }, ms: 3 });
    expect(seen(chat)?.at(-1)).toBe('{"said":"It is […], ok?"}');
    expect(chat.all('context_updated')).toHaveLength(1);
  });

  it('rewrites it', () => {
    const chat = guarded(
      [rule({ on: 'tool_result', action: 'rewrite', message: 'A card number.' })],
      script(CARD),
    ).run();
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true, result: 'A card number.' });
  });

  it('that is blocked counts for nothing, and stops or redirects the run', () => {
    const stopped = guarded([rule({ on: 'tool_result', action: 'stop', message: 'Stop.' })], script(CARD)).run();
    expect(stopped.all('tool_response')[0]).toMatchObject({
      ok: false,
      error: { code: 'guardrail', message: 'Stop.' },
    });
    expect([stopped.reason, stopped.all('context_updated').length]).toEqual(['guardrail', 0]);
    const redirect = rule({ on: 'tool_result', action: 'redirect', target: { kind: 'agent', agent: 'b' } });
    expect(guarded([redirect], script(CARD)).run().speakers).toEqual(['a', 'b']);
  });

  it('looks at what a failed tool says, too', () => {
    const chat = guarded([rule({ on: 'tool_result', action: 'mask' })], {
      ...script(''),
      tool: () => ({ ok: false, error: { code: 'x', message: CARD }, ms: 1 }),
    }).run();
    expect(chat.all('tool_response')[0]?.error?.message).toBe('It is […], ok?');
  });
});
