import { describe, expect, it } from '@jest/globals';
import type { Json, NewEvent } from '@colloquy/contracts';
import { agent, handsTo, id, ScriptedChat, team, tool } from './test-driver.ts';
import type { RunState } from './types.ts';

const workflow = team([agent('a', { tools: ['look', 'pay'], handoffs: [handsTo('b')] }), agent('b')], {
  tools: [tool('look'), tool('pay', { onInterrupted: 'retry' })],
});

/** A run in which it is the turn of `a`. */
const begun = () => {
  const chat = ScriptedChat.begun(workflow);
  while (chat.state.run?.speaker === undefined) chat.perform(chat.step);
  return chat;
};
const runOf = (chat: ScriptedChat): RunState => {
  const { run } = chat.state;
  if (run === undefined) throw new Error('no run goes on');
  return run;
};
const append = (chat: ScriptedChat, ...events: readonly object[]) => {
  const { runId } = runOf(chat);
  chat.append(events.map((event) => ({ runId, agent: 'a', ...event }) as NewEvent));
  return chat;
};

const started = (name: string, purpose = 'reply', kind = 'text') => {
  return { type: 'message_started', messageId: id(name), kind, purpose, model: 'm', attempt: 1 };
};
const said = (name: string, text = 'Yes') => ({ type: 'text', messageId: id(name), text, finishReason: 'stop' });
const called = (name: string, more: { tool?: string; arguments?: Json; reply?: string } = {}) => {
  const { tool: of = 'look', arguments: args = {}, reply = 'm' } = more;
  return { type: 'tool_call', callId: id(name), tool: of, arguments: args, approval: 'none', messageId: id(reply) };
};
const answered = (name: string, more: object = {}) => {
  return { type: 'tool_response', callId: id(name), ok: true, result: 1, ms: 1, ...more };
};
const failed = (name: string, code: string) => {
  return { type: 'tool_response', callId: id(name), ok: false, error: { code, message: code }, ms: 1 };
};

describe('a message', () => {
  it.each([
    ['what was said', said('m')],
    ['a thought', { type: 'reasoning', messageId: id('m'), text: 'Hm', ms: 1 }],
    ['one that was cut off', { type: 'message_aborted', messageId: id('m'), text: 'Y', reason: 'cancelled' }],
  ])('is open until it has ended as %s', (_, end) => {
    const chat = append(begun(), started('m'));
    expect(runOf(chat).openMessages).toMatchObject([{ messageId: id('m') }]);
    append(chat, end);
    expect(runOf(chat).openMessages).toEqual([]);
  });

  it('that is a reply ends the turn, be it known to have begun or not', () => {
    const chat = append(begun(), said('m', 'Here'));
    expect(runOf(chat)).toMatchObject({ turnEnded: true, lastReply: 'Here' });
  });

  it('that is none ends no turn, also while a reply is open', () => {
    const chat = append(begun(), started('r'), started('s', 'select_speaker'), said('s', 'b'));
    expect(runOf(chat)).toMatchObject({ turnEnded: false, openMessages: [{ messageId: id('r') }] });
    expect(runOf(chat).lastReply).toBeUndefined();
    append(chat, started('t', 'select_speaker'), said('r', 'Here'));
    expect(runOf(chat)).toMatchObject({ turnEnded: true, lastReply: 'Here', openMessages: [{ messageId: id('t') }] });
  });
});

describe('what a model call has used', () => {
  it('says that nothing of it is open any more, and leaves what other calls say', () => {
    const counts = { promptTokens: 1, cachedTokens: 0, completionTokens: 1, costMicroUsd: 1 };
    const about = { model: 'm', ms: 1, firstTokenMs: null, totals: { ...counts, modelCalls: 1 }, ...counts };
    const chat = append(begun(), started('r'), started('s', 'select_speaker'));
    append(chat, { type: 'usage', purpose: 'select_speaker', ...about });
    expect(runOf(chat)).toMatchObject({ openMessages: [{ messageId: id('r') }], tokens: 2, costMicroUsd: 1 });
  });
});

describe('an answer to a call', () => {
  it('that nobody knows changes nothing of the run', () => {
    const chat = append(begun(), called('c'));
    const { openCalls, repeats, replyCalls } = runOf(chat);
    append(chat, answered('another'));
    expect(runOf(chat)).toMatchObject({ openCalls, repeats, replyCalls });
  });

  it('is kept with its call until it is settled: what it sets, and where it wants the turn to go', () => {
    const target = { kind: 'agent', agent: 'b' };
    const chat = append(begun(), called('c'), called('d'), answered('d', { set: { x: 1 }, target }));
    expect(runOf(chat).replyCalls).toEqual([
      { callId: id('c'), messageId: id('m') },
      { callId: id('d'), messageId: id('m'), set: { x: 1 }, target },
    ]);
    append(chat, { type: 'context_updated', set: { x: 1 } });
    expect(runOf(chat).replyCalls[1]).not.toHaveProperty('set');
  });

  it.each([
    ['tool', false],
    ['context', false],
    ['model', true],
  ])('loses its wish for the turn to a handoff by %s: %p is left', (by, left) => {
    const target = { kind: 'agent', agent: 'b' };
    const chat = append(begun(), called('c'), answered('c', { target }));
    append(chat, { type: 'handoff', from: 'a', to: 'b', by });
    expect('target' in (runOf(chat).replyCalls[0] ?? {})).toBe(left);
  });

  it('closes the questions about the call, and no others', () => {
    const asks = (name: string) => {
      const about = { kind: 'approval', prompt: '?', callId: id(name) };
      return { type: 'input_request', requestId: id(`q-${name}`), ...about };
    };
    const chat = append(begun(), called('c'), called('d'), asks('c'), asks('d'), answered('c'));
    expect(runOf(chat).openRequests).toMatchObject([{ callId: id('d') }]);
  });

  it('ends what is known of the child runs of the call, and of no others', () => {
    const starts = (name: string) => {
      const about = { workflow: 'team', workflowHash: 'h', engineVersion: 1, trigger: 1, variables: {}, worker: 'w1' };
      const child = { parentRunId: runOf(chat).runId, parentCallId: id(name), child: 'x', branch: 'y', mode: 'all' };
      return { type: 'run_started', runId: id(`run-${name}`), ...about, ...child };
    };
    const chat = append(begun(), called('c'), called('d'));
    append(chat, starts('c'), starts('d'));
    expect(runOf(chat).childRuns).toHaveLength(2);
    append(chat, answered('c'));
    expect(runOf(chat).childRuns).toMatchObject([{ callId: id('d') }]);
  });
});

describe('a repeat', () => {
  const repeats = (...events: object[]) => runOf(append(begun(), ...events)).repeats.count;

  it('is the same call with the same answer, one after the other', () => {
    expect(repeats(called('c'), answered('c'), called('d'), answered('d'))).toBe(2);
    expect(repeats(called('c'), failed('c', 'x'), called('d'), failed('d', 'x'))).toBe(2);
  });

  it('is not a call of another tool, or with other arguments, that is answered alike', () => {
    expect(repeats(called('c'), answered('c'), called('d', { tool: 'pay' }), answered('d'))).toBe(1);
    expect(repeats(called('c'), answered('c'), called('d', { arguments: { a: 1 } }), answered('d'))).toBe(1);
  });

  it('is not a call that fails in another way', () => {
    expect(repeats(called('c'), failed('c', 'timeout'), called('d'), failed('d', 'failed'))).toBe(1);
  });

  it('is not a call that fails without saying how, after one that says it', () => {
    const silent = { type: 'tool_response', callId: id('d'), ok: false, ms: 1 };
    expect(repeats(called('c'), failed('c', 'timeout'), called('d'), silent)).toBe(1);
  });

  it('is not a call whose parts only read the same in a row', () => {
    const first = [called('c', { arguments: 1 }), answered('c', { result: 11 })];
    expect(repeats(...first, called('d', { arguments: 11 }), answered('d', { result: 1 }))).toBe(1);
  });
});

describe('a tool that may end the processes that run it (P3)', () => {
  /** A chat in which `pay` is to run. */
  const paying = () => append(begun(), called('c', { tool: 'pay' }));
  const drained = (chat: ScriptedChat) => append(chat, { type: 'run_released', worker: 'w', reason: 'drain' });
  const dies = (chat: ScriptedChat) => {
    const attempt = (runOf(chat).openCalls[0]?.attempts ?? 0) + 1;
    append(chat, { type: 'tool_started', callId: id('c'), attempt }).takeOver();
  };
  const isGivenUp = (chat: ScriptedChat) => chat.step.kind !== 'run_tools';

  it('is given up after five deaths, however often it was handed on before it ran', () => {
    const chat = paying();
    for (let drains = 0; drains < 3; drains++) drained(chat).takeOver();
    for (let deaths = 1; deaths <= 4; deaths++) dies(chat);
    expect(isGivenUp(chat)).toBe(false);
    dies(chat);
    expect(isGivenUp(chat)).toBe(true);
  });

  it('is given up after five deaths, however often it was handed on between two of them', () => {
    const chat = paying();
    for (let deaths = 1; deaths <= 4; deaths++) {
      dies(chat);
      drained(chat).takeOver();
    }
    expect(isGivenUp(chat)).toBe(false);
    dies(chat);
    expect(isGivenUp(chat)).toBe(true);
  });
});

describe('an answer to a question', () => {
  const asks = (name: string) => ({ type: 'input_request', requestId: id(name), kind: 'text', prompt: '?' });
  const says = (name: string) => ({ type: 'input_response', requestId: id(name), by: 'user-1', value: 'Blue' });

  it('closes that question, and no other', () => {
    const chat = append(begun(), asks('q'), asks('r'), says('r'));
    expect(runOf(chat).openRequests).toMatchObject([{ requestId: id('q') }]);
  });

  it('that nobody knows closes none', () => {
    const chat = append(begun(), asks('q'), says('another'));
    expect(runOf(chat).openRequests).toMatchObject([{ requestId: id('q') }]);
  });
});

describe('a handoff', () => {
  it('is counted: two to the same tool are two calls of it', () => {
    const chat = append(begun(), { type: 'handoff', from: 'a', to: 'b', by: 'after_work' });
    expect(runOf(chat).handoffs).toBe(1);
    append(chat, { type: 'handoff', from: 'a', to: 'b', by: 'after_work' });
    expect(runOf(chat).handoffs).toBe(2);
  });
});

describe('claims in a row without a finished piece of work (P3)', () => {
  const claimed = () =>
    append(begun(), called('c'), { type: 'input_request', requestId: id('q'), kind: 'text', prompt: '?' });
  const claimsAfter = (event: object) => {
    const chat = claimed();
    chat.takeOver();
    chat.takeOver();
    return runOf(append(chat, event)).claimsInARow;
  };

  it.each([
    { type: 'speaker_selected', by: 'pattern' },
    { type: 'handoff', from: 'a', to: 'b', by: 'model' },
    { type: 'context_updated', set: {} },
    said('m'),
    { type: 'reasoning', messageId: id('m'), text: 'Hm', ms: 1 },
    called('d'),
    answered('c'),
    { type: 'input_request', requestId: id('r'), kind: 'text', prompt: '?' },
    { type: 'input_response', requestId: id('q'), by: 'user-1', value: 'Blue' },
    { type: 'reply_held', messageId: id('m'), finishReason: 'stop', reply: {} },
    { type: 'guardrail_passed', name: 'g', on: 'output', about: id('m') },
    { type: 'guardrail_tripped', name: 'g', on: 'output', action: 'mask', detail: {} },
    { type: 'context_summarized', upToSeq: 1, digest: 'x' },
  ])('begin anew with $type', (event) => {
    expect(claimsAfter(event)).toBe(0);
  });

  it.each([
    started('m'),
    { type: 'message_aborted', messageId: id('m'), text: 'Y', reason: 'crashed' },
    { type: 'tool_started', callId: id('c'), attempt: 1 },
  ])('go on with $type, which only began or was cut off', (event) => {
    expect(claimsAfter(event)).toBe(2);
  });
});
