import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition } from '@colloquy/contracts';
import fc from 'fast-check';
import { estimateMessages } from './estimate-view.ts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';
import type { ModelMessage } from './types.ts';

type Policy = NonNullable<AgentDefinition['context']>;

const LONG = 'word '.repeat(80);

/** A chat of so many runs with an agent that sees so much of it; its tool is used in each of them. */
function talk(context: Policy, runs = 6) {
  const workflow = team([agent('a', { context, tools: ['look'] })], { tools: [tool('look')] });
  const chat = ScriptedChat.begun(
    workflow,
    {
      model: ({ purpose, messages }) => {
        if (purpose === 'summary') return { text: `digest of ${String(messages[1]?.content?.length)}`, tokens: 33 };
        return messages.at(-1)?.role === 'user' ? { calls: [{ tool: 'look' }] } : { text: LONG };
      },
      tool: () => ({ ok: true, result: LONG, ms: 1 }),
    },
    'Message 1',
  ).run();
  for (let run = 2; run <= runs; run++) {
    chat.say(`Message ${String(run)}`);
    chat.run();
  }
  return chat;
}

const replies = (chat: ScriptedChat) => chat.requests.filter(({ purpose }) => purpose === 'reply');
const summaries = (chat: ScriptedChat) => chat.requests.filter(({ purpose }) => purpose === 'summary');

/** Every call with its result right after it, and no result without its call. */
function expectPairs(messages: readonly ModelMessage[]): void {
  messages.forEach((message, index) => {
    if (message.role === 'tool') expect(['assistant', 'tool']).toContain(messages[index - 1]?.role);
    if (message.role === 'assistant' && message.toolCalls) expect(messages[index + 1]?.role).toBe('tool');
  });
}

describe('a context policy that leaves out', () => {
  it('keeps the system message and the newest, within its tokens (K1)', () => {
    const chat = talk({ maxTokens: 600, keepLast: 2, summarize: false });
    for (const { messages } of replies(chat)) {
      expect(messages[0]).toEqual({ role: 'system', content: 'You are a.' });
      expect(estimateMessages(messages)).toBeLessThanOrEqual(600);
      expectPairs(messages);
    }
    expect(
      replies(chat)
        .at(-1)
        ?.messages.some(({ content }) => content === 'Message 1'),
    ).toBe(false);
    expect(summaries(chat)).toEqual([]);
  });

  it('counts the schemas of tools, which leave less room for what was said', () => {
    const inputSchema = { type: 'object', description: 'word '.repeat(200) };
    const seen = (more: object) => {
      const workflow = team(
        [agent('a', { context: { maxTokens: 600, keepLast: 1, summarize: false }, tools: ['look'] })],
        {
          tools: [tool('look', more)],
        },
      );
      const chat = ScriptedChat.begun(workflow, { model: () => ({ text: LONG }) }).run();
      for (let run = 0; run < 6; run++) {
        chat.say('More');
        chat.run();
      }
      return replies(chat).at(-1)?.messages.length ?? 0;
    };
    expect(seen({ inputSchema })).toBeLessThan(seen({}));
  });

  it('keeps the newest whole even when they are too much', () => {
    const chat = talk({ maxTokens: 1, keepLast: 3, summarize: false }, 2);
    const { messages } = replies(chat).at(-1) ?? { messages: [] };
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
  });
});

describe('a context policy that summarises', () => {
  const policy = { maxTokens: 600, keepLast: 2, summarize: true, model: 'small' };

  it('puts what does not fit into a summary, which stands first from then on', () => {
    const chat = talk(policy);
    expect(summaries(chat)[0]).toMatchObject({ model: 'small', agent: 'a' });
    expect(summaries(chat)[0]?.messages[1]?.content).toContain('Person: Message 1');
    const [, digest] = replies(chat).at(-1)?.messages ?? [];
    expect(digest?.content).toMatch(/^What was said before, in short:\ndigest of \d+$/);
    for (const { messages } of replies(chat)) expectPairs(messages);
  });

  it('K2: each covers more than the one before, and begins with it', () => {
    const chat = talk(policy, 12);
    const upTo = chat.all('context_summarized').map(({ upToSeq }) => upToSeq);
    expect(upTo.length).toBeGreaterThan(2);
    expect(upTo).toEqual([...new Set(upTo)].sort((a, b) => a - b));
    expect(summaries(chat)[1]?.messages[1]?.content).toContain('digest of');
  });

  it('is counted, with its tokens', () => {
    const chat = talk(policy);
    const counted = chat.all('usage').filter(({ purpose }) => purpose === 'summary');
    expect(counted.map(({ promptTokens }) => promptTokens)).toEqual(summaries(chat).map(() => 33));
    expect(chat.state.totals.modelCalls).toBe(chat.requests.length);
  });

  it('loses nothing that was queued while the summary covers what came later', () => {
    const chat = talk(policy, 3);
    chat.say('Begin');
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.say('Queued early');
    chat.run();
    const last =
      replies(chat)
        .at(-2)
        ?.messages.map(({ content }) => content) ?? [];
    expect(last).toContain('Queued early');
  });

  it('what is about one agent is not seen by another', () => {
    const agents = [
      agent('a', { context: { ...policy, maxTokens: 60 }, afterWork: { kind: 'agent', agent: 'b' } }),
      agent('b'),
    ];
    const chat = ScriptedChat.begun(team(agents), { model: () => ({ text: LONG }) }, LONG).run();
    chat.say(LONG);
    chat.run();
    const seenBy = (name: string) => replies(chat).findLast(({ agent: of }) => of === name)?.messages ?? [];
    expect(seenBy('b').filter(({ role }) => role === 'user')).toHaveLength(4);
    expect(seenBy('a')[1]?.content).toContain('in short');
  });

  it('is a run of steps that ends, however little fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 6 }), (maxTokens, keepLast) => {
        const chat = talk({ ...policy, maxTokens, keepLast }, 4);
        expect(chat.all('run_completed')).toHaveLength(4);
        for (const { messages } of replies(chat)) expectPairs(messages);
      }),
      { numRuns: 40 },
    );
  });
});
