import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

/** An agent with a person beside it, and one that it hands over to. */
function accompanied(more: Partial<AgentDefinition>, script: Script = {}, workflow: Parameters<typeof team>[1] = {}) {
  const agents = [agent('a', { tools: ['look'], ...more }), agent('b')];
  return ScriptedChat.begun(team(agents, { tools: [tool('look')], ...workflow }), script);
}

const heardBy = (chat: ScriptedChat, name: string) =>
  chat.requests.findLast(({ agent: speaker }) => speaker === name)?.messages.map(({ content }) => content);

describe('a person who is asked before each turn', () => {
  it('is asked once, also when the agent uses tools, and is heard', () => {
    const questions: string[] = [];
    const chat = accompanied(
      { person: 'always' },
      {
        model: ({ messages }) =>
          messages.some(({ role }) => role === 'tool') ? { text: 'Done' } : { calls: [{ tool: 'look' }] },
        person: ({ prompt }) => (questions.push(prompt) === 1 ? 'Be brief' : ''),
      },
    ).run();
    expect(chat.all('input_request').map(({ purpose, kind, agent: name }) => [purpose, kind, name])).toEqual([
      ['turn', 'text', 'a'],
    ]);
    expect(heardBy(chat, 'a')?.slice(0, 3)).toEqual(['You are a.', 'Hello', 'Be brief']);
    expect(questions).toHaveLength(1);
  });

  it('says it in their own name, not in the agent`s (AG2 [M]: text typed for an agent is posted under its name)', () => {
    const chat = accompanied(
      { person: 'always', afterWork: { kind: 'agent', agent: 'b' } },
      { person: () => 'I want it cheap' },
    ).run();
    const request = chat.requests.find(({ agent: name }) => name === 'b');
    expect(request?.messages[2]).toEqual({ role: 'user', content: 'I want it cheap' });
    expect(chat.all('text').map(({ text }) => text)).not.toContain('I want it cheap');
  });

  it('without an answer in time the agent speaks as if nobody had been asked', () => {
    const chat = accompanied({ person: 'always', questionExpiry: { afterMs: 1000, then: 'go_on' } }).run();
    const [request] = chat.all('input_request');
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(request?.expiresAt).toBeDefined();
    chat.fire({ id: request?.requestId ?? '', kind: 'expiry', at: request?.expiresAt ?? '' });
    expect(chat.run().reason).toBe('handoff_terminate');
    expect(heardBy(chat, 'a')).toEqual(['You are a.', 'Hello']);
  });

  it('who does not answer ends the run where the workflow says so', () => {
    const chat = accompanied({ person: 'always', questionExpiry: { afterMs: 1000, then: 'end_run' } }).run();
    const [request] = chat.all('input_request');
    chat.fire({ id: request?.requestId ?? '', kind: 'expiry', at: request?.expiresAt ?? '' });
    expect(chat.reason).toBe('question_expired');
  });

  it('may stop the run instead', () => {
    const chat = accompanied({ person: 'always' }).run();
    chat.cancel();
    expect(chat.types().at(-1)).toBe('run_cancelled');
  });
});

describe('a person who is asked before the run ends', () => {
  const ending = { person: 'on_end' as const, endsOn: [{ kind: 'equals' as const, text: 'TERMINATE' }] };
  const model: Script['model'] = () => ({ text: 'TERMINATE' });

  it('has it go on with what they say, and it ends when they say nothing', () => {
    const answers = ['One more thing', ''];
    const chat = accompanied(ending, { model, person: () => answers.shift() ?? '' }).run();
    expect(chat.requests).toHaveLength(2);
    expect(heardBy(chat, 'a')).toEqual(['You are a.', 'Hello', 'TERMINATE', 'One more thing']);
    expect(chat.all('speaker_selected').map(({ by }) => by)).toEqual(['pattern', 'human']);
    expect(chat.reason).toBe('text_matched');
  });

  it('cannot keep it going for ever: each time is a turn', () => {
    const chat = accompanied(
      ending,
      { model, person: () => 'More' },
      { limits: { maxTurns: 4, maxToolCalls: 9 } },
    ).run();
    expect([chat.requests.length, chat.reason]).toEqual([4, 'max_turns']);
  });

  it('is asked when an agent has spoken as often as it may, and gives it as many replies again', () => {
    const answers = ['Go on', ''];
    const chat = accompanied(
      { person: 'on_end', maxReplies: 2, afterWork: { kind: 'stay' } },
      { person: () => answers.shift() ?? '' },
      { limits: { maxTurns: 7, maxToolCalls: 9 } },
    ).run();
    expect(chat.requests.length).toBe(4);
    expect(
      chat
        .all('input_request')
        .map(({ purpose }) => purpose)
        .slice(0, 2),
    ).toEqual(['end', 'end']);
  });
});

describe('an agent that has spoken as often as it may', () => {
  it('is passed over: what comes after it decides without it', () => {
    const chat = accompanied(
      { maxReplies: 1, afterWork: { kind: 'agent', agent: 'b' } },
      {},
      {
        pattern: { kind: 'default', initialAgent: 'a', afterWork: { kind: 'agent', agent: 'a' } },
        limits: { maxTurns: 6, maxToolCalls: 9 },
      },
    ).run();
    expect(chat.speakers).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(chat.requests.map(({ agent: name }) => name)).toEqual(['a', 'b', 'b', 'b']);
    expect(chat.reason).toBe('max_turns');
  });
});
