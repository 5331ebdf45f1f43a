import { describe, expect, it } from '@jest/globals';
import { commandSchema, type Json, type QuestionExpiry, type WorkflowDefinition } from '@colloquy/contracts';
import { recordCommand } from './record-command.ts';
import { statusOf } from './status-of.ts';
import { agent, cutOffOf, id, OWNER, ScriptedChat, team, tool, type Script } from './test-driver.ts';
import { timerCommand, timersOf } from './timers-of.ts';

const HOUR: QuestionExpiry = { afterMs: 3_600_000, then: 'go_on' };

/** A chat whose agent asks the person, once, and then says thanks. */
function asking(args: Json, expiry: QuestionExpiry = HOUR, more: Partial<WorkflowDefinition> = {}) {
  const workflow = team([agent('a', { askPerson: true, questionExpiry: expiry })], more);
  return ScriptedChat.begun(workflow, once('ask_person', args)).run();
}

/** A chat that wants an approval of a tool. */
function approving(expiry: QuestionExpiry) {
  const tools = [tool('pay', { approval: 'required', questionExpiry: expiry })];
  return ScriptedChat.begun(team([agent('a', { tools: ['pay'] })], { tools }), once('pay', {})).run();
}

function once(name: string, args: Json): Script {
  return {
    model: ({ messages }) =>
      messages.some(({ role }) => role === 'tool') ? { text: 'Thanks' } : { calls: [{ tool: name, arguments: args }] },
  };
}

/** A run that may take a minute, and whose model has begun to speak. */
function speaking(more: Partial<WorkflowDefinition> = {}) {
  const chat = ScriptedChat.begun(
    team([agent('a')], { limits: { maxTurns: 9, maxToolCalls: 9, deadlineMs: 60_000 }, ...more }),
  );
  while (chat.step.kind !== 'call_model') chat.perform(chat.step);
  const { request } = chat.step;
  chat.append([chat.startOf(request, id('half'))]);
  return { chat, shown: new Map([[id('half'), 'I thi']]), call: { request, model: 'm', written: 'I thi' } };
}

describe('timers of a chat (P6)', () => {
  it('are one a question that expires and one a run with a deadline, and gone with them', () => {
    const limits = { maxTurns: 9, maxToolCalls: 9, deadlineMs: 60_000 };
    const chat = asking({ question: 'Which?' }, HOUR, { limits });
    const [run] = chat.all('run_started');
    const [question] = chat.all('input_request');
    expect(timersOf(chat.state)).toEqual([
      { id: run?.runId, kind: 'deadline', at: run?.deadlineAt },
      { id: question?.requestId, kind: 'expiry', at: question?.expiresAt },
    ]);
    chat.answer(chat.pending, 'This');
    expect(timersOf(chat.state).map(({ kind }) => kind)).toEqual(['deadline']);
    chat.run();
    expect(timersOf(chat.state)).toEqual([]);
  });

  it('are none of a question that waits for ever, and none of a deleted chat', () => {
    const chat = ScriptedChat.begun(
      team([agent('a', { askPerson: true })]),
      once('ask_person', { question: '?' }),
    ).run();
    expect([timersOf(chat.state), statusOf(chat.state)]).toEqual([[], 'waiting']);
    const deleted = asking({ question: 'Which?' });
    deleted.record({ ...deleted.envelope(), kind: 'delete' });
    expect(timersOf(deleted.state)).toEqual([]);
  });

  it('send the same command whoever schedules them, one that every queue takes', () => {
    const chat = asking({ question: 'Which?' }, HOUR, { limits: { maxTurns: 9, maxToolCalls: 9, deadlineMs: 60_000 } });
    for (const timer of timersOf(chat.state)) {
      const command = timerCommand(id('chat'), timer);
      expect(commandSchema.parse(command)).toEqual(command);
      expect(timerCommand(id('chat'), { ...timer })).toEqual(command);
      expect(command).toMatchObject({ at: timer.at, userId: 'timer', commandId: `${timer.id}-${timer.kind}` });
    }
  });
});

describe('a question that nobody answers in time (P6)', () => {
  it('is answered by its default where it has one, and the agent learns whose answer it is', () => {
    const chat = asking({ question: 'Which?' }, { ...HOUR, defaultAnswer: 'The blue one' });
    chat.fire(timersOf(chat.state)[0]);
    expect(chat.all('input_response')).toMatchObject([{ by: 'expiry', value: 'The blue one' }]);
    chat.run();
    const result = { answer: 'The blue one', comment: 'Nobody answered in time.' };
    expect(chat.all('tool_response')).toMatchObject([{ ok: true, result }]);
  });

  it('takes of a choice only what can be chosen, and never approves anything', () => {
    const asked = { question: 'Which?', options: ['red', 'blue'] };
    const value = (args: Json, defaultAnswer: string) => {
      const chat = asking(args, { ...HOUR, defaultAnswer });
      chat.fire(timersOf(chat.state)[0]);
      chat.run();
      return [chat.all('input_response')[0]?.value, chat.all('tool_response')[0]?.ok];
    };
    expect(value(asked, 'blue')).toEqual(['blue', true]);
    expect(value(asked, 'green')).toEqual([null, false]);
    expect(value({ question: 'Sure?', kind: 'approval' }, 'yes')).toEqual([false, false]);
  });

  it('refuses the approval of a tool, which then does not run', () => {
    const chat = approving(HOUR);
    expect(chat.all('input_request')[0]?.expiresAt).toBeDefined();
    chat.fire(timersOf(chat.state)[0]);
    chat.run();
    expect(chat.effects.size).toBe(0);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'declined' } }]);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('ends the run where the workflow says so, in one commit', () => {
    for (const chat of [
      approving({ ...HOUR, then: 'end_run' }),
      asking({ question: '?' }, { ...HOUR, then: 'end_run' }),
    ]) {
      const { events } = chat.fire(timersOf(chat.state)[0]);
      expect(events.map(({ type }) => type)).toEqual(['input_response', 'tool_response', 'run_completed']);
      expect(new Set(events.map(({ commandId }) => commandId)).size).toBe(1);
      expect([chat.reason, chat.step]).toEqual(['question_expired', { kind: 'rest', status: 'idle' }]);
      expect(chat.effects.size).toBe(0);
    }
  });

  it('expires also when the definition of its run is gone', () => {
    const chat = asking({ question: '?' }, { ...HOUR, then: 'end_run', defaultAnswer: 'x' });
    const gone = new ScriptedChat({ ...chat.workflow, agents: [] });
    chat.commits.forEach((commit) => gone.fold(commit));
    expect(gone.fire(timersOf(gone.state)[0])).toMatchObject({ verdict: 'accepted', events: [{ value: null }] });
  });

  it('is over for a timer that comes late or twice', () => {
    const chat = asking({ question: 'Which?' });
    const [timer] = timersOf(chat.state);
    chat.answer(chat.pending, 'This');
    expect(chat.fire(timer).verdict).toBe('nothing');
    const expired = asking({ question: 'Which?' });
    const [again] = timersOf(expired.state);
    expect([expired.fire(again).verdict, expired.fire(again).verdict]).toEqual(['accepted', 'nothing']);
    expired.run();
    expect(expired.fire(again).verdict).toBe('nothing');
  });
});

describe('the deadline of a run', () => {
  it('ends a model call in the middle: what was shown stays and is counted', () => {
    const { chat, shown, call } = speaking();
    const { events } = chat.fire(timersOf(chat.state)[0], shown, call);
    expect(events.map(({ type }) => type)).toEqual(['message_aborted', 'usage', 'run_completed']);
    expect(chat.all('message_aborted')).toMatchObject([{ reason: 'cancelled', text: 'I thi' }]);
    expect(chat.all('run_completed')).toMatchObject([{ reason: { code: 'deadline', text: 'The run may take 60 s.' } }]);
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
  });

  it('tells the time that the workflow gives, also when the log has the beginning after the deadline', () => {
    for (const [known, text] of [
      [true, 'The run may take 60 s.'],
      [false, 'The run may take 1 s.'],
    ] as const) {
      const { chat, shown } = speaking();
      const { run } = chat.state;
      if (run === undefined) throw new Error('no run goes on');
      const late = { ...run, startedAt: new Date(Date.parse(run.deadlineAt ?? '') + 3000).toISOString() };
      const deadline = timersOf(chat.state)[0];
      if (deadline === undefined) throw new Error('there is no timer');
      const recording = recordCommand({ ...chat.state, run: late }, known ? chat.workflow : undefined, {
        command: timerCommand('chat-00000000000001', deadline),
        cutOff: cutOffOf(shown),
      });
      expect(recording.events.at(-1)).toMatchObject({ type: 'run_completed', reason: { code: 'deadline', text } });
    }
  });

  it('makes the title of a chat that has none', () => {
    const { chat, shown, call } = speaking({ titleModel: 'small' });
    expect(chat.state.title).toBeUndefined();
    chat.fire(timersOf(chat.state)[0], shown, call);
    expect(chat.state.title).toBe('Hello');
  });

  it('ends a run that waits for a person, and closes its calls', () => {
    const chat = asking({ question: '?' }, HOUR, { limits: { maxTurns: 9, maxToolCalls: 9, deadlineMs: 60_000 } });
    const [deadline, expiry] = timersOf(chat.state);
    chat.fire(deadline);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'deadline' } }]);
    expect([chat.reason, statusOf(chat.state)]).toEqual(['deadline', 'idle']);
    expect(chat.fire(expiry).verdict).toBe('nothing');
  });

  it('does nothing to a run that has ended, to the next one, or in a deleted chat', () => {
    const { chat, shown, call } = speaking();
    const [timer] = timersOf(chat.state);
    chat.cancel(shown, call);
    expect(chat.fire(timer).verdict).toBe('nothing');
    chat.say('Again');
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    expect(chat.fire(timer).verdict).toBe('nothing');
    const gone = speaking();
    const [open] = timersOf(gone.chat.state);
    gone.chat.record({ ...gone.chat.envelope(), kind: 'delete' }, gone.shown, gone.call);
    expect(gone.chat.fire(open).verdict).toBe('nothing');
  });

  it('lets a message that waited begin a run of its own', () => {
    const { chat, shown, call } = speaking();
    chat.say('And another thing');
    chat.fire(timersOf(chat.state)[0], shown, call);
    expect(chat.step.kind).toBe('start_run');
    expect(chat.run().reason).toBe('handoff_terminate');
    expect(chat.all('user_message').map(({ by }) => by)).toEqual([OWNER, OWNER]);
  });
});
