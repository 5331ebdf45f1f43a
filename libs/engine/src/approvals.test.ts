import type { Json, ToolDefinition } from '@colloquy/contracts';
import { describe, expect, it } from '@jest/globals';
import { statusOf } from './status-of.ts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const withTool = (more: Partial<ToolDefinition>, variables: Record<string, Json> = {}) =>
  team([agent('a', { tools: ['pay'] })], { tools: [tool('pay', more)], variables });

/** Asks for the tool with each of these, one reply each, then speaks. */
const inTurn = (...asked: Json[][]): NonNullable<Script['model']> => {
  return ({ messages }) => {
    const replies = messages.filter(({ role }) => role === 'assistant').length;
    const now = asked[replies];
    return now === undefined ? { text: 'Done' } : { calls: now.map((args) => ({ tool: 'pay', arguments: args })) };
  };
};

const approvals = (chat: ScriptedChat) => chat.all('tool_call').map(({ approval }) => approval);

describe('A1: an approval that depends on the call (approvalWhen)', () => {
  const large = withTool({ approval: 'required', approvalWhen: 'args.amount > limit' }, { limit: 100 });

  it('is needed only while the expression over arguments and variables is true, and its event says so', () => {
    const chat = ScriptedChat.begun(large, { model: inTurn([{ amount: 5 }], [{ amount: 500 }]) }).run();
    expect(approvals(chat)).toEqual(['none', 'required']);
    expect([...chat.effects.values()]).toEqual(['pay {"amount":5}']);
    expect(chat.all('input_request')).toHaveLength(1);
    chat.answer(chat.pending, true);
    chat.run();
    expect(chat.effects.size).toBe(2);
  });

  it('sees arguments of any kind: what is not there is null, so nothing throws', () => {
    const chat = ScriptedChat.begun(large, { model: inTurn(['{"amount', null, [7], {}]) }).run();
    expect(approvals(chat)).toEqual(['none', 'none', 'none', 'none']);
    expect(chat.all('tool_response')).toHaveLength(4);
  });

  it('A2: in doubt it is needed: a text that is no expression counts as true', () => {
    const broken = withTool({ approval: 'required', approvalWhen: 'args.amount >' });
    expect(approvals(ScriptedChat.begun(broken, { model: inTurn([{ amount: 1 }]) }).run())).toEqual(['required']);
  });

  it('is never needed of a tool that needs none', () => {
    const none = withTool({ approval: 'none', approvalWhen: 'true' });
    expect(approvals(ScriptedChat.begun(none, { model: inTurn([{}]) }).run())).toEqual(['none']);
  });
});

describe('A3: an approval for the run (approvalSticky)', () => {
  const sticky = withTool({ approval: 'required', approvalSticky: true });

  it('is asked for once in a run; the next run asks again', () => {
    const chat = ScriptedChat.begun(sticky, { model: inTurn([1], [2], [3]), person: () => true }).run();
    expect(chat.effects.size).toBe(3);
    expect(chat.all('input_request')).toHaveLength(1);
    expect(approvals(chat)).toEqual(['required', 'required', 'required']);
    expect(chat.state.run).toBeUndefined();
  });

  it('without it each call is asked for', () => {
    const each = withTool({ approval: 'required' });
    const chat = ScriptedChat.begun(each, { model: inTurn([1], [2]), person: () => true }).run();
    expect(chat.all('input_request')).toHaveLength(2);
  });

  it('asks about all calls of a reply at once: the first yes answers for the others too, and they run', () => {
    const chat = ScriptedChat.begun(sticky, { model: inTurn([1, 2, 3]) }).run();
    expect(chat.all('input_request')).toHaveLength(3);
    expect(statusOf(chat.state)).toBe('waiting');
    chat.answer(chat.pending, true);
    chat.run();
    expect(chat.effects.size).toBe(3);
    expect(chat.all('input_response').map(({ by, value }) => [by === 'run', value])).toEqual([
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('a no is for its own call alone', () => {
    const chat = ScriptedChat.begun(sticky, { model: inTurn([1, 2]) }).run();
    chat.answer(chat.pending, false);
    chat.run();
    expect(statusOf(chat.state)).toBe('waiting');
    chat.answer(chat.pending, true);
    chat.run();
    expect(chat.effects.size).toBe(1);
    expect(
      chat
        .all('tool_response')
        .map(({ ok }) => ok)
        .sort(),
    ).toEqual([false, true]);
  });

  it('P3: follows from the log: whoever takes the run over does not ask again', () => {
    const chat = ScriptedChat.begun(sticky, { model: inTurn([1], [2]), person: () => true });
    while (chat.effects.size === 0) chat.perform(chat.step);
    chat.takeOver();
    chat.run();
    expect(chat.effects.size).toBe(2);
    expect(chat.all('input_request')).toHaveLength(1);
  });

  it('is not given by a yes to running a call once more', () => {
    const asks = withTool({
      approval: 'required',
      approvalSticky: true,
      onInterrupted: 'ask',
      approvalWhen: 'args == 2',
    });
    const chat = ScriptedChat.begun(asks, { model: inTurn([1], [2]) });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const { runId = '', openCalls = [] } = chat.state.run ?? {};
    chat.append([{ type: 'tool_started', runId, callId: openCalls[0]?.callId ?? '', attempt: 1 }]);
    chat.takeOver();
    chat.run();
    chat.answer(chat.pending, true);
    chat.run();
    expect(chat.all('input_request').map(({ prompt }) => /Run it again/.test(prompt))).toEqual([true, false]);
  });
});

describe('a tool that is child runs', () => {
  it('is never given to whoever runs tools', () => {
    const child = {
      name: 'ask_b',
      title: '',
      description: '',
      mode: 'sequence' as const,
      branches: [
        {
          name: 'b',
          agents: ['b'],
          pattern: { kind: 'default' as const, initialAgent: 'b', afterWork: { kind: 'terminate' as const } },
          history: 'none' as const,
          carryover: 'none' as const,
          summary: { kind: 'last_message' as const },
        },
      ],
    };
    const workflow = team([agent('a', { tools: ['pay'] }), agent('b')], {
      tools: [tool('pay', { source: { kind: 'child', child: 'ask_b' } })],
      children: [child],
    });
    const model: Script['model'] = ({ agent: name, messages }) =>
      name === 'b' || messages.some(({ role }) => role === 'tool')
        ? { text: `${name} says` }
        : { calls: [{ tool: 'pay' }] };
    const chat = ScriptedChat.begun(workflow, { model }).run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_started')).toEqual([]);
    expect(chat.all('tool_response')).toMatchObject([{ ok: true }]);
  });
});
