import { describe, expect, it } from '@jest/globals';
import { eventSchemas, type ChatEvent } from '@colloquy/contracts';
import fc from 'fast-check';
import { evolve, initialState } from './evolve.ts';
import { next } from './next.ts';
import { statusOf } from './status-of.ts';
import { agent, assistant, handsTo, id, ScriptedChat, team, tool } from './test-driver.ts';
import type { ChatState } from './types.ts';
import { viewOf } from './view-of.ts';

const at = '2026-01-01T00:00:00.000Z';

/** Few ids and names, so that random events meet each other. */
const someId = fc.constantFrom(...['a', 'b', 'c'].map(id));
const name = fc.constantFrom('a', 'b', 'look');
const amount = fc.nat({ max: 9 });
const totals = fc.record({
  promptTokens: amount,
  cachedTokens: amount,
  completionTokens: amount,
  costMicroUsd: amount,
  modelCalls: amount,
});

/** Fields by name, of the right type; an event takes those that it has. */
const fieldShapes = {
  runId: someId,
  commandId: someId,
  messageId: someId,
  callId: someId,
  requestId: someId,
  agent: name,
  tool: name,
  from: name,
  to: name,
  text: fc.string(),
  title: fc.string(),
  ownerId: name,
  workflow: fc.constant('team'),
  variables: fc.dictionary(fc.constantFrom('x', '__proto__', 'y'), fc.jsonValue(), { noNullPrototype: true }),
  set: fc.dictionary(fc.constantFrom('x', 'constructor'), fc.jsonValue(), { noNullPrototype: true }),
  trigger: amount,
  attempt: amount,
  kind: fc.constantFrom('text', 'reasoning', 'approval', 'choice', 'form'),
  purpose: fc.constantFrom('reply', 'title', 'guardrail', 'turn', 'end'),
  by: fc.constantFrom('model', 'tool', 'after_work', 'expiry', 'user-1'),
  reason: fc.constantFrom('crashed', 'cancelled', 'retried', 'invalid'),
  arguments: fc.jsonValue(),
  value: fc.jsonValue(),
  result: fc.jsonValue(),
  ok: fc.boolean(),
  error: fc.record({ code: fc.string(), message: fc.string() }),
  approval: fc.constantFrom('none', 'required'),
  promptTokens: amount,
  completionTokens: amount,
  costMicroUsd: fc.option(amount),
  estimated: fc.boolean(),
  totals,
  name: fc.constantFrom('a', 'b', 'c'),
  on: fc.constantFrom('input', 'output', 'tool_arguments', 'tool_result'),
  action: fc.constantFrom('stop', 'mask', 'rewrite', 'redirect'),
  about: someId,
  replacement: fc.string(),
  finishReason: fc.constantFrom('stop', 'summary', 'tool_result'),
  reply: fc.oneof(
    fc.jsonValue(),
    fc.record({ text: fc.string(), toolCalls: fc.array(fc.jsonValue()), result: fc.jsonValue() }),
  ),
  upToSeq: amount,
  digest: fc.string(),
};

const eventWith = (fields: fc.Arbitrary<object>) =>
  fc
    .record({ type: fc.constantFrom(...Object.keys(eventSchemas)), fields })
    .map(({ type, fields: given }) => ({ ...given, type }) as unknown as ChatEvent);
const someEvent = eventWith(fc.record(fieldShapes));
/** As an older or a broken writer may have left it. */
const brokenEvent = eventWith(fc.record(fieldShapes, { requiredKeys: [] }));

const placed = (events: readonly ChatEvent[]) => events.map((event, index) => ({ ...event, seq: index + 1, at }));

const everything = agent('a', {
  person: 'always',
  context: { maxTokens: 3, keepLast: 1, summarize: true },
  output: { schema: {}, strict: true, maxRetries: 1 },
  updates: [{ set: { x: 'x + 1' } }],
  tools: ['look'],
  handoffs: [handsTo('b')],
});
const workflow = team([everything, agent('b', { askPerson: true })], {
  tools: [tool('look')],
  guardrails: [
    { name: 'a', on: 'input', action: 'mask', check: { kind: 'regex', pattern: '' } },
    { name: 'b', on: 'output', action: 'stop', check: { kind: 'function', tool: 'look' } },
    { name: 'c', on: 'tool_result', action: 'rewrite', check: { kind: 'model', model: 'm', instruction: 'x' } },
  ],
  summary: { kind: 'function', tool: 'look' },
  endsOn: [
    { kind: 'when', when: 'x' },
    { kind: 'equals', text: 'x' },
  ],
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** All that a state says, as plain data. */
const plain = (state: ChatState) =>
  JSON.stringify({ ...state, said: [...state.said], commandIds: [...state.commandIds] });

describe('evolve', () => {
  it('E1: is total over any list of events, and what follows from any state is too', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 40 }), (events) => {
        let state = initialState;
        for (const event of placed(events)) {
          state = evolve(state, event);
          next(state, workflow);
          statusOf(state);
          for (const one of workflow.agents) viewOf(state, workflow, one);
        }
        expect(state.lastSeq).toBe(events.length);
      }),
    );
  });

  it('E1: is total over events that lack fields', () => {
    fc.assert(
      fc.property(fc.array(brokenEvent, { maxLength: 40 }), (events) => {
        const state = placed(events).reduce(evolve, initialState);
        expect(state.lastSeq).toBe(events.length);
      }),
    );
  });

  it('E1: passes over what it does not know, but keeps the position', () => {
    const odd = { type: 'poll_opened', seq: 1, at, question: 'x' } as unknown as ChatEvent;
    expect(evolve(initialState, odd)).toEqual({ ...initialState, lastSeq: 1, lastAt: at });
    for (const type of ['constructor', '__proto__', 'toString']) {
      expect(evolve(initialState, { ...odd, type } as unknown as ChatEvent).lastSeq).toBe(1);
    }
  });

  it('E2: an event at or before the last one changes nothing', () => {
    const chat = ScriptedChat.begun(assistant).run();
    for (const event of chat.events) expect(evolve(chat.state, event)).toBe(chat.state);
  });

  it('E3: changes no state that it is given, nor an older one by what they share', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 30 }), fc.array(someEvent, { maxLength: 5 }), (events, others) => {
        const states: { state: ChatState; was: string }[] = [];
        let state = deepFreeze(initialState);
        for (const event of placed(events)) {
          states.push({ state, was: plain(state) });
          // Another future of the same state must not show in this one.
          const fork = others.reduce(
            (to, other, index) => evolve(to, { ...other, seq: state.lastSeq + index + 1, at }),
            state,
          );
          expect(fork.lastSeq).toBe(state.lastSeq + others.length);
          state = deepFreeze(evolve(state, deepFreeze(event)));
        }
        for (const { state: older, was } of states) expect(plain(older)).toBe(was);
      }),
      { numRuns: 50 },
    );
  });

  it('folds 20 000 events of one long chat', () => {
    const desk = team([agent('a', { tools: ['look'], handoffs: [handsTo('b')] }), agent('b')], {
      tools: [tool('look')],
    });
    const chat = ScriptedChat.begun(desk, {
      model: ({ agent: who, messages }) =>
        who === 'b' || messages.at(-1)?.role === 'tool'
          ? { text: 'ok' }
          : { calls: [{ tool: 'look', arguments: messages.length }] },
    }).run();
    const turn = chat.commits.slice(1).flat();
    let state = initialState;
    for (const event of chat.commits[0] ?? []) state = evolve(state, event);
    while (state.lastSeq < 20_000) {
      const base = state.lastSeq;
      state = evolve(state, {
        type: 'user_message',
        seq: base + 1,
        at,
        messageId: id('m'),
        commandId: id(`c${String(base)}`),
        text: 'x',
      });
      for (const event of turn) {
        const shifted = { ...event, seq: base + event.seq };
        state = evolve(state, shifted.type === 'run_started' ? { ...shifted, trigger: base + 1 } : shifted);
      }
    }
    expect(state.run).toBeUndefined();
    expect(state.inbox).toEqual([]);
    expect(state.said.length).toBeGreaterThan(5000);
  });
});
