import { describe, expect, it } from '@jest/globals';
import type { Json, ToolDefinition } from '@colloquy/contracts';
import { statusOf } from './status-of.ts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const withTool = (more: Partial<ToolDefinition>) =>
  team([agent('a', { title: 'Alma', tools: ['pay'] })], { tools: [tool('pay', more)] });

/** Asks for the tool once, then speaks. */
const once = (calls: { tool: string; arguments?: Json }[]): NonNullable<Script['model']> => {
  return ({ messages }) => (messages.some(({ role }) => role === 'tool') ? { text: 'Done' } : { calls });
};

const pays = once([{ tool: 'pay', arguments: { amount: 5 } }]);

describe('an approval (P6)', () => {
  const workflow = withTool({ approval: 'required' });

  it('is asked for with the tool and its arguments, and waits', () => {
    const chat = ScriptedChat.begun(workflow, { model: pays }).run();
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(statusOf(chat.state)).toBe('waiting');
    const [call] = chat.all('tool_call');
    expect(chat.all('input_request')).toMatchObject([
      { kind: 'approval', callId: call?.callId, prompt: 'Alma wants to use pay with {"amount":5}. Allow it?' },
    ]);
    expect(chat.effects.size).toBe(0);
  });

  it('lets the call run when it is given', () => {
    const chat = ScriptedChat.begun(workflow, { model: pays, person: () => true }).run();
    expect([...chat.effects.values()]).toEqual(['pay {"amount":5}']);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('tells the model when it is refused, with the person`s words', () => {
    const chat = ScriptedChat.begun(workflow, { model: pays }).run();
    chat.answer(chat.pending, false, 'Too much');
    chat.run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'declined', message: 'Too much' } }]);
    expect(chat.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: 'tool', content: 'Error: Too much' });
  });

  it('that nobody gives in time is refused', () => {
    const chat = ScriptedChat.begun(workflow, { model: pays }).run();
    chat.record({ ...chat.envelope(), kind: 'expiry', userId: 'timer', requestId: chat.pending });
    chat.run();
    expect(chat.all('tool_response')).toMatchObject([
      { error: { code: 'declined', message: 'Nobody answered in time.' } },
    ]);
  });

  it('holds back only its own call: the others of the reply run meanwhile', () => {
    const both = team([agent('a', { tools: ['pay', 'look'] })], {
      tools: [tool('pay', { approval: 'required' }), tool('look')],
    });
    const chat = ScriptedChat.begun(both, { model: once([{ tool: 'pay' }, { tool: 'look' }]) }).run();
    expect([...chat.effects.values()]).toEqual(['look {}']);
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    chat.answer(chat.pending, true);
    chat.run();
    expect(chat.effects.size).toBe(2);
    expect(chat.requests).toHaveLength(2);
  });
});

describe('a call that was interrupted (P3)', () => {
  /** A chat whose worker died while the tool ran. */
  const interrupted = (onInterrupted: ToolDefinition['onInterrupted'], script: Script = {}) => {
    const chat = ScriptedChat.begun(withTool({ onInterrupted }), { model: pays, ...script });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    die(chat);
    return chat;
  };
  const start = (chat: ScriptedChat) => {
    const [call] = chat.state.run?.openCalls ?? [];
    const runId = chat.state.run?.runId ?? '';
    chat.append([{ type: 'tool_started', runId, callId: call?.callId ?? '', attempt: (call?.attempts ?? 0) + 1 }]);
    return runId;
  };
  const die = (chat: ScriptedChat) => {
    start(chat);
    chat.takeOver();
  };
  const deploy = (chat: ScriptedChat) => {
    chat.append([{ type: 'run_released', runId: start(chat), worker: 'w', reason: 'drain' }]);
    chat.takeOver();
  };

  it('runs again when it may', () => {
    const chat = interrupted('retry');
    expect(chat.step).toMatchObject({ kind: 'run_tools', calls: [{ attempt: 2 }] });
    expect(chat.run().reason).toBe('handoff_terminate');
  });

  it('is not tried for ever: what ends five processes is given up', () => {
    const chat = interrupted('retry');
    for (let deaths = 1; deaths < 5; deaths++) die(chat);
    chat.run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'interrupted' } }]);
  });

  it('is tried again after any number of deploys: those who drain it say nothing against it', () => {
    const chat = interrupted('retry');
    for (let deploys = 0; deploys < 10; deploys++) deploy(chat);
    expect(chat.step).toMatchObject({ kind: 'run_tools', calls: [{ attempt: 12 }] });
    for (let deaths = 1; deaths < 5; deaths++) die(chat);
    expect(chat.run().all('tool_response')).toMatchObject([{ ok: false, error: { code: 'interrupted' } }]);
  });

  it('fails when it is to fail, and the model knows why', () => {
    const chat = interrupted('fail').run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'interrupted' } }]);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('asks the person by default; yes runs it again', () => {
    const chat = interrupted('ask').run();
    expect(chat.all('input_request')).toMatchObject([
      { kind: 'approval', prompt: expect.stringContaining('Run it again?') },
    ]);
    expect(chat.effects.size).toBe(0);
    chat.answer(chat.pending, true);
    chat.run();
    expect(chat.effects.size).toBe(1);
    expect(chat.all('tool_started').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('asks the person by default; no tells the model', () => {
    const chat = interrupted('ask').run();
    chat.answer(chat.pending, false, 'I saw the receipt');
    chat.run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_response')[0]?.error?.message).toContain('They said: I saw the receipt');
  });

  it('asks again when the second try was interrupted too', () => {
    const chat = interrupted('ask').run();
    chat.answer(chat.pending, true);
    die(chat);
    chat.run();
    expect(chat.all('input_request')).toHaveLength(2);
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
  });

  it('keeps the approval that it was given', () => {
    const chat = ScriptedChat.begun(withTool({ approval: 'required', onInterrupted: 'retry' }), {
      model: pays,
      person: () => true,
    });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    die(chat);
    expect(chat.step.kind).toBe('run_tools');
  });
});

describe('a tool that the agent does not have', () => {
  it('is answered with the tools that it has, also when another agent has it', () => {
    const workflow = team([agent('a', { tools: ['look'] }), agent('b', { tools: ['pay'] })], {
      tools: [tool('look'), tool('pay')],
    });
    const chat = ScriptedChat.begun(workflow, { model: once([{ tool: 'pay' }, { tool: 'made up!' }]) }).run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_call').map((call) => call.tool)).toEqual(['pay', 'made_up_']);
    expect(chat.all('tool_response')).toMatchObject([
      { error: { code: 'unknown_tool', message: 'There is no tool "pay". Your tools: look.' } },
      { error: { code: 'unknown_tool' } },
    ]);
  });
});

describe('ask_person (P6)', () => {
  const workflow = team([agent('a', { askPerson: true })]);
  const asking = (args: Json, person?: Script['person']) =>
    ScriptedChat.begun(workflow, {
      model: once([{ tool: 'ask_person', arguments: args }]),
      ...(person ? { person } : {}),
    }).run();

  it('puts the question, waits, and gives the model the answer', () => {
    const chat = asking({ question: 'How many?' });
    expect(chat.all('input_request')).toMatchObject([{ kind: 'text', prompt: 'How many?' }]);
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    chat.answer(chat.pending, 'Three');
    chat.run();
    expect(chat.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: 'tool', content: 'Three' });
    expect(chat.all('tool_started')).toEqual([]);
  });

  it('knows choices and approvals', () => {
    expect(asking({ question: 'Which?', options: ['a', 'b'] }, () => 'b').all('tool_response')).toMatchObject([
      { ok: true, result: 'b' },
    ]);
    expect(asking({ question: 'Sure?', kind: 'approval' }, () => false).all('tool_response')).toMatchObject([
      { ok: true, result: false },
    ]);
  });

  it('keeps a comment beside the answer', () => {
    const chat = asking({ question: 'Sure?', kind: 'approval' });
    chat.answer(chat.pending, true, 'but quickly');
    chat.run();
    expect(chat.all('tool_response')).toMatchObject([{ result: { answer: true, comment: 'but quickly' } }]);
  });

  it('that nobody answers in time fails', () => {
    const chat = asking({ question: 'Anyone?' });
    chat.record({ ...chat.envelope(), kind: 'expiry', userId: 'timer', requestId: chat.pending });
    chat.run();
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'expired' } }]);
  });

  it('without a question, or a choice without options, is the model`s mistake', () => {
    for (const args of [
      '{"question',
      {},
      { question: ' ' },
      { question: 'Which?', kind: 'choice' },
      null,
      [],
    ] as Json[]) {
      expect(asking(args).all('tool_response')).toMatchObject([{ ok: false, error: { code: 'invalid_arguments' } }]);
    }
  });

  it('is unknown to an agent that may not ask', () => {
    const chat = ScriptedChat.begun(team([agent('a')]), {
      model: once([{ tool: 'ask_person', arguments: { question: 'x' } }]),
    }).run();
    expect(chat.all('tool_response')).toMatchObject([
      { error: { code: 'unknown_tool', message: expect.stringContaining('You have no tools') } },
    ]);
  });
});

describe('several tools', () => {
  it('are marked sequential where the workflow says so, and run one after another', () => {
    const workflow = team([agent('a', { tools: ['pay'] })], { tools: [tool('pay')], sequentialTools: true });
    const chat = ScriptedChat.begun(workflow, {
      model: once([
        { tool: 'pay', arguments: 1 },
        { tool: 'pay', arguments: 2 },
      ]),
    }).run();
    const order = chat.types().filter((type) => type === 'tool_started' || type === 'tool_response');
    expect(order).toEqual(['tool_started', 'tool_response', 'tool_started', 'tool_response']);
  });

  it('set variables in call order, whatever the order of their answers', () => {
    const workflow = team([agent('a', { tools: ['pay'] })], { tools: [tool('pay')] });
    const chat = ScriptedChat.begun(workflow, {
      model: once([
        { tool: 'pay', arguments: 1 },
        { tool: 'pay', arguments: 2 },
      ]),
    });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const runId = chat.state.run?.runId ?? '';
    for (const call of [...chat.step.calls].reverse()) {
      const set = { who: call.arguments };
      chat.append([{ type: 'tool_response', runId, callId: call.callId, ok: true, result: null, ms: 1, set }]);
    }
    chat.perform(chat.step);
    expect(chat.state.run?.variables).toEqual({ who: 2 });
    expect(chat.run().all('context_updated')).toHaveLength(1);
  });
});
