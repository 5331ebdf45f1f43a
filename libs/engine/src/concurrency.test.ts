/** Many runs of one workflow at once: AG2 [M] shares agents between runs, so runs see each other's variables and bills. */
import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, Totals } from '@colloquy/contracts';
import { agent, handsTo, ScriptedChat, team, tool, type Script } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

const RUNS = 1000;

/** Everything that calls a model: speakers chosen, replies, guardrails, digests, a summary, a title. */
const workflow = team(
  [
    agent('a', {
      systemMessage: 'You serve {customer}.',
      tools: ['look'],
      handoffs: [handsTo('b')],
      updates: [{ set: { turns: 'turns + 1' } }],
      context: { maxTokens: 30, keepLast: 1, summarize: true },
      afterWork: { kind: 'group_manager' },
    }),
    agent('b', { systemMessage: 'You check what {customer} gets.', maxReplies: 1, afterWork: { kind: 'terminate' } }),
    agent('c'),
  ],
  {
    tools: [tool('look', { idempotent: true, onInterrupted: 'retry' })],
    variables: { turns: 0 },
    guardrails: [
      { name: 'taste', on: 'output', action: 'rewrite', check: { kind: 'model', model: 'm', instruction: 'Insults' } },
    ],
    summary: { kind: 'model', model: 'm', instruction: 'Sum up what {customer} got.' },
    titleModel: 'm',
  },
);

/** The secret of a run, and what each of its model calls uses: no two runs use the same. */
const secret = (run: number) => `customer-${String(run).padStart(4, '0')}`;

function script(run: number, calls: ModelRequest[]): Script {
  return {
    model: (request) => {
      calls.push(request);
      const tokens = run * 7 + calls.length;
      const { purpose, messages, tools } = request;
      if (purpose === 'guardrail') return { calls: [{ tool: 'verdict', arguments: { tripped: false } }], tokens };
      if (purpose === 'select_speaker') {
        return { calls: [{ tool: tools[0]?.name ?? '', arguments: { name: 'b' } }], tokens };
      }
      if (request.agent === 'a' && purpose === 'reply' && !messages.some(({ role }) => role === 'tool')) {
        return { calls: [{ tool: 'look' }], tokens };
      }
      return { text: `${purpose} for ${secret(run)}`, tokens };
    },
    tool: () => ({ ok: true, result: `what ${secret(run)} wants`, set: { found: secret(run) }, ms: 1 }),
  };
}

function purposesOf(events: readonly ChatEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.type === 'usage' ? [event.purpose] : [])))].sort();
}

describe('a thousand runs of one workflow at once', () => {
  const calls = Array.from({ length: RUNS }, (): ModelRequest[] => []);
  const chats = calls.map((of, run) => {
    const chat = new ScriptedChat(workflow, script(run, of));
    const variables = { customer: secret(run) };
    chat.append([
      { type: 'chat_created', ownerId: 'user-1', workflow: workflow.name, variables },
      {
        type: 'user_message',
        messageId: `message-${secret(run)}`,
        commandId: `command-${secret(run)}`,
        text: secret(run),
      },
    ]);
    return chat;
  });
  // A step of each in turn, so that every run stands at every point while others go on.
  for (let going = chats; going.length > 0; going = going.filter(({ step }) => step.kind !== 'rest')) {
    for (const chat of going) chat.perform(chat.step);
  }

  it('know nothing of each other', () => {
    for (const [run, chat] of chats.entries()) {
      const known = JSON.stringify([chat.events, calls[run]]);
      const names = new Set(known.match(/customer-\d{4}/g));
      expect([...names]).toEqual([secret(run)]);
    }
  });

  it('are charged what they used, to the token, whatever it was for', () => {
    for (const [run, chat] of chats.entries()) {
      const own = calls[run] ?? [];
      const promptTokens = own.reduce((sum, _call, index) => sum + run * 7 + index + 1, 0);
      const expected: Totals = {
        promptTokens,
        cachedTokens: 0,
        completionTokens: own.length * 5,
        costMicroUsd: own.length * 100,
        modelCalls: own.length,
      };
      expect(chat.state.totals).toEqual(expected);
      expect(chat.all('usage').at(-1)?.totals).toEqual(expected);
      expect(purposesOf(chat.events)).toEqual(['guardrail', 'reply', 'select_speaker', 'summary', 'title']);
    }
  });

  it('end as they would alone', () => {
    for (const chat of chats) {
      expect(chat.reason).toBe('handoff_terminate');
      expect(chat.speakers).toEqual(['a', 'b']);
      expect(chat.all('run_completed')[0]?.summary).toContain('summary for');
    }
  });
});
