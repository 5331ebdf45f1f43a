/** What must hold whatever models, tools, people and crashes do. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retriedEvents } from './end-run.ts';
import { evolve, initialState } from './evolve.ts';
import { next } from './next.ts';
import { statusOf } from './status-of.ts';
import { takeBack } from './test-rewinds.ts';
import { cutOffOf, ScriptedChat, type Answer, type Script } from './test-driver.ts';
import { desk, Dice, wildScript, workflows } from './test-wild.ts';
import { timersOf } from './timers-of.ts';
import type { ModelMessage } from './types.ts';

/** V1: what every provider demands of a list of messages. */
function expectPaired(messages: readonly ModelMessage[]): void {
  let awaited: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      expect(awaited.shift()).toBe(message.callId);
      continue;
    }
    expect(awaited).toEqual([]);
    awaited = message.role === 'assistant' ? (message.toolCalls ?? []).map(({ callId }) => callId) : [];
  }
  expect(awaited).toEqual([]);
}

/** U2, and of each commit that ends messages that there is the usage of one call in it. */
function expectCounted(chat: ScriptedChat): void {
  const used = chat.all('usage');
  const sum = (count: (event: (typeof used)[number]) => number) =>
    used.reduce((total, event) => total + count(event), 0);
  expect(chat.state.totals).toEqual({
    promptTokens: sum(({ promptTokens }) => promptTokens),
    cachedTokens: sum(({ cachedTokens }) => cachedTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    costMicroUsd: sum(({ costMicroUsd }) => costMicroUsd ?? 0),
    modelCalls: used.length,
  });
  for (const commit of chat.commits) {
    const types = commit.map(({ type }) => type);
    if (types.some((type) => type === 'text' || type === 'message_aborted'))
      expect(types.filter((type) => type === 'usage')).toHaveLength(1);
  }
}

function expectSettled(chat: ScriptedChat): void {
  expectCounted(chat);
  const answered = chat.all('tool_response').map(({ callId }) => callId);
  expect(new Set(answered).size).toBe(answered.length);
  if (chat.state.run === undefined)
    expect(new Set(answered)).toEqual(new Set(chat.all('tool_call').map(({ callId }) => callId)));
  expect(chat.state.run?.openMessages ?? []).toEqual([]);
  expect(chat.step).toEqual({ kind: 'rest', status: statusOf(chat.state) });
  chat.requests.forEach(({ messages }) => expectPaired(messages));
}

/** Anything that may come from outside between two steps. */
function disturb(chat: ScriptedChat, dice: Dice): void {
  const open = chat.state.run?.openRequests ?? [];
  switch (dice.roll(12)) {
    case 0:
      chat.say('More');
      break;
    case 1:
      if (dice.roll(4) === 0) chat.cancel();
      break;
    case 2:
      if (chat.state.run !== undefined) chat.takeOver();
      break;
    case 3:
      dieInStep(chat);
      break;
    case 4:
      stopInReply(chat, dice);
      break;
    case 5:
      for (const { requestId } of open) chat.answer(requestId, dice.pick([true, false, 'x', 7]) ?? null);
      break;
    case 6:
      fireTimers(chat, dice);
      break;
    case 7:
      if (dice.roll(3) === 0) takeBack(chat, (sides) => dice.roll(sides));
      break;
    default:
      break;
  }
}

/** Timers of now and of long ago fire, some of them twice. */
function fireTimers(chat: ScriptedChat, dice: Dice): void {
  const { step } = chat;
  const call = step.kind === 'call_model' ? { request: step.request, model: 'm', written: 'Half' } : undefined;
  const known = [
    ...chat.all('run_started').map(({ runId }) => ({ id: runId, kind: 'deadline' as const })),
    ...chat.all('input_request').map(({ requestId }) => ({ id: requestId, kind: 'expiry' as const })),
  ];
  for (let fired = dice.roll(3); fired > 0; fired--) {
    const timer = dice.pick(known);
    const open = chat.state.run?.openRequests.some(({ requestId }) => requestId === timer?.id) ?? false;
    const due = timer?.kind === 'expiry' ? open : timersOf(chat.state).some(({ id }) => id === timer?.id);
    if (timer === undefined) return;
    const commandId = `${timer.id}-${timer.kind}`;
    const before = chat.state.commandIds.has(commandId);
    expect(chat.fire({ ...timer, at: chat.envelope().at }, new Map(), call).verdict).toBe(
      due && !before ? 'accepted' : 'nothing',
    );
  }
}

/** The worker dies after its message or its tools were started. */
function dieInStep(chat: ScriptedChat): void {
  const { step } = chat;
  const runId = chat.state.run?.runId ?? '';
  if (step.kind === 'call_model' && step.request.purpose === 'reply')
    chat.append([chat.startOf(step.request, chat.newId())]);
  else if (step.kind === 'run_tools')
    chat.append(step.calls.map(({ callId, attempt }) => ({ type: 'tool_started', runId, callId, attempt })));
  else return;
  chat.takeOver(new Map());
}

/** The person stops the run, or a try fails, while the model answers. */
function stopInReply(chat: ScriptedChat, dice: Dice): void {
  const { step } = chat;
  if (step.kind !== 'call_model' || dice.roll(3) > 0) return;
  const messageId = chat.newId();
  const call = { request: step.request, model: 'm', written: 'Half' };
  const shows = step.request.purpose === 'reply' && dice.roll(2) === 0;
  if (shows) chat.append([chat.startOf(step.request, messageId)]);
  const shown = new Map(shows ? [[messageId, 'Half']] : []);
  if (dice.roll(2) === 0) chat.cancel(shown, call);
  else chat.append(retriedEvents(chat.state, cutOffOf(shown, call)));
}

describe('whatever happens', () => {
  it('N2: a chat comes to rest, every call answered once, every view as providers want it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...workflows), (seed, workflow) => {
        const dice = new Dice(seed);
        const chat = ScriptedChat.begun(workflow, wildScript(dice));
        for (let step = 0; step < 60 && chat.step.kind !== 'rest'; step++) {
          disturb(chat, dice);
          chat.perform(chat.step);
        }
        chat.run(400);
        expectSettled(chat);
        for (const { requestId } of chat.state.run?.openRequests ?? []) chat.answer(requestId, true);
        chat.run(400);
        expectSettled(chat);
      }),
      { numRuns: 300 },
    );
  });

  it('N1: the log up to any commit gives the step that was taken there', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...workflows), (seed, workflow) => {
        const chat = ScriptedChat.begun(workflow, wildScript(new Dice(seed)));
        const taken: { commits: number; step: unknown }[] = [];
        while (chat.step.kind !== 'rest') {
          taken.push({ commits: chat.commits.length, step: chat.step });
          chat.perform(chat.step);
        }
        for (const { commits, step } of taken) {
          const events = chat.commits.slice(0, commits).flat();
          expect(next(events.reduce(evolve, initialState), workflow)).toEqual(step);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a worker that dies (P3)', () => {
  const workflow = desk({ pattern: { kind: 'default', initialAgent: 'a', afterWork: { kind: 'terminate' } } });
  const ofA: Answer[] = [
    { text: 'I read', calls: [1, 2].map((n) => ({ tool: 'read', arguments: { n } })) },
    { text: '' },
    { calls: [{ tool: 'write', arguments: { n: 3 } }] },
    { text: 'b may send it', calls: [{ tool: 'transfer_to_b' }] },
  ];
  const ofB: Answer[] = [{ calls: [{ tool: 'ask_person', arguments: { question: 'Now?' } }] }, { text: 'It is sent.' }];
  /** Says what it says by what it is asked alone, so that a run that goes on elsewhere goes on the same way. */
  const script: Script = {
    model: ({ agent: name, messages }) => {
      const results = messages.filter(({ role }) => role === 'tool').length;
      return (name === 'a' ? ofA : ofB)[results] ?? { text: 'Done' };
    },
    person: ({ kind }) => (kind === 'approval' ? true : 'Yes'),
  };
  const world = (chat: ScriptedChat) => [...chat.effects.values()].sort();
  const whole = ScriptedChat.begun(workflow, script).run();

  /** The worker died after so many commits; a tool that had been started had its effect, or had not. */
  const diedAfter = (commits: number, started: 'had' | 'had not') => {
    const chat = whole.upTo(commits);
    const responded = new Set(chat.all('tool_response').map(({ callId }) => callId));
    for (const { callId } of chat.all('tool_started')) {
      const effect = whole.effects.get(callId);
      if (effect !== undefined && (started === 'had' || responded.has(callId))) chat.effects.set(callId, effect);
    }
    if (chat.state.run !== undefined) chat.takeOver(new Map());
    return chat;
  };
  const answerAll = (chat: ScriptedChat) => {
    for (const { requestId, kind } of chat.state.run?.openRequests ?? []) {
      chat.answer(requestId, kind === 'approval' ? true : 'Yes');
    }
  };

  it('is followed by one that ends the run with the same effects, wherever it died', () => {
    expect(world(whole)).toEqual(['read {"n":1}', 'read {"n":2}', 'write {"n":3}']);
    expect(whole.speakers.slice(0, 2)).toEqual(['a', 'b']);
    for (let commits = 1; commits <= whole.commits.length; commits++) {
      for (const started of ['had', 'had not'] as const) {
        const chat = diedAfter(commits, started).run();
        answerAll(chat);
        chat.run();
        expect(world(chat)).toEqual(world(whole));
        expect(chat.reason).toBe(whole.reason);
        expectSettled(chat);
      }
    }
  });
});
