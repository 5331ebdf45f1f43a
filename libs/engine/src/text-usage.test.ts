import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';

/** The usage of each text, and that of the usage events of replies, as they follow each other. */
function usages(chat: ScriptedChat): { texts: unknown[]; calls: unknown[] } {
  const texts = chat.all('text').map(({ usage }) => usage);
  const calls = chat
    .all('usage')
    .filter(({ purpose }) => purpose === 'reply')
    .map(({ model, promptTokens, completionTokens, costMicroUsd, ms }: ChatEvent & { type: 'usage' }) => {
      return { model, promptTokens, completionTokens, costMicroUsd, ms };
    });
  return { texts, calls };
}

describe('P7: a text says what its model call took', () => {
  it('with the numbers of the usage event of that call', () => {
    const { texts, calls } = usages(ScriptedChat.begun(team([agent('a')])).run());
    expect(texts).toHaveLength(1);
    expect(texts).toEqual(calls);
  });

  it('also when a guardrail held it, and when it is structured', () => {
    const check = { kind: 'function', tool: 'chk' } as const;
    const guardrails = [{ name: 'look', on: 'output', action: 'rewrite', check }] as const;
    const held = ScriptedChat.begun(
      team([agent('a')], {
        guardrails: [...guardrails],
        tools: [tool('chk', { idempotent: true, onInterrupted: 'retry' })],
      }),
      { tool: () => ({ ok: true, result: true, ms: 1 }) },
    ).run();
    expect(held.all('reply_held')).toHaveLength(1);
    expect(usages(held).texts).toEqual(usages(held).calls);
    const output = { schema: { type: 'object' }, strict: false, maxRetries: 1 };
    const structured = ScriptedChat.begun(team([agent('a', { output })]), {
      model: () => ({ text: '{"a": 1}' }),
    }).run();
    expect(structured.all('text')[0]?.structured).toEqual({ a: 1 });
    expect(usages(structured).texts).toEqual(usages(structured).calls);
  });
});
