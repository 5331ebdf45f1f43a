import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, WorkflowCard } from '@colloquy/contracts';
import { countWork } from '@colloquy/testing/count-work';
import { applyRunEvents, NO_RUNS, SharedList, type ContextChange, type RunView } from '@colloquy/transcript';
import { ALL_EVENTS, choicesWith, createSearch, indexOfSeq, NO_CHOICES, type EventFilter } from './event-filter.ts';
import { addressOf, panelPlaceOf } from './panel-place.ts';
import { withinWidths } from './panel-width.ts';
import { doingOf, teamGraph } from './team-graph.ts';
import { barsOf, newestSpans, rangeOf, recentOf, ticksOf } from './time-axis.ts';
import { placesOf } from './run-picker.tsx';
import { NO_SCREEN, screenAfter } from './runs-store.ts';
import { variablesOf } from './variables.ts';

const RUN = 'run-0123456789abcdef';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

function eventsOf(list: readonly (readonly [number, object])[]): ChatEvent[] {
  return list.map(([second, event], index) => ({ runId: RUN, ...event, seq: index + 1, at: at(second) }) as ChatEvent);
}

const EVENTS = eventsOf([
  [0, { type: 'run_started', workflow: 'team' }],
  [0, { type: 'speaker_selected', agent: 'planner', by: 'pattern' }],
  [1, { type: 'message_started', agent: 'planner', messageId: 'm1', kind: 'text', purpose: 'reply', attempt: 1 }],
  [4, { type: 'text', agent: 'planner', messageId: 'm1', text: 'Words' }],
  [4, { type: 'tool_call', agent: 'planner', callId: 'c1', tool: 'search' }],
  [4, { type: 'tool_call', agent: 'planner', callId: 'c2', tool: 'search' }],
  [4, { type: 'tool_started', callId: 'c1', attempt: 1 }],
  [4, { type: 'tool_started', callId: 'c2', attempt: 1 }],
  [8, { type: 'tool_response', callId: 'c1', ok: true, ms: 4000 }],
  [10, { type: 'speaker_selected', agent: 'writer', by: 'handoff' }],
]);

const run = (events: readonly ChatEvent[] = EVENTS): RunView => {
  const [only] = applyRunEvents(NO_RUNS, events).runs;
  if (only === undefined) throw new Error('no run');
  return only;
};

const CARD: WorkflowCard = {
  name: 'team',
  title: 'Team',
  description: '',
  starters: [],
  agents: ['planner', 'writer', 'critic'].map((name) => ({ name, title: name, description: '' })),
  graph: {
    pattern: 'default',
    first: 'planner',
    edges: [
      { from: 'planner', to: 'writer', kind: 'handoff' },
      { from: 'writer', to: 'critic', kind: 'after' },
      { from: 'critic', to: 'end', kind: 'after' },
    ],
  },
};

describe('the address of the panel', () => {
  it('says which part of which run is shown, and keeps what else it says', () => {
    expect(panelPlaceOf(new URLSearchParams(''))).toBeUndefined();
    expect(panelPlaceOf(new URLSearchParams('panel=cost&run=r1'))).toEqual({ tab: 'cost', runId: 'r1' });
    expect(panelPlaceOf(new URLSearchParams('panel=nonsense'))).toEqual({ tab: 'agents', runId: undefined });
    expect(addressOf('http://x/c/1?m=9&panel=cost&run=r1#end', { tab: 'events', runId: undefined })).toBe(
      '/c/1?m=9&panel=events#end',
    );
    expect(addressOf('http://x/c/1?panel=cost&run=r1', undefined)).toBe('/c/1');
  });

  it('has a width within limits', () => {
    expect([withinWidths(1), withinWidths(9999), withinWidths(Number.NaN), withinWidths(500.4)]).toEqual([
      320, 720, 400, 500,
    ]);
  });
});

describe('the graph of a run', () => {
  it('marks the way that the turn went last, and who is at work', () => {
    const { edges, first, nodes } = teamGraph(CARD, run());
    expect(first).toBe('planner');
    expect(nodes).toEqual(['planner', 'writer', 'critic']);
    expect(edges.map(({ from, to, taken, last }) => [from, to, taken, last])).toEqual([
      ['planner', 'writer', 1, true],
      ['writer', 'critic', 0, false],
    ]);
    expect([doingOf(run(), 'writer'), doingOf(run(), 'planner'), doingOf(run(), 'critic')]).toEqual([
      'thinking',
      undefined,
      undefined,
    ]);
    expect(doingOf(run(EVENTS.slice(0, 8)), 'planner')).toBe('tool');
  });

  it('is made of what happened when the workflow is not known', () => {
    expect(teamGraph(undefined, run())).toMatchObject({
      nodes: ['planner', 'writer'],
      first: 'planner',
      edges: [{ kind: 'seen', taken: 1 }],
    });
  });
});

describe('the time axis of a run', () => {
  const range = rangeOf(run(), Date.parse(at(20)));

  it('reaches to now while the run goes on, and has bars that overlap below each other', () => {
    expect(range.to - range.from).toBe(20_000);
    const [planner, writer] = barsOf(newestSpans(run(), 100), range);
    expect(planner?.bars.map(({ span, left, width, row }) => [span.kind, left, width, row])).toEqual([
      ['thinking', 0, 0.05, 0],
      ['speaking', 0.05, 0.15, 0],
      ['tool', 0.2, 0.2, 0],
      ['tool', 0.2, 0.3, 1],
    ]);
    expect(planner?.rows).toBe(2);
    expect(writer?.bars).toMatchObject([{ left: 0.5, width: 0.5, ms: 10_000 }]);
  });

  it('has ticks at round times', () => {
    expect(ticksOf(run(), range, 5).map(({ ms }) => ms)).toEqual([0, 5000, 10_000, 15_000, 20_000]);
    expect(recentOf({ from: 0, to: 200_000 })).toEqual({ from: 140_000, to: 200_000 });
  });
});

describe('the events of the inspector', () => {
  it('are found by type, agent and any words in them', () => {
    const all = SharedList.of(EVENTS);
    const found = (filter: Partial<EventFilter>): SharedList<ChatEvent> =>
      createSearch().of(all, { ...ALL_EVENTS, ...filter });
    expect(found({})).toBe(all);
    expect(found({ type: 'tool_call' })).toHaveLength(2);
    expect(found({ agent: 'writer' })).toHaveLength(1);
    expect([...found({ text: 'SEARCH c2' })].map(({ seq }) => seq)).toEqual([6]);
    expect(choicesWith(NO_CHOICES, EVENTS)).toMatchObject({ agents: ['planner', 'writer'] });
    expect([1, 6, 10, 0, 11].map((seq) => indexOfSeq(all, seq))).toEqual([0, 5, 9, -1, -1]);
    expect([5, 6].map((seq) => indexOfSeq(found({ type: 'tool_call' }), seq))).toEqual([0, 1]);
  });

  it('are found in what comes in later too, and anew when something else is looked for or the log is another one', () => {
    const search = createSearch();
    const calls = { ...ALL_EVENTS, type: 'tool_call' };
    const some = search.of(SharedList.of(EVENTS.slice(0, 5)), calls);
    expect(some).toHaveLength(1);
    expect([...search.of(SharedList.of(EVENTS), calls)].map(({ seq }) => seq)).toEqual([5, 6]);
    expect(search.of(SharedList.of(EVENTS), { ...calls, type: 'text' })).toHaveLength(1);
    const others = EVENTS.slice(0, 6).map((event) => ({ ...event }));
    expect([...search.of(SharedList.of(others), calls)]).toEqual(others.slice(4));
  });

  it('are folded as they come, and anew when the log is another one', () => {
    const state = (events: readonly ChatEvent[]) => ({
      events: SharedList.of(events),
      complete: true,
      error: undefined,
    });
    const all = screenAfter(screenAfter(NO_SCREEN, state(EVENTS.slice(0, 3))), state(EVENTS));
    expect(all.view).toEqual(applyRunEvents(NO_RUNS, EVENTS));
    expect(all.choices).toEqual(choicesWith(NO_CHOICES, EVENTS));
    expect(screenAfter(all, state([])).view).toBe(NO_RUNS);
  });
});

describe('one more commit in a long chat', () => {
  const MANY = 40_000;
  const long = Array.from({ length: MANY }, (_, index) => {
    const runId = `run-${String(Math.floor(index / 4))}`;
    const agent = index % 8 < 4 ? 'planner' : 'writer';
    const of = [
      { type: 'run_started', workflow: 'team' },
      { type: 'speaker_selected', agent, by: 'pattern' },
      { type: 'context_updated', agent },
      { type: 'run_completed', reason: { code: 'done', text: '' } },
    ][index % 4];
    return { runId, ...of, seq: index + 1, at: at(index) } as unknown as ChatEvent;
  });
  const state = (events: SharedList<ChatEvent>) => ({ events, complete: true, error: undefined });
  const before = SharedList.of(long.slice(0, -4));
  const after = long.slice(-4).reduce((list, event) => list.push(event), before);

  it('is folded, counted and searched without looking at the others', () => {
    const screen = screenAfter(NO_SCREEN, state(before));
    expect(screen.view.runs).toHaveLength(MANY / 4 - 1);
    expect(countWork(() => screenAfter(screen, state(after))).items).toBeLessThan(2_000);
    const search = createSearch();
    const filter = { ...ALL_EVENTS, agent: 'writer' };
    expect(search.of(before, filter).length).toBeGreaterThan(1_000);
    expect(countWork(() => search.of(after, filter)).items).toBeLessThan(1_000);
    expect(countWork(() => indexOfSeq(after, MANY - 1)).items).toBeLessThan(10);
  });

  it('draws no more runs to choose from than somebody asked for', () => {
    expect(placesOf(10_000, 9_999, 50)).toHaveLength(50);
    expect(placesOf(10_000, 7, 50).slice(0, 2)).toEqual([7, 9_950]);
    expect(placesOf(3, 0, 50)).toEqual([0, 1, 2]);
  });

  it('draws no more bars than somebody asked for, and says how many there are before them', () => {
    const turns = Array.from({ length: 3_000 }, (_, index) => ({
      ...{ runId: RUN, type: index === 0 ? 'run_started' : 'speaker_selected', by: 'pattern' },
      ...{ agent: index % 2 === 0 ? 'planner' : 'writer', seq: index + 1, at: at(index) },
    })) as unknown as ChatEvent[];
    const one = run(turns);
    const { result, items } = countWork(() => newestSpans(one, 250));
    expect(items).toBeLessThan(10_000);
    expect(result).toMatchObject({ hidden: 2_999 - 250, from: Date.parse(at(2_750)) });
    const range = { from: result.from, to: Date.parse(at(3_000)) };
    expect(barsOf(result, range).flatMap(({ bars }) => bars)).toHaveLength(250);
    expect(countWork(() => [teamGraph(CARD, one), doingOf(one, 'writer')]).items).toBeLessThan(500);
  });
});

describe('variables', () => {
  it('have a history, and those that changed last come first', () => {
    const change = (seq: number, set: ContextChange['set']): ContextChange => ({
      seq,
      at: at(seq),
      runId: RUN,
      agent: 'planner',
      set,
    });
    const found = variablesOf([change(1, { a: 1, b: 1 }), change(2, undefined), change(3, { a: 2 })]);
    expect(found.map(({ name, history }) => [name, history.map(({ value }) => value)])).toEqual([
      ['a', [1, 2]],
      ['b', [1]],
    ]);
  });
});
