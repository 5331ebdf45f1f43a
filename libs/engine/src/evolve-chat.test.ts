/** What a chat knows after its events: what was said, who has its run, and what belongs to neither. */
import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { agent, assistant, id, ScriptedChat, team, tool } from './test-driver.ts';

const workflow = team([agent('a', { tools: ['look'] }), agent('b')], { tools: [tool('look')] });

/** A run in which it is the turn of `a`. */
const begun = () => {
  const chat = ScriptedChat.begun(workflow);
  while (chat.state.run?.speaker === undefined) chat.perform(chat.step);
  return chat;
};
const append = (chat: ScriptedChat, ...events: readonly object[]) => {
  chat.append(events.map((event) => ({ runId: chat.state.run?.runId, agent: 'a', ...event }) as NewEvent));
  return chat;
};
const message = (name: string) => {
  return { type: 'user_message', messageId: id(name), commandId: id(`c-${name}`), text: name, by: 'user-1' };
};
const starting = (trigger: number) => {
  const about = { workflow: 'team', workflowHash: 'h', engineVersion: 1, variables: {}, worker: 'w1' };
  return { type: 'run_started', runId: id('run'), trigger, ...about };
};
const lastSaid = (chat: ScriptedChat) => [...chat.state.said].at(-1);
const saidBy = (chat: ScriptedChat) => [...chat.state.said].filter(({ kind }) => kind === 'agent');

describe('a chat', () => {
  const created = { type: 'chat_created', ownerId: 'user-1', workflow: 'team', variables: {}, commandId: id('c1') };

  it('belongs to its tenant and has the title that it was given', () => {
    const chat = append(new ScriptedChat(workflow), { ...created, tenantId: 'acme', title: 'Plans' });
    expect(chat.state).toMatchObject({ ownerId: 'user-1', tenantId: 'acme', title: 'Plans', workflow: 'team' });
  });

  it('has neither that it was not given', () => {
    const { tenantId, title } = append(new ScriptedChat(workflow), created).state;
    expect([tenantId, title]).toEqual([undefined, undefined]);
  });
});

describe('a run', () => {
  it('takes up what was said up to its trigger; the rest waits for the next one', () => {
    const chat = ScriptedChat.begun(workflow);
    append(chat, message('later'), starting(2));
    expect([...chat.state.said]).toMatchObject([{ kind: 'user', text: 'Hello' }]);
    expect(chat.state.inbox).toMatchObject([{ text: 'later' }]);
  });

  it('begins with nothing done', () => {
    const { run } = append(ScriptedChat.begun(workflow), starting(2)).state;
    const nothing = { turns: 0, toolCalls: 0, tokens: 0, costMicroUsd: 0, handoffs: 0, claimsInARow: 0 };
    expect(run).toMatchObject({ ...nothing, turnEnded: false, replyCalls: [], openCalls: [], children: [] });
    expect(run?.deadlineAt).toBeUndefined();
    const inTime = append(ScriptedChat.begun(workflow), { ...starting(2), deadlineAt: '2026-01-02T00:00:00.000Z' });
    expect(inTime.state.run?.deadlineAt).toBe('2026-01-02T00:00:00.000Z');
  });

  it('goes on when another one ends', () => {
    const chat = begun();
    const runId = chat.state.run?.runId;
    append(chat, { type: 'run_completed', runId: id('other'), reason: { code: 'deadline', text: '' } });
    append(chat, { type: 'run_cancelled', runId: id('other'), commandId: id('other'), by: 'user-1' });
    expect(chat.state.run?.runId).toBe(runId);
  });

  it('is changed by no event of another one', () => {
    const chat = begun();
    append(chat, { type: 'speaker_selected', runId: id('other'), agent: 'b', by: 'pattern' });
    expect(chat.state.run).toMatchObject({ speaker: 'a', turns: 1 });
  });
});

describe('a stop before any run has begun', () => {
  const stop = (runId: string) => ({ type: 'run_cancelled', runId, commandId: id('stop'), by: 'user-1' });

  it('takes what waits: nobody answers it', () => {
    const chat = append(ScriptedChat.begun(assistant), stop(id('stop')));
    expect(chat.state.inbox).toEqual([]);
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
  });

  it('that is about a run which is over takes nothing', () => {
    const chat = append(ScriptedChat.begun(assistant), stop(id('over')));
    expect(chat.state.inbox).toMatchObject([{ text: 'Hello' }]);
  });
});

describe('what was said', () => {
  const started = (purpose: string, kind = 'text') => {
    return { type: 'message_started', messageId: id('m'), kind, purpose, model: 'm', attempt: 1 };
  };
  const text = (words: string) => ({ type: 'text', messageId: id('m'), text: words, finishReason: 'stop' });
  const aborted = (words: string) => ({ type: 'message_aborted', messageId: id('m'), text: words, reason: 'crashed' });

  it('is a reply, whole or as far as it came', () => {
    const said = { kind: 'agent', agent: 'a', messageId: id('m') };
    expect(saidBy(append(begun(), started('reply'), text('Yes')))).toMatchObject([{ ...said, text: 'Yes' }]);
    expect(saidBy(append(begun(), started('reply'), aborted('Ye')))).toMatchObject([{ ...said, text: 'Ye' }]);
  });

  it('is no reply without words, no thought and no choice of a speaker', () => {
    expect(saidBy(append(begun(), started('reply'), text('')))).toEqual([]);
    expect(saidBy(append(begun(), started('reply', 'reasoning'), aborted('Hm')))).toEqual([]);
    expect(saidBy(append(begun(), started('select_speaker'), text('b')))).toEqual([]);
  });

  it('is a reply also while something else is being written', () => {
    const choice = { ...started('select_speaker'), messageId: id('s') };
    expect(saidBy(append(begun(), choice, started('reply'), text('Yes')))).toMatchObject([{ text: 'Yes' }]);
  });

  it('is what each of several tools answered, under its own name', () => {
    const call = { type: 'tool_call', arguments: {}, approval: 'none', messageId: id('m') };
    const calls = ['look', 'pay'].map((name) => ({ ...call, callId: id(name), tool: name }));
    const answer = { type: 'tool_response', callId: id('pay'), ok: true, result: 'x', ms: 1 };
    expect(lastSaid(append(begun(), ...calls, answer))).toMatchObject({ kind: 'result', tool: 'pay' });
  });

  it('is what a tool answered, under its name, or how it failed', () => {
    const about = { callId: id('c'), ms: 1 };
    const call = { type: 'tool_call', callId: id('c'), tool: 'look', arguments: {}, approval: 'none' };
    const answer = (more: object) => {
      return lastSaid(append(begun(), { ...call, messageId: id('m') }, { type: 'tool_response', ...about, ...more }));
    };
    expect(answer({ ok: true, result: { a: 1 } })).toMatchObject({ kind: 'result', tool: 'look', content: '{"a":1}' });
    expect(answer({ ok: false, error: { code: 'x', message: 'No' } })).toMatchObject({ content: 'Error: No' });
    expect(answer({ ok: false })).toMatchObject({ content: 'Error: the tool failed' });
    const unknown = append(begun(), { type: 'tool_response', ...about, ok: true, result: 'x' });
    expect(lastSaid(unknown)).toMatchObject({ kind: 'result', tool: '', content: 'x' });
  });

  it('keeps calls and handoffs in their places', () => {
    const chat = append(begun(), { type: 'handoff', from: 'a', to: 'b', by: 'model' });
    expect(lastSaid(chat)).toEqual({ kind: 'handoff', from: 'a', to: 'b', seq: chat.state.lastSeq });
  });
});

describe('what a chat has used', () => {
  it('is what the newest usage says, and nothing before the first', () => {
    const totals = { promptTokens: 3, cachedTokens: 1, completionTokens: 2, costMicroUsd: 5, modelCalls: 1 };
    const chat = begun();
    expect(chat.state.totals).toMatchObject({ promptTokens: 0, modelCalls: 0 });
    const about = { purpose: 'reply', model: 'm', ms: 1, firstTokenMs: null };
    append(chat, { type: 'usage', ...about, ...totals, totals });
    expect(chat.state.totals).toEqual(totals);
  });
});
