import { describe, expect, it } from '@jest/globals';
import { UNDO_DELETE_MS, type Json, type WorkflowDefinition } from '@colloquy/contracts';
import { initialState } from './evolve.ts';
import { recordCommand } from './record-command.ts';
import { statusOf } from './status-of.ts';
import { agent, assistant, cutOffOf, id, OWNER, ScriptedChat, team, tool } from './test-driver.ts';

/** A chat whose model has begun to speak, and the text that was shown. */
function streaming(policy: WorkflowDefinition['onNewInput'] = 'queue') {
  const workflow = team([agent('a', { tools: ['look'] })], { onNewInput: policy, tools: [tool('look')] });
  const chat = ScriptedChat.begun(workflow);
  while (chat.step.kind !== 'call_model') chat.perform(chat.step);
  chat.append([chat.startOf(chat.step.request, id('half'))]);
  return { chat, shown: new Map([[id('half'), 'I thi']]) };
}

/** A chat that waits for an answer to a question. */
function waiting(args: Json, policy: WorkflowDefinition['onNewInput'] = 'queue') {
  const workflow = team([agent('a', { askPerson: true })], { onNewInput: policy });
  return ScriptedChat.begun(workflow, {
    model: ({ messages }) =>
      messages.some(({ role }) => role === 'tool')
        ? { text: 'Thanks' }
        : { calls: [{ tool: 'ask_person', arguments: args }] },
  }).run();
}

describe('every command', () => {
  it('C1: is recorded once, also a refused one', () => {
    const chat = ScriptedChat.begun(assistant).run();
    const good = { ...chat.envelope(), kind: 'pin' as const, pinned: true };
    const bad = { ...chat.envelope(), kind: 'cancel' as const };
    expect(
      [chat.record(good), chat.record(good), chat.record(bad), chat.record(bad)].map(({ verdict }) => verdict),
    ).toEqual(['accepted', 'nothing', 'rejected', 'nothing']);
  });

  it('C2: is refused from anybody but the owner', () => {
    const chat = ScriptedChat.begun(assistant);
    const recording = chat.record({ ...chat.envelope(), userId: 'mallory', kind: 'delete' });
    expect(recording).toMatchObject({ verdict: 'rejected', code: 'not_owner' });
    expect(chat.all('command_rejected')).toMatchObject([
      { code: 'not_owner', message: expect.stringMatching(/^This chat/) },
    ]);
    expect(chat.state.deletedAt).toBeUndefined();
    expect(
      recordCommand(initialState, undefined, { command: { ...chat.envelope(), kind: 'cancel' }, cutOff: cutOffOf() }),
    ).toMatchObject({
      code: 'not_owner',
    });
  });

  it('C3: marks all its events with its commandId', () => {
    const { chat, shown } = streaming('interrupt');
    const command = { ...chat.envelope(), kind: 'message' as const, messageId: id('m2'), text: 'No, wait' };
    const { events } = recordCommand(chat.state, chat.workflow, { command, cutOff: cutOffOf(shown) });
    expect(events.map((event) => event.commandId)).toEqual(events.map(() => command.commandId));
    expect(events.length).toBe(4);
  });
});

describe('message', () => {
  it('is queued while a run goes on', () => {
    const { chat } = streaming();
    expect(chat.say('and?').verdict).toBe('accepted');
    expect(chat.types().at(-1)).toBe('user_message');
    expect(chat.all('user_message').at(-1)).toMatchObject({ text: 'and?', by: OWNER });
    expect(chat.state.inbox).toHaveLength(1);
  });

  it('interrupts where the workflow says so, and is answered by a new run', () => {
    const { chat, shown } = streaming('interrupt');
    chat.say('No, wait', shown);
    expect(chat.types().slice(-4)).toEqual(['message_aborted', 'usage', 'run_cancelled', 'user_message']);
    expect(chat.all('message_aborted')).toMatchObject([{ reason: 'cancelled', text: 'I thi' }]);
    expect(chat.run().reason).toBe('handoff_terminate');
  });

  it('is refused where the workflow says so, but only while the run works', () => {
    const { chat } = streaming('reject');
    expect(chat.say('and?')).toMatchObject({ verdict: 'rejected', code: 'chat_busy' });
    expect(chat.all('user_message')).toHaveLength(1);
    expect(chat.run().say('and now?').verdict).toBe('accepted');
  });

  it('waits with a chat that waits, whatever the policy, and is taken up after the answer', () => {
    for (const policy of ['queue', 'interrupt', 'reject'] as const) {
      const chat = waiting({ question: 'Which?' }, policy);
      expect(chat.say('By the way').verdict).toBe('accepted');
      expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
      chat.answer(chat.pending, 'This one');
      chat.run();
      expect(chat.all('run_started')).toHaveLength(2);
      expect(statusOf(chat.state)).toBe('idle');
    }
  });
});

describe('input (P6)', () => {
  it('takes the first answer and refuses the second', () => {
    const chat = waiting({ question: 'Which?' });
    const { pending } = chat;
    expect(chat.answer(pending, 'this', 'quick').verdict).toBe('accepted');
    expect(chat.all('input_response')).toMatchObject([{ by: OWNER, value: 'this', comment: 'quick' }]);
    expect(chat.answer(pending, 'that')).toMatchObject({ verdict: 'rejected', code: 'request_not_pending' });
    expect(chat.answer(id('never'), 'that')).toMatchObject({ code: 'request_not_pending' });
  });

  const refusal = (args: Json, value: Json) => {
    const chat = waiting(args);
    const recording = chat.answer(chat.pending, value);
    const said = chat.all('command_rejected').at(-1)?.message;
    return recording.verdict === 'rejected' ? [recording.code, said] : recording.verdict;
  };

  it('must fit the question', () => {
    expect(refusal({ question: 'x', kind: 'approval' }, 'yes')).toEqual([
      'invalid_value',
      'The answer must be true or false.',
    ]);
    expect(refusal({ question: 'x' }, 5)).toEqual(['invalid_value', 'The answer must be text.']);
    expect(refusal({ question: 'x', options: ['a', 'b'] }, 'c')).toEqual([
      'invalid_value',
      'The answer must be one of: a, b.',
    ]);
    expect(refusal({ question: 'x', options: ['a', 'b'] }, 'b')).toBe('accepted');
  });

  it('must fit the form', () => {
    const schema = {
      type: 'object',
      required: ['name', 'parts'],
      properties: {
        name: { type: 'string' },
        count: { type: 'integer' },
        size: { enum: ['s', 'l'] },
        parts: { type: 'array', items: { type: ['number', 'null'] } },
      },
    };
    const chat = waiting({ question: 'x' });
    const runId = chat.state.run?.runId ?? '';
    const requestId = id('form');
    chat.append([{ type: 'input_request', runId, requestId, kind: 'form', prompt: 'Fill in', schema }]);
    const fault = (value: Json) => {
      const recording = chat.answer(requestId, value);
      return recording.verdict === 'rejected' ? chat.all('command_rejected').at(-1)?.message : recording.verdict;
    };
    expect(fault([])).toBe('The answer must be object.');
    expect(fault({ name: 'x' })).toBe('The answer must have "parts".');
    expect(fault({ name: 1, parts: [] })).toBe('"name" must be string.');
    expect(fault({ name: 'x', parts: [], count: 1.5 })).toBe('"count" must be integer.');
    expect(fault({ name: 'x', parts: [], size: 'm' })).toBe('"size" must be one of: s, l.');
    expect(fault({ name: 'x', parts: [1, 'y'] })).toBe('"parts"[1] must be number or null.');
    expect(fault({ name: 'x', parts: [1, null], count: 2, size: 'l', more: true })).toBe('accepted');
  });
});

describe('cancel (P5)', () => {
  it('stops the run, keeps what was shown, and answers open calls', () => {
    const { chat, shown } = streaming();
    const runId = chat.state.run?.runId ?? '';
    const call = { callId: id('call'), tool: 'look', arguments: {}, messageId: id('old'), approval: 'none' as const };
    chat.append([{ type: 'tool_call', runId, agent: 'a', ...call }]);
    expect(chat.cancel(shown).verdict).toBe('accepted');
    expect(chat.commits.at(-1)).toMatchObject([
      { type: 'message_aborted', reason: 'cancelled', text: 'I thi' },
      { type: 'usage', estimated: true, promptTokens: 0, completionTokens: 5, totals: { modelCalls: 1 } },
      { type: 'tool_response', ok: false, error: { code: 'cancelled' } },
      { type: 'run_cancelled', by: OWNER },
    ]);
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
  });

  it('P7 U1: counts the call that it cuts off with its prompt, also when nothing of it was shown', () => {
    const chat = ScriptedChat.begun(assistant);
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    const { request } = chat.step;
    chat.cancel(undefined, { request, model: 'm', written: '' });
    expect(chat.commits.at(-1)).toMatchObject([
      { type: 'usage', agent: 'assistant', purpose: 'reply', model: 'm', promptTokens: 7, completionTokens: 0 },
      { type: 'run_cancelled' },
    ]);
    expect(chat.state.totals).toMatchObject({ promptTokens: 7, costMicroUsd: 10, modelCalls: 1 });
  });

  it('P7 U1: counts nothing when no call is known to be on its way', () => {
    const chat = ScriptedChat.begun(assistant);
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.cancel();
    expect(chat.all('usage')).toEqual([]);
  });

  it('stops a run that waits, and counts no call again', () => {
    const chat = waiting({ question: 'Which?' });
    const before = chat.state.totals;
    chat.cancel();
    expect(statusOf(chat.state)).toBe('idle');
    expect(chat.state.totals).toEqual(before);
  });

  it('stops what nobody has begun yet: also when every orchestrator is busy', () => {
    const chat = ScriptedChat.begun(assistant);
    expect(chat.cancel().verdict).toBe('accepted');
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
    chat.say('Now really');
    chat.run();
    expect(chat.requests.at(-1)?.messages.filter(({ role }) => role === 'user')).toHaveLength(2);
  });

  it('of nothing is refused', () => {
    expect(ScriptedChat.begun(assistant).run().cancel()).toMatchObject({ code: 'nothing_to_cancel' });
  });
});

describe('delete and restore', () => {
  it('stops the run and refuses everything after it', () => {
    const { chat, shown } = streaming();
    chat.record({ ...chat.envelope(), kind: 'delete' }, shown);
    expect(chat.types().slice(-4)).toEqual(['message_aborted', 'usage', 'run_cancelled', 'chat_deleted']);
    expect(chat.say('hello?')).toMatchObject({ code: 'chat_deleted' });
    expect(chat.record({ ...chat.envelope(), kind: 'delete' })).toMatchObject({ code: 'chat_deleted' });
  });

  it('can be undone within ten minutes of the deletion, by the time of the command', () => {
    const chat = ScriptedChat.begun(assistant).run();
    expect(chat.record({ ...chat.envelope(), kind: 'restore' })).toMatchObject({ code: 'not_deleted' });
    chat.record({ ...chat.envelope(), kind: 'delete' });
    const deleted = Date.parse(chat.state.deletedAt ?? '');
    const restore = (ms: number) =>
      chat.record({ ...chat.envelope(), kind: 'restore', at: new Date(deleted + ms).toISOString() });
    expect(restore(UNDO_DELETE_MS + 1)).toMatchObject({ code: 'undo_expired' });
    expect(restore(UNDO_DELETE_MS).verdict).toBe('accepted');
    expect(chat.say('Here again').verdict).toBe('accepted');
  });
});

describe('rename and pin', () => {
  it('say who did it', () => {
    const chat = ScriptedChat.begun(assistant);
    chat.record({ ...chat.envelope(), kind: 'rename', title: 'Mine' });
    chat.record({ ...chat.envelope(), kind: 'pin', pinned: true });
    expect(chat.all('chat_renamed')).toMatchObject([{ title: 'Mine', by: OWNER }]);
    expect(chat.all('chat_pinned')).toMatchObject([{ pinned: true }]);
    chat.run();
    expect(chat.state.title).toBe('Mine');
  });
});

describe('expiry (P6)', () => {
  const expiry = (chat: ScriptedChat, requestId: string) =>
    chat.record({ ...chat.envelope(), kind: 'expiry', userId: 'timer', requestId });

  it('answers for the person; silence approves nothing', () => {
    const chat = waiting({ question: 'Sure?', kind: 'approval' });
    expect(expiry(chat, chat.pending).verdict).toBe('accepted');
    expect(chat.all('input_response')).toMatchObject([{ by: 'expiry', value: false }]);
    const text = waiting({ question: 'Which?' });
    expiry(text, text.pending);
    expect(text.all('input_response')).toMatchObject([{ by: 'expiry', value: null }]);
  });

  it('that comes late, twice, or for a deleted chat does nothing', () => {
    const chat = waiting({ question: 'Which?' });
    const { pending } = chat;
    chat.answer(pending, 'this');
    expect(expiry(chat, pending).verdict).toBe('nothing');
    const deleted = waiting({ question: 'Which?' });
    const old = deleted.pending;
    deleted.record({ ...deleted.envelope(), kind: 'delete' });
    expect(expiry(deleted, old).verdict).toBe('nothing');
  });
});
