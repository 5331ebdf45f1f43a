/** What guardrails keep back is nowhere else either: not in child runs, titles, answers of checks or reasons. */
import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type Guardrail, type Json, type WorkflowDefinition } from '@colloquy/contracts';
import { retriedEvents } from './end-run.ts';
import { branch, child, HANDS_OVER, heardBy, led, script, starts } from './test-children.ts';
import { agent, cutOffOf, handsTo, ScriptedChat, team, tool, type Answer, type Script } from './test-driver.ts';
import type { ModelRequest, ToolRun } from './types.ts';

const SECRET = 'secret42';
const masks = (on: Guardrail['on']): Guardrail => ({
  name: 'mask',
  on,
  action: 'mask',
  check: { kind: 'regex', pattern: SECRET },
});
const byTool = (on: Guardrail['on'], more: Partial<Guardrail> = {}): Guardrail => ({
  name: 'look',
  on,
  action: 'rewrite',
  check: { kind: 'function', tool: 'chk' },
  ...more,
});

const shown = (events: readonly ChatEvent[]): string => JSON.stringify(events.map((event) => publicEvent(event)));
const asked = ({ messages }: ModelRequest): boolean => messages.some(({ role }) => role === 'tool');
/** Agent `a` calls tools first, then answers. */
const calls =
  (...tools: readonly string[]) =>
  (request: ModelRequest): Answer =>
    request.agent === 'a' && !asked(request)
      ? { calls: tools.map((name) => ({ tool: name, arguments: { question: 'Well?' } })) }
      : { text: `${request.agent} is done` };

function chatOf(workflow: Partial<WorkflowDefinition>, play: Script, hears = 'Hello') {
  const agents = [
    agent('a', { tools: ['pay', 'find'], handoffs: [handsTo('b')], askPerson: true }),
    agent('b'),
    agent('c'),
  ];
  const all = ['pay', 'find', 'chk'].map((name) => tool(name, { idempotent: true, onInterrupted: 'retry' }));
  return ScriptedChat.begun(team(agents, { tools: all, ...workflow }), play, hears);
}

describe('a message that a guardrail has masked', () => {
  it('is handed over to child runs as it was left', () => {
    const workflow = led([child('all', [branch('x')])], { guardrails: [masks('input')] });
    const chat = ScriptedChat.begun(workflow, script(HANDS_OVER), `My key is ${SECRET}`).run();
    expect(starts(chat)[0]?.asked).toBe('My key is […]');
    expect(heardBy(chat, 'x')[0]?.at(-1)).toBe('My key is […]');
  });

  it('is told so to the model of the title, and to a tool that says who speaks next', () => {
    const afterWork = { kind: 'function', tool: 'find' } as const;
    const quiet = { pattern: { kind: 'default', initialAgent: 'a', afterWork } } as const;
    const workflow = { ...quiet, guardrails: [masks('input')], titleModel: 'small' };
    const chat = chatOf(
      workflow,
      {
        model: ({ purpose }) => ({ text: purpose === 'reply' ? '' : 'Keys' }),
        tool: () => ({ ok: true, result: 'terminate', ms: 1 }),
      },
      `My key is ${SECRET}`,
    ).run();
    const title = chat.requests.find(({ purpose }) => purpose === 'title');
    expect(title?.messages.at(-1)?.content).toContain('My key is […]');
    expect(chat.all('tool_call')[0]?.arguments).toEqual({ from: 'a', text: 'My key is […]' });
  });
});

describe('what child runs are asked', () => {
  it('is private: a private variable may be a part of it', () => {
    const workflow = led([child('all', [branch('x', { message: 'Key {api_key}' })])], {
      variables: { api_key: SECRET },
    });
    const chat = ScriptedChat.begun(workflow, script(HANDS_OVER)).run();
    expect(heardBy(chat, 'x')[0]?.at(-1)).toBe(`Key ${SECRET}`);
    expect(shown(chat.events)).not.toContain(SECRET);
  });
});

describe('a check that is a tool', () => {
  const judged = (result: Json) => (run: ToolRun) => ({
    ok: true as const,
    result: run.tool.name === 'chk' ? result : SECRET,
    ms: 1,
  });

  it('says its reason and what stands for the text to nobody', () => {
    const answer = { tripped: true, reason: `says ${SECRET}`, replacement: 'kept from you' };
    const stop = byTool('output', { action: 'stop', message: 'No.' });
    const chat = chatOf({ guardrails: [stop] }, { tool: judged(answer) }).run();
    expect(chat.all('guardrail_tripped')[0]?.detail).toEqual({ reason: `says ${SECRET}` });
    expect(shown(chat.events.slice(2))).not.toMatch(/secret42|kept from you/);
  });

  it('that fails does not say it either', () => {
    const fails = () => ({ ok: false as const, error: { code: 'x', message: `cannot read ${SECRET}` }, ms: 1 });
    const chat = chatOf({ guardrails: [byTool('output')] }, { tool: fails }).run();
    expect(chat.all('guardrail_tripped')[0]?.detail).toEqual({ reason: `The check failed: cannot read ${SECRET}` });
    expect(shown(chat.events.slice(2))).not.toContain(SECRET);
  });

  it('is read from an older log, where its answer was its result', () => {
    const chat = chatOf({ guardrails: [byTool('output')] }, { tool: judged({ tripped: true, reason: 'x' }) });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const about = { runId: chat.state.run?.runId ?? '', callId: chat.step.calls[0]?.callId ?? '', agent: 'a' };
    chat.append([{ type: 'tool_response', ...about, ok: true, result: { tripped: false }, ms: 1 }]);
    expect(chat.run().types()).toContain('guardrail_passed');
  });

  it.each([
    ['{"tripped":false}', `x found ${SECRET}`],
    ['Hm', '[removed by the guardrail look]'],
  ])('may be child runs, whose own answer no guardrail holds: %s', (verdict, result) => {
    const chk = child('all', [branch('z')], { name: 'checks' });
    const source = { kind: 'child', child: 'checks' } as const;
    const tools = [tool('ask_team', { source: { kind: 'child', child: 'research' } }), tool('chk', { source })];
    const guardrails = [byTool('tool_result')];
    const workflow = led([child('all', [branch('x')]), chk], { guardrails, tools });
    const first: Answer = { calls: [{ tool: 'ask_team', arguments: { task: 'dig' } }] };
    const inner = script(first);
    const chat = ScriptedChat.begun(workflow, {
      model: (request) => {
        if (request.agent === 'z') return { text: verdict };
        return request.agent === 'x' ? { text: `x found ${SECRET}` } : (inner.model?.(request) ?? {});
      },
    }).run();
    const call = chat.all('tool_call').find(({ tool: name }) => name === 'ask_team');
    expect(chat.all('tool_response').find(({ callId }) => callId === call?.callId)).toMatchObject({ ok: true, result });
    expect(heardBy(chat, 'z')[0]?.at(-1)).toContain(`x found ${SECRET}`);
    // Providers refuse a call without its answer.
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe(result);
    expect(chat.state.run).toBeUndefined();
  });
});

describe('a guardrail that redirects', () => {
  const redirects: Guardrail = {
    name: 'away',
    on: 'tool_result',
    action: 'redirect',
    target: { kind: 'agent', agent: 'b' },
    tools: ['find'],
    check: { kind: 'regex', pattern: SECRET },
  };

  it.each([[['pay', 'find']], [['find', 'pay']]])('is not overruled by a call of the same reply: %s', (order) => {
    const chat = chatOf(
      { guardrails: [redirects] },
      {
        model: calls(...order),
        tool: ({ tool: { name } }) =>
          name === 'find'
            ? { ok: true, result: SECRET, ms: 1 }
            : { ok: true, result: 'paid', ms: 1, target: { kind: 'agent', agent: 'c' } },
      },
    ).run();
    expect(chat.speakers).toEqual(['a', 'b']);
  });
});

describe('a reason to hand over', () => {
  const model = ({ agent: name }: ModelRequest): Answer =>
    name === 'a' ? { calls: [{ tool: 'transfer_to_b', arguments: { reason: `key ${SECRET}` } }] } : {};

  it('is left out where a guardrail looks at what the agent writes', () => {
    const chat = chatOf({ guardrails: [masks('output')] }, { model }).run();
    expect([chat.speakers, chat.all('handoff')[0]?.reason]).toEqual([['a', 'b'], undefined]);
    const other = { ...masks('output'), agents: ['b'] };
    expect(
      chatOf({ guardrails: [other] }, { model })
        .run()
        .all('handoff')[0]?.reason,
    ).toBe(`key ${SECRET}`);
  });
});

describe('what a person answers to an agent', () => {
  const person = () => `it is ${SECRET}`;
  const model = calls('ask_person');
  const responses = (chat: ScriptedChat) =>
    chat
      .all('tool_response')
      .filter((event) =>
        chat.all('tool_call').some(({ tool: name, callId }) => name !== 'chk' && callId === event.callId),
      );

  it.each(['input', 'tool_result'] as const)('is looked at as any %s', (on) => {
    const chat = chatOf({ guardrails: [masks(on)] }, { model, person }).run();
    expect(responses(chat)[0]).toMatchObject({ ok: true, result: 'it is […]' });
    const stop = chatOf({ guardrails: [{ ...masks(on), action: 'stop' }] }, { model, person });
    expect(JSON.stringify(stop.run().requests.at(-1)?.messages)).not.toContain(`it is ${SECRET}`);
    expect(stop.reason).toBe('guardrail');
  });

  it.each(['input', 'tool_result'] as const)('also by a tool that looks at every %s, once', (on) => {
    const looked: Json[] = [];
    const play: Script = {
      model,
      person,
      tool: (run) => {
        looked.push(run.arguments);
        const said = JSON.stringify(run.arguments).includes('it is');
        return { ok: true, result: said ? { tripped: true, replacement: 'hidden' } : { tripped: false }, ms: 1 };
      },
    };
    const chat = chatOf({ guardrails: [byTool(on)] }, play).run();
    expect(responses(chat)[0]).toMatchObject({ ok: true, result: 'hidden' });
    expect(looked).toHaveLength(on === 'input' ? 2 : 1);
    expect(chat.reason).toBe('handoff_terminate');
  });
});

describe('why a person refuses a call', () => {
  it.each(['input', 'tool_result'] as const)('is looked at as any %s', (on) => {
    const pay = tool('pay', { approval: 'required' });
    const chat = chatOf(
      { guardrails: [masks(on)], tools: [pay, tool('find'), tool('chk')] },
      { model: calls('pay') },
    ).run();
    chat.answer(chat.pending, false, `not with ${SECRET}`);
    chat.run();
    expect(chat.all('tool_response')[0]?.error).toEqual({ code: 'declined', message: 'not with […]' });
    expect(chat.reason).toBe('handoff_terminate');
  });
});

describe('what a child run is asked', () => {
  it('is looked at by the guardrails of its own agents', () => {
    const guardrails = [{ ...masks('input'), agents: ['x'] }];
    const workflow = led([child('all', [branch('x'), branch('y')])], { guardrails });
    const chat = ScriptedChat.begun(workflow, script(HANDS_OVER), `My key is ${SECRET}`).run();
    expect(heardBy(chat, 'x')[0]?.at(-1)).toBe('My key is […]');
    expect(heardBy(chat, 'y')[0]?.at(-1)).toBe(`My key is ${SECRET}`);
  });
});

describe('an agent whose name every object has', () => {
  it.each(['constructor', 'a'])('has its guardrails and its turns all the same: %s', (name) => {
    const agents = [
      agent(name, { maxReplies: 1, handoffs: [handsTo('b')] }),
      agent('b', { handoffs: [handsTo(name)] }),
    ];
    const workflow = team(agents, { guardrails: [masks('input')], limits: { maxTurns: 9, maxToolCalls: 5 } });
    const hands = ({ agent: from }: ModelRequest): Answer => ({
      calls: [{ tool: `transfer_to_${from === 'b' ? name : 'b'}` }],
    });
    const chat = ScriptedChat.begun(workflow, { model: hands }, `My key is ${SECRET}`).run();
    expect(chat.requests[0]?.messages.at(-1)?.content).toBe('My key is […]');
    expect(chat.requests.filter((request) => request.agent === name)).toHaveLength(1);
  });
});

describe('a guardrail model', () => {
  it('that was cut off has given no unclear verdict', () => {
    const check = { kind: 'model', model: 'small', instruction: 'Insults' } as const;
    let times = 0;
    const chat = chatOf(
      { guardrails: [{ name: 'taste', on: 'output', action: 'stop', check }] },
      {
        model: ({ purpose }) => {
          if (purpose !== 'guardrail') return { text: 'Fine' };
          times += 1;
          return times === 1 ? {} : { calls: [{ tool: 'verdict', arguments: { tripped: false } }] };
        },
      },
    );
    for (let cut = 0; cut < 2; cut++) {
      while (chat.step.kind !== 'call_model' || chat.step.request.purpose !== 'guardrail') chat.perform(chat.step);
      const call = { request: chat.step.request, model: 'small', written: '' };
      chat.append(retriedEvents(chat.state, cutOffOf(new Map(), call)));
    }
    expect(chat.run().reason).toBe('handoff_terminate');
    expect(chat.all('guardrail_tripped')).toEqual([]);
  });
});
