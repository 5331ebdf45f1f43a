/** Guardrails that take a step: a model or a tool decides. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail, Json } from '@colloquy/contracts';
import { agent, handsTo, ScriptedChat, team, tool, type Answer, type Script } from './test-driver.ts';
import type { ModelRequest, ToolRun } from './types.ts';

type Rule = Partial<Guardrail> & Pick<Guardrail, 'on' | 'action'>;

const model = (more: Rule): Guardrail => ({
  name: 'taste',
  check: { kind: 'model', model: 'small', instruction: 'Insults' },
  ...more,
});
const byTool = (more: Rule): Guardrail => ({ name: 'taste', check: { kind: 'function', tool: 'judge' }, ...more });

const SECRET = 'You are a fool';
const verdict = (args: Json): Answer => ({ calls: [{ tool: 'verdict', arguments: args }] });

/** A chat whose guardrail model says this of what it is shown, and whose agent `a` says that. */
function guarded(
  guardrail: Guardrail,
  script: Script & {
    verdict?: (request: ModelRequest) => Answer;
    says?: (request: ModelRequest) => Answer;
    hears?: string;
  },
) {
  const agents = [agent('a', { tools: ['pay'], handoffs: [handsTo('b')] }), agent('b')];
  const tools = [tool('pay'), tool('judge', { idempotent: true, onInterrupted: 'retry' })];
  return ScriptedChat.begun(
    team(agents, { tools, guardrails: [guardrail] }),
    {
      ...script,
      model: (request) => {
        if (request.purpose === 'guardrail') return script.verdict?.(request) ?? {};
        return (request.agent === 'a' ? script.says?.(request) : undefined) ?? { text: 'Fine' };
      },
    },
    script.hears,
  );
}

const trips = () => verdict({ tripped: true, reason: 'rude' });
const passes = () => verdict({ tripped: false, reason: 'fine' });
const rude = ({ messages }: ModelRequest): Answer => ({ text: messages.length > 2 ? 'Sorry' : SECRET });
const texts = (chat: ScriptedChat) => chat.all('text').map(({ text }) => text);

describe('a model that looks at a reply', () => {
  it('is shown it as data, has to give a verdict, and the reply is held until then', () => {
    const chat = guarded(model({ on: 'output', action: 'rewrite' }), { says: rude, verdict: passes }).run();
    const request = chat.requests.find(({ purpose }) => purpose === 'guardrail');
    expect(request).toMatchObject({ model: 'small', forceTool: 'verdict', agent: 'a' });
    expect(request?.messages[1]).toEqual({ role: 'user', content: SECRET });
    const types = chat.types();
    expect(types.slice(types.indexOf('reply_held'))).toEqual([
      'reply_held',
      'usage',
      'usage',
      'guardrail_passed',
      'message_started',
      'text',
      'run_completed',
    ]);
    expect(texts(chat)).toEqual([SECRET]);
  });

  it('that finds something: nobody sees the reply', () => {
    const chat = guarded(model({ on: 'output', action: 'rewrite', message: 'Hm.' }), {
      says: rude,
      verdict: trips,
    }).run();
    expect(texts(chat)).toEqual(['Hm.'].map((text) => text));
    const shown = chat.events.filter(({ type }) => type !== 'reply_held');
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(chat.all('guardrail_tripped')[0]).toMatchObject({ detail: { reason: 'rude' }, message: 'Hm.' });
  });

  it('may say what stands for the reply', () => {
    const replaces = () => verdict({ tripped: true, reason: 'rude', replacement: 'You are kind' });
    const chat = guarded(model({ on: 'output', action: 'mask', message: 'Hm.' }), {
      says: rude,
      verdict: replaces,
    }).run();
    expect(texts(chat)).toEqual(['You are kind']);
  });

  it('stops the run, or redirects it', () => {
    const stopped = guarded(model({ on: 'output', action: 'stop', message: 'Stop.' }), {
      says: rude,
      verdict: trips,
    }).run();
    expect([stopped.reason, texts(stopped)]).toEqual(['guardrail', ['Stop.']]);
    const redirect = model({ on: 'output', action: 'redirect', agents: ['a'], target: { kind: 'agent', agent: 'b' } });
    const chat = guarded(redirect, { says: rude, verdict: trips }).run();
    expect([chat.speakers, texts(chat)]).toEqual([
      ['a', 'b'],
      ['', 'Fine'],
    ]);
  });

  it('G3: that gives no clear verdict is asked again, and has not let it pass', () => {
    const chat = guarded(model({ on: 'output', action: 'rewrite', message: 'Hm.' }), {
      says: rude,
      verdict: () => ({ text: 'Looks good to me' }),
    }).run();
    expect(chat.requests.filter(({ purpose }) => purpose === 'guardrail')).toHaveLength(3);
    expect(texts(chat)).toEqual(['Hm.']);
  });

  it('keeps the calls and the handoff of a reply that passes', () => {
    const says = ({ messages }: ModelRequest): Answer =>
      messages.some(({ role }) => role === 'tool')
        ? { text: 'b, please', calls: [{ tool: 'transfer_to_b' }] }
        : { text: 'I pay', calls: [{ tool: 'pay' }] };
    const chat = guarded(model({ on: 'output', action: 'stop' }), { says, verdict: passes }).run();
    expect(texts(chat)).toEqual(['I pay', 'b, please', 'Fine']);
    expect([chat.speakers, chat.effects.size]).toEqual([['a', 'b'], 1]);
  });

  it('costs what it costs: its usage is counted (AG2 [M]: LLM guardrails are not)', () => {
    const chat = guarded(model({ on: 'output', action: 'stop' }), { says: rude, verdict: passes }).run();
    expect(chat.all('usage').map(({ purpose }) => purpose)).toEqual(['reply', 'guardrail']);
    expect(chat.state.totals.modelCalls).toBe(2);
  });

  it('P3: wherever the worker dies, the same reply comes out', () => {
    const script = { says: rude, verdict: trips };
    const whole = guarded(model({ on: 'output', action: 'rewrite', message: 'Hm.' }), script).run();
    for (let commits = 1; commits < whole.commits.length; commits++) {
      const chat = whole.upTo(commits);
      if (chat.state.run !== undefined) chat.takeOver();
      expect(texts(chat.run())).toEqual(['Hm.']);
    }
  });
});

describe('a model that looks at what the person says', () => {
  it('is asked once, before an agent hears it', () => {
    const chat = guarded(model({ on: 'input', action: 'rewrite', message: 'They are angry.' }), {
      verdict: trips,
      hears: 'Fool',
    });
    chat.run();
    chat.say('Sorry');
    chat.run();
    expect(chat.requests.map(({ purpose }) => purpose)).toEqual(['guardrail', 'reply', 'guardrail', 'reply']);
    expect(chat.requests[1]?.messages.at(-1)?.content).toBe('They are angry.');
  });

  it('redirects in the commit of the verdict', () => {
    const redirect = model({ on: 'input', action: 'redirect', target: { kind: 'agent', agent: 'b' } });
    const chat = guarded(redirect, { verdict: trips }).run();
    expect(chat.speakers).toEqual(['a', 'b']);
    const commit = chat.commits.find((events) => events.some(({ type }) => type === 'handoff'));
    expect(commit?.map(({ type }) => type)).toEqual(['usage', 'guardrail_tripped', 'handoff']);
  });
});

describe('a model that looks at tools', () => {
  const says = ({ messages }: ModelRequest): Answer =>
    messages.some(({ role }) => role === 'tool')
      ? { text: 'Done' }
      : { calls: [{ tool: 'pay', arguments: { to: 'Eve' } }] };

  it('blocks a call before it is on the log with its arguments', () => {
    const chat = guarded(model({ on: 'tool_arguments', action: 'rewrite', message: 'Not to her.' }), {
      says,
      verdict: trips,
    });
    chat.run();
    expect([chat.effects.size, chat.all('tool_call')[0]?.arguments]).toEqual([0, { blocked_by: 'taste' }]);
    expect(chat.all('tool_response')[0]?.error).toEqual({ code: 'guardrail', message: 'Not to her.' });
  });

  it('may put other arguments in their place', () => {
    const replaces = () => verdict({ tripped: true, reason: '', replacement: '{"to":"Bob"}' });
    const chat = guarded(model({ on: 'tool_arguments', action: 'rewrite' }), { says, verdict: replaces }).run();
    expect([...chat.effects.values()]).toEqual(['pay {"to":"Bob"}']);
  });

  it('holds a result until it has passed; the call is not run again', () => {
    const script = { says, verdict: trips, tool: () => ({ ok: true as const, result: SECRET, ms: 7 }) };
    const chat = guarded(model({ on: 'tool_result', action: 'rewrite', message: 'Hidden' }), script).run();
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true, result: 'Hidden', ms: 7 });
    expect(chat.all('tool_started')).toHaveLength(1);
    expect(JSON.stringify(chat.events.filter(({ type }) => type !== 'reply_held'))).not.toContain(SECRET);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('a run that is stopped while a result is held answers the call', () => {
    const chat = guarded(model({ on: 'tool_result', action: 'stop' }), { says, verdict: passes });
    while (!chat.types().includes('reply_held')) chat.perform(chat.step);
    chat.cancel();
    expect(chat.types().slice(-2)).toEqual(['tool_response', 'run_cancelled']);
  });
});

describe('a tool that looks', () => {
  const judge = (answer: (run: ToolRun) => Json) => (run: ToolRun) => ({
    ok: true as const,
    result: answer(run),
    ms: 1,
  });

  it('gets the text, which its call on the log does not say, and decides', () => {
    const runs: ToolRun[] = [];
    const answer = (run: ToolRun) => (runs.push(run), { tripped: true, reason: 'rude', replacement: 'Dear' });
    const chat = guarded(byTool({ on: 'output', action: 'rewrite' }), { says: rude, tool: judge(answer) }).run();
    expect(runs[0]?.arguments).toMatchObject({ on: 'output', text: SECRET, agent: 'a', guardrail: 'taste' });
    expect(JSON.stringify(chat.all('tool_call'))).not.toContain(SECRET);
    expect(texts(chat)).toEqual(['Dear']);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('is in nobody`s view, and is no call of the agent', () => {
    const chat = guarded(byTool({ on: 'output', action: 'stop' }), {
      says: rude,
      tool: judge(() => ({ tripped: false })),
    });
    chat.run();
    chat.say('Again');
    chat.run();
    expect(chat.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  });

  it('G3: that fails, or says something else, has not let it pass', () => {
    const fails = { says: rude, tool: () => ({ ok: false as const, error: { code: 'x', message: 'down' }, ms: 1 }) };
    const chat = guarded(byTool({ on: 'output', action: 'rewrite', message: 'Hm.' }), fails).run();
    expect(texts(chat)).toEqual(['Hm.']);
    const odd = { says: rude, tool: judge(() => 'yes') };
    expect(texts(guarded(byTool({ on: 'output', action: 'rewrite', message: 'Hm.' }), odd).run())).toEqual(['Hm.']);
  });

  it('P3: is asked under the same id by who takes over', () => {
    const chat = guarded(byTool({ on: 'input', action: 'stop' }), { tool: judge(() => ({ tripped: false })) });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const [call] = chat.step.calls;
    chat.append([{ type: 'tool_started', runId: chat.state.run?.runId ?? '', callId: call?.callId ?? '', attempt: 1 }]);
    chat.takeOver();
    chat.run();
    expect(chat.all('tool_call')).toHaveLength(1);
    expect([...chat.effects.keys()]).toEqual([call?.callId]);
  });
});

describe('what guardrails cannot do', () => {
  it('a redirect without a target, and a mask that hits no value, block and lead nowhere', () => {
    const nowhere = guarded(model({ on: 'output', action: 'redirect', message: 'Hm.' }), {
      says: rude,
      verdict: trips,
    });
    expect([texts(nowhere.run()), nowhere.speakers]).toEqual([['Hm.'], ['a']]);
    const shape: Guardrail = {
      name: 'shape',
      on: 'tool_arguments',
      action: 'mask',
      check: { kind: 'regex', pattern: '\\["x"' },
    };
    const says = ({ messages }: ModelRequest): Answer =>
      messages.some(({ role }) => role === 'tool')
        ? {}
        : { calls: [{ tool: 'pay', arguments: { a: ['x', true, null] } }] };
    const chat = guarded(shape, { says }).run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_response')[0]?.error?.message).toBe('[removed by the guardrail shape]');
  });

  it('lists are masked item by item', () => {
    const rule: Guardrail = {
      name: 'xs',
      on: 'tool_arguments',
      action: 'mask',
      check: { kind: 'regex', pattern: 'x' },
    };
    const says = ({ messages }: ModelRequest): Answer =>
      messages.some(({ role }) => role === 'tool')
        ? {}
        : { calls: [{ tool: 'pay', arguments: { a: ['x', true, null] } }] };
    const chat = guarded(rule, { says }).run();
    expect([...chat.effects.values()]).toEqual(['pay {"a":["[…]",true,null]}']);
  });

  it('a reply that cannot be read back from the log is empty, an answer lost', () => {
    const chat = guarded(model({ on: 'output', action: 'stop' }), { says: rude, verdict: passes });
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    const about = { runId: chat.state.run?.runId ?? '', agent: 'a', messageId: 'held____________' };
    chat.append([{ type: 'reply_held', ...about, finishReason: 'stop', reply: 7 }]);
    expect([texts(chat.run()), chat.reason]).toEqual([[''], 'handoff_terminate']);
  });
});
