/** Guardrails that only warn: what they find is on the log, and nothing is changed. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool, type Answer, type Script } from './test-driver.ts';

const CARD = 'It is 1234-5678, ok?';
const regex = { kind: 'regex' as const, pattern: '\\d{4}-\\d{4}' };
const warns = (more: Partial<Guardrail> & Pick<Guardrail, 'on'>): Guardrail => ({
  name: 'cards',
  check: regex,
  action: 'warn',
  message: 'That looks like a card.',
  ...more,
});

function guarded(guardrails: readonly Guardrail[], script: Script = {}, hears = 'Hello') {
  const tools = [tool('pay'), tool('judge', { idempotent: true, onInterrupted: 'retry' })];
  return ScriptedChat.begun(
    team([agent('a', { tools: ['pay'] })], { tools, guardrails: [...guardrails] }),
    script,
    hears,
  );
}
const tripped = (chat: ScriptedChat) => chat.all('guardrail_tripped').map(({ on, action }) => [on, action]);
const says = (text: string): Script => ({ model: () => ({ text }) });

describe('a guardrail that warns', () => {
  it('of what the person says: it is told once, and the agent hears it as it is', () => {
    const chat = guarded([warns({ on: 'input' })], {}, CARD).run();
    expect(tripped(chat)).toEqual([['input', 'warn']]);
    expect(chat.all('guardrail_tripped')[0]).toMatchObject({ message: 'That looks like a card.' });
    expect(chat.all('guardrail_tripped')[0]?.replacement).toBeUndefined();
    expect(chat.requests[0]?.messages.at(-1)?.content).toBe(CARD);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('of a reply: it is said as it is, and is streamed meanwhile', () => {
    const chat = guarded([warns({ on: 'output' })], says(CARD)).run();
    expect([tripped(chat), chat.all('text')[0]?.text]).toEqual([[['output', 'warn']], CARD]);
    expect(chat.requests[0]?.hold).toBeUndefined();
    expect(chat.all('text')[0]?.finishReason).toBe('stop');
  });

  it('of the arguments of a call and of its result: the call is made, and its result is heard', () => {
    const model = ({ messages }: { messages: readonly { role: string }[] }): Answer =>
      messages.at(-1)?.role === 'tool'
        ? { text: 'Paid' }
        : { calls: [{ tool: 'pay', arguments: { to: '1111-2222' } }] };
    const result = () => ({ ok: true as const, result: 'to 1111-2222', ms: 1 });
    const chat = guarded([warns({ on: 'tool_arguments' }), warns({ name: 'back', on: 'tool_result' })], {
      model,
      tool: result,
    }).run();
    expect(tripped(chat)).toEqual([
      ['tool_arguments', 'warn'],
      ['tool_result', 'warn'],
    ]);
    expect(chat.all('tool_call')[0]?.arguments).toEqual({ to: '1111-2222' });
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true, result: 'to 1111-2222' });
  });

  it('leaves what it has looked at to the guardrails after it', () => {
    const mask: Guardrail = { name: 'mask', on: 'output', check: regex, action: 'mask' };
    const chat = guarded([warns({ on: 'output' }), mask], says(CARD)).run();
    expect(tripped(chat).map(([, action]) => action)).toEqual(['warn', 'mask']);
    expect(chat.all('text')[0]?.text).toBe('It is […], ok?');
  });

  it('by the word of a model or of a tool changes nothing either', () => {
    const verdict: Answer = {
      calls: [{ tool: 'verdict', arguments: { tripped: true, reason: 'rude', replacement: 'x' } }],
    };
    const byModel = warns({ on: 'output', check: { kind: 'model', model: 'small', instruction: 'Insults' } });
    const chat = guarded([byModel], {
      model: ({ purpose }) => (purpose === 'guardrail' ? verdict : { text: 'Fool' }),
    }).run();
    expect([tripped(chat), chat.all('text')[0]?.text]).toEqual([[['output', 'warn']], 'Fool']);
    const byTool = guarded([warns({ on: 'input', check: { kind: 'function', tool: 'judge' } })], {
      tool: () => ({ ok: true, result: { tripped: true, reason: 'rude' }, ms: 1 }),
    }).run();
    expect([tripped(byTool), byTool.requests[0]?.messages.at(-1)?.content]).toEqual([[['input', 'warn']], 'Hello']);
  });
});
