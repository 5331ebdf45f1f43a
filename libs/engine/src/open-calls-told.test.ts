/** What is done about open calls, and in which words: a model and a person go by them. */
import { describe, expect, it } from '@jest/globals';
import type { ToolDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const pays: NonNullable<Script['model']> = ({ messages }) =>
  messages.some(({ role }) => role === 'tool') ? { text: 'Done' } : { calls: [{ tool: 'pay' }] };
const paying = (more: Partial<ToolDefinition>, script: Script = {}) =>
  ScriptedChat.begun(team([agent('a', { tools: ['pay'] })], { tools: [tool('pay', more)] }), {
    model: pays,
    ...script,
  });
const errorOf = (chat: ScriptedChat) => chat.all('tool_response').map(({ error }) => error);

/** The worker dies while the tool runs; then the person answers, if asked. */
const interrupted = (onInterrupted: ToolDefinition['onInterrupted'], comment?: string) => {
  const chat = paying({ onInterrupted });
  while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
  const [call] = chat.step.calls;
  chat.append([
    { type: 'tool_started', runId: chat.state.run?.runId ?? '', agent: 'a', callId: call?.callId ?? '', attempt: 1 },
  ]);
  chat.takeOver();
  chat.run();
  if (onInterrupted === 'ask') chat.answer(chat.pending, false, comment);
  return chat.run();
};

describe('a call that does not run says why', () => {
  it('nobody allowed it', () => {
    const chat = paying({ approval: 'required' }, { person: () => false }).run();
    expect(errorOf(chat)).toEqual([{ code: 'declined', message: 'The person declined this call.' }]);
  });

  const unsure = 'pay was interrupted while it ran; it may have taken effect or not.';
  const declined = `${unsure} The person chose not to run it again.`;
  it.each([
    ['it was interrupted', ['fail'], unsure],
    ['the person wants it not again', ['ask'], declined],
    ['the person says why', ['ask', 'I paid.'], `${declined} They said: I paid.`],
  ] as const)('%s', (_, [onInterrupted, comment], message) => {
    expect(errorOf(interrupted(onInterrupted, comment))).toEqual([{ code: 'interrupted', message }]);
  });

  it('the agent has other tools', () => {
    const tools = [tool('look'), tool('read')];
    const chat = ScriptedChat.begun(team([agent('a', { tools: ['look', 'read'] })], { tools }), { model: pays }).run();
    const message = 'There is no tool "pay". Your tools: look, read.';
    expect(errorOf(chat)).toEqual([{ code: 'unknown_tool', message }]);
  });
});

describe('calls one after another', () => {
  it('pass over one that waits for the person', () => {
    const tools = [tool('pay', { approval: 'required' }), tool('look')];
    const chat = ScriptedChat.begun(team([agent('a', { tools: ['pay', 'look'] })], { tools, sequentialTools: true }), {
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool')
          ? { text: 'Done' }
          : { calls: [{ tool: 'pay' }, { tool: 'look' }] },
    }).run();
    expect([...chat.effects.values()]).toEqual(['look {}']);
  });
});

describe('the tool that sums up a run', () => {
  it('runs also where a limit ends the run', () => {
    const more = { summary: { kind: 'function', tool: 'sum' } as const, limits: { maxTurns: 9, maxToolCalls: 1 } };
    const workflow = team([agent('a', { tools: ['look'] })], { tools: [tool('look'), tool('sum')], ...more });
    const chat = ScriptedChat.begun(workflow, { model: () => ({ calls: [{ tool: 'look' }] }) }).run();
    expect(chat.all('run_completed')).toMatchObject([{ reason: { code: 'max_tool_calls' }, summary: 'sum done' }]);
    expect([...chat.effects.values()].filter((effect) => effect.startsWith('sum'))).toHaveLength(1);
  });
});
