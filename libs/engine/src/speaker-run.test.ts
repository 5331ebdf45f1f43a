import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { speakerRunOf } from './speaker-run.ts';
import { agent, id, ScriptedChat, team, tool } from './test-driver.ts';

const workflow = team([agent('a', { tools: ['look'] }), agent('b')], { tools: [tool('look')] });

/** What is known of the choice of speakers after these events of a run. */
const after = (...events: readonly object[]) => {
  const chat = ScriptedChat.begun(workflow);
  while (chat.state.run?.speaker === undefined) chat.perform(chat.step);
  const { runId } = chat.state.run;
  chat.append(events.map((event) => ({ runId, agent: 'a', ...event }) as NewEvent));
  return speakerRunOf(chat.state.run);
};

const runId = id('id-1');
const starts = (name: string, more: object = {}) => {
  const about = { workflow: 'team', workflowHash: 'h', engineVersion: 1, trigger: 1, variables: {}, worker: 'w1' };
  const child = { parentRunId: runId, child: 'x', branch: name, mode: 'all' };
  return { type: 'run_started', runId: id(name), ...about, ...child, ...more };
};
const handsOver = (from: string, to: string, by = 'model') => ({ type: 'handoff', from, to, by });
const call = (name: string) => {
  return { type: 'tool_call', callId: id(name), tool: 'look', arguments: {}, approval: 'none', messageId: id('m') };
};
const answer = (name: string) => ({ type: 'tool_response', callId: id(name), ok: true, result: 1, ms: 1 });
const started = (name: string, purpose: string) => {
  return { type: 'message_started', messageId: id(name), kind: 'text', purpose, model: 'm', attempt: 1 };
};
const aborted = (name: string, reason = 'invalid') => {
  return { type: 'message_aborted', messageId: id(name), text: name, reason };
};

describe('what goes back and forth', () => {
  it('is counted between the same two agents, in either direction', () => {
    expect(after(handsOver('a', 'b'), handsOver('b', 'a'))).toMatchObject({ swings: { count: 2 }, silentSwings: 2 });
  });

  it('is not counted between others, also when their names read the same in a row', () => {
    expect(after(handsOver('a', 'bc'), handsOver('ab', 'c')).swings.count).toBe(1);
  });

  it('begins anew with the work of a tool, and with nothing else that answers', () => {
    const still = { swings: { count: 0 }, silentSwings: 0, detours: 0 };
    expect(after(call('c'), handsOver('a', 'b'), answer('c'))).toMatchObject(still);
    expect(after(call('c'), handsOver('a', 'b'), answer('unknown'))).toMatchObject({ swings: { count: 1 } });
  });
});

describe('what a model said that was to choose a speaker', () => {
  it('is kept when it was none of the candidates, until somebody is chosen or the turn goes on', () => {
    const choice = [started('x', 'select_speaker'), aborted('x')];
    expect(after(...choice).wrong).toEqual(['x']);
    expect(after(...choice, handsOver('a', 'b')).wrong).toEqual([]);
    expect(after(...choice, { type: 'speaker_selected', agent: 'b', by: 'pattern' }).wrong).toEqual([]);
  });

  it('is not what was cut off for another reason, nor a reply of another form', () => {
    expect(after(started('x', 'select_speaker'), aborted('x', 'crashed')).wrong).toEqual([]);
    expect(after(started('x', 'reply'), aborted('x')).wrong).toEqual([]);
    expect(after(aborted('x')).wrong).toEqual([]);
    expect(after(started('y', 'select_speaker'), started('x', 'reply'), aborted('x')).wrong).toEqual([]);
  });
});

describe('what a person answered who was to choose a speaker', () => {
  const asks = (name: string, purpose?: string) => {
    const about = { kind: 'text', prompt: '?', ...(purpose === undefined ? {} : { purpose }) };
    return { type: 'input_request', requestId: id(name), ...about };
  };
  const says = (name: string) => ({ type: 'input_response', requestId: id(name), by: 'user-1', value: 'b' });

  it('is kept until the turn goes on', () => {
    const chosen = [asks('q', 'select_speaker'), says('q')];
    expect(after(...chosen).picked).toEqual({ value: 'b', by: 'user-1' });
    expect(after(...chosen, handsOver('a', 'b')).picked).toBeUndefined();
  });

  it('is not the answer to another question', () => {
    expect(after(asks('q', 'select_speaker'), asks('r'), says('r')).picked).toBeUndefined();
    expect(after(says('q')).picked).toBeUndefined();
  });
});

describe('a turn that goes to child runs', () => {
  it('is counted once for all of its branches, also beside child runs that a call asked for', () => {
    const called = [call('c'), starts('x', { parentCallId: id('c') })];
    expect(after(...called).childTurns).toBe(0);
    expect(after(...called, starts('y')).childTurns).toBe(1);
    expect(after(...called, starts('y'), starts('z')).childTurns).toBe(1);
  });
});
