import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition } from '@colloquy/contracts';
import { parsedReply } from './structured-output.ts';
import { agent, handsTo, ScriptedChat, team, tool, type Answer } from './test-driver.ts';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'number', minimum: -90 } },
  required: ['city', 'degrees'],
  additionalProperties: false,
};
const output: NonNullable<AgentDefinition['output']> = { schema, strict: true, maxRetries: 2, saveTo: 'weather' };
const good = '{"city":"Rome","degrees":31}';

/** One agent that has to answer in a form, and what its model says, call after call. */
function weather(answers: readonly Answer[], more: Parameters<typeof agent>[1] = {}) {
  const workflow = team([agent('a', { output, tools: ['look'], handoffs: [handsTo('b')], ...more }), agent('b')], {
    tools: [tool('look')],
  });
  let call = 0;
  return ScriptedChat.begun(workflow, {
    model: ({ agent: name }) => (name === 'a' ? answers[call++] : undefined) ?? {},
  });
}

describe('a reply of a form', () => {
  it('is asked for by its schema, strictly, and comes as text and as data', () => {
    const chat = weather([{ text: good }]).run();
    expect(chat.requests[0]?.responseFormat).toEqual({ name: 'a_reply', schema, strict: true });
    expect(chat.all('text')[0]).toMatchObject({ text: good, structured: { city: 'Rome', degrees: 31 } });
    expect(chat.all('context_updated')[0]?.set).toEqual({ weather: { city: 'Rome', degrees: 31 } });
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('goes on the log with its usage and its variable in one commit', () => {
    const chat = weather([{ text: good }]).run();
    const commit = chat.commits.find((events) => events.some(({ type }) => type === 'text'));
    expect(commit?.map(({ type }) => type)).toEqual(['text', 'usage', 'context_updated']);
  });

  it('that does not fit is tried again: the model sees its reply and what is wrong (AG2 [M]: no validation retry)', () => {
    const chat = weather([{ text: 'Rome, 31' }, { text: '{"city":"Rome"}' }, { text: good }]).run();
    const shown = chat.requests.map(({ messages }) => messages.slice(1).map(({ role, content }) => [role, content]));
    expect(shown[1]).toEqual([
      ['user', 'Hello'],
      ['assistant', 'Rome, 31'],
      ['user', expect.stringContaining('must be JSON')],
    ]);
    expect(shown[2]?.slice(3)).toEqual([
      ['assistant', '{"city":"Rome"}'],
      ['user', expect.stringContaining('The reply must have "degrees".')],
    ]);
    expect(chat.all('message_aborted').map(({ reason }) => reason)).toEqual(['invalid', 'invalid']);
    expect(chat.all('usage')).toHaveLength(3);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('that never fits fails the run, and not so that trying the same again would help', () => {
    const chat = weather([{ text: 'a' }, { text: 'b' }, { text: 'c' }, { text: good }]).run();
    expect(chat.requests).toHaveLength(3);
    expect(chat.all('run_failed')[0]?.error).toMatchObject({ code: 'invalid_output', retryable: false });
    expect(chat.all('text')).toEqual([]);
  });

  it('that was rejected is not seen by others, nor by its agent in a later turn', () => {
    const chat = weather([{ text: 'wrong' }, { text: good }], { afterWork: { kind: 'agent', agent: 'b' } }).run();
    chat.say('Again');
    chat.run();
    const seenBy = (name: string) => chat.requests.findLast((request) => request.agent === name)?.messages;
    expect(JSON.stringify(seenBy('b'))).not.toContain('wrong');
    expect(JSON.stringify(seenBy('a'))).not.toContain('wrong');
  });

  it('is not wanted of a reply with tool calls, nor of a handoff', () => {
    const chat = weather([{ text: 'I look', calls: [{ tool: 'look' }] }, { text: good }]).run();
    expect(chat.types()).not.toContain('message_aborted');
    const handed = weather([{ text: 'b knows', calls: [{ tool: 'transfer_to_b' }] }]).run();
    expect(handed.types()).not.toContain('message_aborted');
    expect(handed.speakers).toEqual(['a', 'b']);
  });

  it('may come in a code fence', () => {
    expect(parsedReply(output, `\`\`\`json\n${good}\n\`\`\``)).toEqual({ value: JSON.parse(good) as unknown });
    expect(parsedReply(output, `Here: ${good}`)).toHaveProperty('fault');
  });

  it('is tried again from the log alone (P3): a crash in between changes nothing', () => {
    const chat = weather([{ text: 'wrong' }, { text: good }]);
    while (!chat.types().includes('message_aborted')) chat.perform(chat.step);
    expect(chat.upTo(chat.commits.length).step).toEqual(chat.step);
  });
});
