import { describe, expect, it } from '@jest/globals';
import { failureEvents, retriedEvents, takeoverEvents, tooManyAttempts } from './end-run.ts';
import { initialState } from './evolve.ts';
import { assistant, id, ScriptedChat } from './test-driver.ts';

/** A chat whose model thinks and speaks. */
function speaking() {
  const chat = ScriptedChat.begun(assistant);
  while (chat.step.kind !== 'call_model') chat.perform(chat.step);
  const { request } = chat.step;
  chat.append([{ ...chat.startOf(request, id('thought')), kind: 'reasoning' } as ReturnType<typeof chat.startOf>]);
  chat.append([chat.startOf(request, id('half'))]);
  return {
    chat,
    shown: new Map([
      [id('thought'), 'Hm'],
      [id('half'), 'I thi'],
    ]),
  };
}

describe('takeoverEvents (P3)', () => {
  it('claim the run, end what was open with what was shown, and count the lost call once', () => {
    const { chat, shown } = speaking();
    const seen: string[] = [];
    const estimate = (_message: unknown, text: string) => {
      seen.push(text);
      return { usage: { promptTokens: 9, cachedTokens: 0, completionTokens: text.length }, costMicroUsd: 40 };
    };
    chat.append(takeoverEvents(chat.state, { worker: 'w2', shown, estimate }));
    expect(chat.commits.at(-1)).toMatchObject([
      { type: 'run_claimed', attempt: 1, worker: 'w2' },
      { type: 'message_aborted', messageId: id('thought'), reason: 'crashed', text: 'Hm' },
      { type: 'message_aborted', messageId: id('half'), reason: 'crashed', text: 'I thi' },
      {
        type: 'usage',
        purpose: 'reply',
        estimated: true,
        completionTokens: 7,
        totals: { costMicroUsd: 40, modelCalls: 1 },
      },
    ]);
    expect(seen).toEqual(['HmI thi']);
    expect(chat.step.kind).toBe('call_model');
    expect(chat.run().reason).toBe('handoff_terminate');
  });

  it('say the fifth claim in a row is one too many; any other event of the run starts the count anew', () => {
    const { chat } = speaking();
    for (let claims = 1; claims < 5; claims++) chat.takeOver();
    expect(tooManyAttempts(chat.state)).toBe(false);
    const other = chat.upTo(chat.commits.length);
    chat.takeOver();
    expect(tooManyAttempts(chat.state)).toBe(true);
    expect(chat.all('run_claimed').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    other.append([{ type: 'run_released', runId: other.state.run?.runId ?? '', worker: 'w2', reason: 'drain' }]);
    other.takeOver();
    expect(other.all('run_claimed').at(-1)?.attempt).toBe(1);
  });

  it('are nothing without a run', () => {
    const of = { worker: 'w', shown: new Map<string, string>() };
    const usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
    expect(takeoverEvents(initialState, { ...of, estimate: () => ({ usage, costMicroUsd: 0 }) })).toEqual([]);
    expect(failureEvents(initialState, { code: 'x', message: 'x', retryable: false, ...of })).toEqual([]);
    expect(retriedEvents(initialState, of.shown)).toEqual([]);
    expect(tooManyAttempts(initialState)).toBe(false);
  });
});

describe('failureEvents', () => {
  it('close everything and leave the chat ready for the next message', () => {
    const { chat, shown } = speaking();
    chat.append(
      failureEvents(chat.state, {
        code: 'model_unavailable',
        message: 'The model does not answer.',
        retryable: true,
        shown,
      }),
    );
    expect(chat.types().slice(-3)).toEqual(['message_aborted', 'message_aborted', 'run_failed']);
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
    chat.say('Again');
    expect(chat.run().reason).toBe('handoff_terminate');
  });
});

describe('retriedEvents', () => {
  it('end what was shown of the failed try; the model is called again', () => {
    const { chat, shown } = speaking();
    chat.append(retriedEvents(chat.state, shown));
    expect(chat.all('message_aborted').map(({ reason, text }) => [reason, text])).toEqual([
      ['retried', 'Hm'],
      ['retried', 'I thi'],
    ]);
    expect(chat.state.run?.openMessages).toEqual([]);
    // Thoughts are shown, but they are nothing that was said.
    expect([...chat.state.said].map((item) => 'text' in item && item.text)).toEqual(['Hello', 'I thi']);
    expect(chat.step.kind).toBe('call_model');
  });
});
