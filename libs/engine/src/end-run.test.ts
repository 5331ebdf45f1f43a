import { describe, expect, it } from '@jest/globals';
import {
  cancelEvents,
  failureEvents,
  isLastClaim,
  releaseEvents,
  retriedEvents,
  takeoverEvents,
  timedOutEvents,
  tooManyAttempts,
} from './end-run.ts';
import { initialState } from './evolve.ts';
import { assistant, cutOffOf, id, ScriptedChat } from './test-driver.ts';

/** A chat whose model thinks and speaks. */
function speaking() {
  const chat = ScriptedChat.begun(assistant);
  while (chat.step.kind !== 'call_model') chat.perform(chat.step);
  const { request } = chat.step;
  chat.append([{ ...chat.startOf(request, id('thought')), kind: 'reasoning' } as ReturnType<typeof chat.startOf>]);
  chat.append([chat.startOf(request, id('half'))]);
  return {
    chat,
    // It wrote arguments of a tool as well.
    call: { request, model: 'm', written: 'HmI thi{"a":1' },
    shown: new Map([
      [id('thought'), 'Hm'],
      [id('half'), 'I thi'],
    ]),
  };
}

describe('takeoverEvents (P3)', () => {
  it('P7 U1: claim the run, end what was open with what was shown, and count the lost call once', () => {
    const { chat, shown } = speaking();
    chat.append(takeoverEvents(chat.state, { worker: 'w2', ...cutOffOf(shown) }));
    expect(chat.commits.at(-1)).toMatchObject([
      { type: 'run_claimed', attempt: 1, worker: 'w2' },
      { type: 'message_aborted', messageId: id('thought'), reason: 'crashed', text: 'Hm' },
      { type: 'message_aborted', messageId: id('half'), reason: 'crashed', text: 'I thi' },
      {
        type: 'usage',
        purpose: 'reply',
        estimated: true,
        completionTokens: 7,
        totals: { costMicroUsd: 10, modelCalls: 1 },
      },
    ]);
    expect(chat.step.kind).toBe('call_model');
    expect(chat.run().reason).toBe('handoff_terminate');
  });

  it('say the fifth claim in a row is one too many; who gives a run back takes back its own claim, and no other', () => {
    const { chat } = speaking();
    for (let claims = 1; claims < 5; claims++) chat.takeOver();
    expect(tooManyAttempts(chat.state)).toBe(false);
    const other = chat.upTo(chat.commits.length);
    chat.takeOver();
    expect(tooManyAttempts(chat.state)).toBe(true);
    expect(chat.all('run_claimed').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    other.append([{ type: 'run_released', runId: other.state.run?.runId ?? '', worker: 'w2', reason: 'drain' }]);
    other.takeOver();
    expect(other.all('run_claimed').at(-1)?.attempt).toBe(4);
    expect(isLastClaim(other.state)).toBe(true);
  });

  it('P7: count on over whatever only begins, is cut off or is paid; a finished piece of work starts the count anew', () => {
    const { chat, shown, call } = speaking();
    const { request } = call;
    const cutOff = cutOffOf(shown);
    for (let claims = 1; claims <= 4; claims++) {
      chat.append(takeoverEvents(chat.state, { worker: 'w', ...cutOff }));
      chat.append([chat.startOf(request, id(`try-${String(claims)}`))]);
      if (claims % 2 === 0) chat.append(retriedEvents(chat.state, cutOff));
    }
    const other = chat.upTo(chat.commits.length);
    chat.takeOver();
    expect(tooManyAttempts(chat.state)).toBe(true);
    other.run();
    expect(other.all('text')).not.toEqual([]);
    const answered = other.upTo(other.commits.findIndex((events) => events.some(({ type }) => type === 'text')) + 1);
    answered.takeOver();
    expect(tooManyAttempts(answered.state)).toBe(false);
  });

  it('are nothing without a run', () => {
    const worker = 'w';
    const by = { by: 'x', commandId: id('x') };
    expect(takeoverEvents(initialState, { worker, ...cutOffOf() })).toEqual([]);
    expect(releaseEvents(initialState, { worker, ...cutOffOf() })).toEqual([]);
    expect(cancelEvents(initialState, { ...by, ...cutOffOf() })).toEqual([]);
    expect(failureEvents(initialState, { code: 'x', message: 'x', retryable: false, ...cutOffOf() })).toEqual([]);
    expect(retriedEvents(initialState, cutOffOf())).toEqual([]);
    const code = 'deadline';
    expect(timedOutEvents(initialState, { code, text: '', commandId: id('x'), ...cutOffOf() })).toEqual([]);
    expect(tooManyAttempts(initialState)).toBe(false);
    expect(isLastClaim(initialState)).toBe(false);
  });
});

describe('releaseEvents (P8)', () => {
  it('end and count what was cut off, then give the run back', () => {
    const { chat, shown, call } = speaking();
    chat.append(releaseEvents(chat.state, { worker: 'w1', ...cutOffOf(shown, call) }));
    expect(chat.commits.at(-1)).toMatchObject([
      { type: 'message_aborted', reason: 'handed_over', text: 'Hm' },
      { type: 'message_aborted', reason: 'handed_over', text: 'I thi' },
      { type: 'usage', promptTokens: 7, completionTokens: 13, totals: { modelCalls: 1 } },
      { type: 'run_released', worker: 'w1', reason: 'drain' },
    ]);
    chat.takeOver();
    expect(chat.all('usage')).toHaveLength(1);
  });
});

describe('failureEvents', () => {
  it('close everything, count what the failed call wrote, and leave the chat ready for the next message', () => {
    const { chat, shown, call } = speaking();
    const failure = { code: 'model_unavailable', message: 'The model does not answer.', retryable: true };
    chat.append(failureEvents(chat.state, { ...failure, ...cutOffOf(shown, call) }));
    expect(chat.types().slice(-4)).toEqual(['message_aborted', 'message_aborted', 'usage', 'run_failed']);
    expect(chat.all('usage')).toMatchObject([{ promptTokens: 7, completionTokens: 13, estimated: true }]);
    expect(chat.all('run_failed')).toMatchObject([{ error: failure }]);
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
    chat.say('Again');
    expect(chat.run().reason).toBe('handoff_terminate');
    expect(chat.state.totals.modelCalls).toBe(2);
  });

  it('P7 U1: count nothing when the model has not answered', () => {
    const chat = ScriptedChat.begun(assistant);
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    const of = { code: 'unauthorized', message: 'The key is wrong.', retryable: false };
    chat.append(failureEvents(chat.state, { ...of, ...cutOffOf() }));
    expect(chat.commits.at(-1)?.map(({ type }) => type)).toEqual(['run_failed']);
  });
});

describe('retriedEvents', () => {
  it('end and count what was shown of the failed try; the model is called again', () => {
    const { chat, shown } = speaking();
    chat.append(retriedEvents(chat.state, cutOffOf(shown)));
    expect(chat.all('message_aborted').map(({ reason, text }) => [reason, text])).toEqual([
      ['retried', 'Hm'],
      ['retried', 'I thi'],
    ]);
    expect(chat.types().at(-1)).toBe('usage');
    expect(chat.state.run?.openMessages).toEqual([]);
    // Thoughts are shown, but they are nothing that was said.
    expect([...chat.state.said].map((item) => 'text' in item && item.text)).toEqual(['Hello', 'I thi']);
    expect(chat.step.kind).toBe('call_model');
    chat.run();
    expect(chat.all('usage').map(({ estimated }) => estimated ?? false)).toEqual([true, false]);
    expect(chat.state.totals.modelCalls).toBe(2);
  });
});
