import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppendList } from './append-list.ts';
import { evolve, initialState } from './evolve.ts';
import { agent } from './test-driver.ts';
import type { ChatState, SaidItem } from './types.ts';
import { partsFrom, viewMessages, viewParts } from './view-of.ts';

const OUTPUT = { name: 'answer', schema: { type: 'object' }, strict: true, maxRetries: 2 };
const AGENTS = [agent('a'), agent('b', { output: OUTPUT })];

/** Few names, so that what comes later is about what came before as often as not. */
const id = fc.constantFrom('1', '2', '3');
const name = fc.constantFrom('a', 'b');
const text = fc.constantFrom('', 'one', 'two');
const seq = fc.integer({ min: 1, max: 12 });

const item: fc.Arbitrary<SaidItem> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), text, seq, messageId: id }),
  fc.record({ kind: fc.constant('agent' as const), agent: name, text, seq, messageId: id }),
  fc.record({
    kind: fc.constant('call' as const),
    agent: name,
    callId: id,
    tool: fc.constant('look'),
    arguments: fc.constant({}),
    messageId: fc.constantFrom('1', '2', 'x'),
    seq,
  }),
  fc.record({
    kind: fc.constant('result' as const),
    callId: id,
    tool: fc.constant('look'),
    ok: fc.boolean(),
    content: text,
    seq,
  }),
  fc.record({ kind: fc.constant('handoff' as const), from: name, to: name, seq }),
  fc.record({ kind: fc.constant('rejected' as const), agent: name, text, seq, messageId: id }),
  fc.record({ kind: fc.constant('replaced' as const), about: id, by: text, text, seq }),
  fc.record({ kind: fc.constant('digest' as const), agent: name, upToSeq: seq, text, seq }),
);

const running = evolve(initialState, {
  type: 'run_started',
  seq: 1,
  at: '2026-01-01T00:00:00.000Z',
  runId: 'run',
  workflow: 'w',
  workflowHash: 'h',
  engineVersion: 1,
  trigger: 0,
  variables: {},
  worker: 'here',
});

function chatOf(said: AppendList<SaidItem>, rejected: readonly string[]): ChatState {
  const { run } = running;
  if (run?.agentRun === undefined) {
    const selected = evolve(running, {
      type: 'speaker_selected',
      seq: 2,
      at: '2026-01-01T00:00:00.000Z',
      runId: 'run',
      agent: 'b',
      by: 'pattern',
    });
    const { agentRun } = selected.run ?? {};
    if (selected.run === undefined || agentRun === undefined) throw new Error('the run has begun');
    return { ...selected, said, run: { ...selected.run, agentRun: { ...agentRun, rejected } } };
  }
  return { ...running, said };
}

/** The same list, of which nobody has made a view yet. */
function anew(said: AppendList<SaidItem>): AppendList<SaidItem> {
  let list: AppendList<SaidItem> = AppendList.empty();
  for (const each of said) list = list.append(each);
  return list;
}

describe('a view that grows', () => {
  it('V8: is the view that would be made anew, whatever is added and asked, also where versions branch', () => {
    const steps = fc.array(
      fc.record({
        item,
        from: fc.oneof(fc.constant(0), fc.nat()),
        asks: fc.boolean(),
        rejected: fc.subarray(['1', '2']),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const versions: AppendList<SaidItem>[] = [AppendList.empty()];
        for (const step of all) {
          const before = versions.at(-1 - (step.from % versions.length)) ?? AppendList.empty<SaidItem>();
          const said = before.append(step.item);
          versions.push(said);
          if (!step.asks) continue;
          const grown = chatOf(said, step.rejected);
          const fresh = chatOf(anew(said), step.rejected);
          for (const viewer of AGENTS) {
            expect(viewParts(grown, viewer)).toEqual(viewParts(fresh, viewer));
            expect(viewMessages(grown, viewer)).toEqual(viewParts(fresh, viewer).flatMap(({ messages }) => messages));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('E3: gives what nobody can change by asking again', () => {
    const said = AppendList.empty<SaidItem>().append({ kind: 'user', text: 'Hello', seq: 1 });
    const before = viewMessages(chatOf(said, []), AGENTS[0] ?? agent('a'));
    viewMessages(chatOf(said.append({ kind: 'user', text: 'Again', seq: 2 }), []), AGENTS[0] ?? agent('a'));
    expect(before).toEqual([{ role: 'user', content: 'Hello' }]);
  });

  it('tells from an item on what nobody in particular knows', () => {
    const said = AppendList.empty<SaidItem>()
      .append({ kind: 'user', text: 'Hello', seq: 1 })
      .append({ kind: 'agent', agent: 'a', text: 'Hi', seq: 2, messageId: 'm' });
    expect(partsFrom(chatOf(said, []), 1)).toEqual([
      { seq: 2, messages: [{ role: 'user', name: 'a', content: 'a: Hi' }] },
    ]);
  });
});
