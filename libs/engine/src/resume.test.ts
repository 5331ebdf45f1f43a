/** What AG2 loses when a chat is resumed, measured, by the defect; see docs/reference/ag2-parity.md. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import { agent, handsTo, id, ScriptedChat, team, tool } from './test-driver.ts';
import { statusOf } from './status-of.ts';
import { timersOf } from './timers-of.ts';

const workflow = team(
  [
    agent('triage', { handoffs: [handsTo('billing')] }),
    agent('billing', {
      tools: ['note', 'refund'],
      askPerson: true,
      systemMessage: 'You know order {order}.',
      afterWork: { kind: 'terminate' },
    }),
  ],
  {
    tools: [tool('note'), tool('refund', { approval: 'required' })],
    variables: { order: 'unknown' },
    limits: { maxTurns: 9, maxToolCalls: 9, deadlineMs: 600_000 },
  },
);

/** Hands over, notes the order down, asks for a refund, waits for the person. */
function waiting(): ScriptedChat {
  return ScriptedChat.begun(workflow, {
    model: ({ agent: name, messages }) => {
      if (name === 'triage') return { calls: [{ tool: 'transfer_to_billing' }], tokens: 7 };
      const results = messages.filter(({ role }) => role === 'tool').length;
      if (results === 0) return { calls: [{ tool: 'note' }], tokens: 11 };
      return results === 1 ? { calls: [{ tool: 'refund', arguments: { cents: 5 } }], tokens: 13 } : { text: 'Done' };
    },
    tool: (run) => ({
      ok: true,
      result: 'noted',
      ms: 1,
      ...(run.tool.name === 'note' ? { set: { order: 'A-17' } } : {}),
    }),
  }).run();
}

/** The same chat in another process, which has nothing but its log. */
const elsewhere = (chat: ScriptedChat): ScriptedChat => chat.upTo(chat.commits.length);

describe('a chat that is resumed from its log has lost nothing', () => {
  it('[M] who was to speak: the agent whose turn it was, not the first one', () => {
    const chat = waiting();
    const resumed = elsewhere(chat);
    resumed.answer(resumed.pending, true);
    resumed.run();
    expect(resumed.requests.map((request) => request.agent)).toEqual(['billing']);
    expect(resumed.speakers).toEqual(chat.speakers);
  });

  it('[M] the handoff that was decided and not carried out', () => {
    const chat = ScriptedChat.begun(workflow, { model: () => ({ calls: [{ tool: 'transfer_to_billing' }] }) });
    while (chat.types().at(-1) !== 'handoff' && !chat.types().includes('handoff')) chat.perform(chat.step);
    const resumed = elsewhere(chat);
    expect(resumed.step).toEqual(chat.step);
    resumed.perform(resumed.step);
    expect(resumed.speakers.at(-1)).toBe('billing');
  });

  it('[M] the variables: not passed again, and seen by the agent', () => {
    const resumed = elsewhere(waiting());
    expect(resumed.state.run?.variables).toEqual({ order: 'A-17' });
    resumed.answer(resumed.pending, true);
    resumed.run();
    expect(resumed.requests[0]?.messages[0]).toMatchObject({ role: 'system', content: 'You know order A-17.' });
  });

  it('[M] the counters of turns, tools and tokens, so that limits bound the whole run', () => {
    const chat = waiting();
    const { turns, toolCalls, tokens, costMicroUsd } = elsewhere(chat).state.run ?? {};
    expect({ turns, toolCalls, tokens, costMicroUsd }).toEqual({
      turns: 2,
      toolCalls: 2,
      tokens: 46,
      costMicroUsd: 300,
    });
    expect(elsewhere(chat).state.totals).toEqual(chat.state.totals);
    expect(timersOf(elsewhere(chat).state)).toEqual(timersOf(chat.state));
  });

  it('[M] the tool call that waits: the agent that made it gets its result, nobody else', () => {
    const resumed = elsewhere(waiting());
    resumed.answer(resumed.pending, true);
    resumed.run();
    expect([...resumed.effects.values()]).toEqual(['refund {"cents":5}']);
    const results = resumed.requests[0]?.messages.filter(({ role }) => role === 'tool');
    expect(results).toHaveLength(2);
    expect(JSON.stringify(results)).not.toContain('no tool');
  });

  it('[M] the question to the person: it has an id, an agent, a kind and its call, and outlives the process', () => {
    const resumed = elsewhere(waiting());
    expect(statusOf(resumed.state)).toBe('waiting');
    expect(resumed.step).toEqual({ kind: 'rest', status: 'waiting' });
    const [asked] = resumed.all('input_request');
    const [, call] = resumed.all('tool_call').slice(-2);
    expect(asked).toMatchObject({ kind: 'approval', agent: 'billing', callId: call?.callId });
    expect(asked?.requestId).toBe(resumed.pending);
  });

  it('[M] what each agent knows: the same messages as without a stop', () => {
    const chat = waiting();
    const resumed = elsewhere(chat);
    for (const one of [chat, resumed]) {
      one.answer(one.pending, true);
      one.run();
    }
    const ids = (text: string): string => text.replaceAll(/id-\d+_*/g, 'id');
    expect(ids(JSON.stringify(resumed.requests.at(-1)))).toBe(ids(JSON.stringify(chat.requests.at(-1))));
  });

  it('[M] a new message after the end: it is the person`s, once, and begins with the first agent', () => {
    const chat = waiting();
    chat.answer(chat.pending, false);
    chat.run();
    const resumed = elsewhere(chat);
    resumed.say('And now?');
    resumed.run();
    const said = resumed.requests[0]?.messages.filter(({ content }) => content === 'And now?');
    expect(said).toEqual([{ role: 'user', content: 'And now?' }]);
    expect(resumed.requests[0]?.agent).toBe('triage');
  });
});

describe('the answer to a question', () => {
  it('[M] may come from another process than the one that asked; the first one wins', () => {
    const [one, other] = [waiting(), waiting()];
    const request = one.pending;
    expect(one.answer(request, false).verdict).toBe('accepted');
    for (const value of [true, false] as Json[]) {
      expect(one.answer(request, value)).toMatchObject({ verdict: 'rejected', code: 'request_not_pending' });
    }
    expect(one.all('input_response')).toMatchObject([{ value: false }]);
    expect(one.run().effects.size).toBe(1);
    expect(other.run().all('input_response')).toEqual([]);
  });

  it('[M] may be the last thing on the log when its process dies: the next one goes on from it', () => {
    const chat = waiting();
    chat.answer(chat.pending, true);
    const resumed = elsewhere(chat);
    resumed.takeOver();
    resumed.run();
    expect([...resumed.effects.values()]).toEqual(['refund {"cents":5}']);
    expect(resumed.reason).toBe('handoff_terminate');
  });

  it('[M] of nobody hangs nothing: commands are taken and the run can be stopped', () => {
    const chat = waiting();
    expect(chat.say('Hello?').verdict).toBe('accepted');
    expect(chat.cancel().verdict).toBe('accepted');
    expect(chat.state.run).toBeUndefined();
    expect(chat.answer(id('request-gone'), true)).toMatchObject({ code: 'request_not_pending' });
  });

  it('[M] an empty one is an answer, not the end', () => {
    const chat = ScriptedChat.begun(team([agent('a', { askPerson: true })]), {
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool')
          ? { text: 'Fine' }
          : { calls: [{ tool: 'ask_person', arguments: { question: 'Anything else?' } }] },
    }).run();
    expect(chat.answer(chat.pending, '').verdict).toBe('accepted');
    chat.run();
    expect(chat.all('tool_response')).toMatchObject([{ ok: true, result: '' }]);
    expect(chat.all('text')).toHaveLength(1);
  });
});
