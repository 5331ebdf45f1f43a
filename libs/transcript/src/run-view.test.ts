import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import {
  answer,
  ask,
  begin,
  call,
  COMPLETED,
  CREATED,
  HELLO,
  id,
  logOf,
  responded,
  RUN,
  STARTED,
  text,
  used,
} from './fixtures/sample-log.ts';
import { applyRunEvents, NO_RUNS } from './run-view.ts';
import type { RunsView, RunView } from './run-view-state.ts';
import { sumUsage, totalUsage } from './run-view-usage.ts';

const turn = (agent: string, runId = RUN): NewEvent => ({ type: 'speaker_selected', runId, agent, by: 'pattern' });
const started = (callId: string, attempt = 1): NewEvent => ({ type: 'tool_started', runId: RUN, callId, attempt });
const toHim: NewEvent = {
  type: 'handoff',
  runId: RUN,
  from: 'helper',
  to: 'writer',
  by: 'model',
  reason: 'It is ripe',
};
const child = (name: string): NewEvent =>
  ({ ...STARTED, runId: id(name), parentRunId: RUN, child: 'research', branch: name }) as NewEvent;
const ended = (runId: string): NewEvent => ({
  type: 'run_completed',
  runId,
  reason: { code: 'no_next_speaker', text: '' },
});

const eventsOf = (events: readonly NewEvent[]): ChatEvent[] => logOf([events]).flatMap(({ commit }) => commit.events);
const viewOf = (...events: NewEvent[]): RunsView => applyRunEvents(NO_RUNS, eventsOf([CREATED, HELLO, ...events]));
function runOf(...events: NewEvent[]): RunView {
  const run = viewOf(STARTED, ...events).runs.at(0);
  if (run === undefined) throw new Error('no run');
  return run;
}
const spansOf = (run: RunView): string[] =>
  run.lanes.flatMap(({ agent, spans }) =>
    [...spans].map(({ kind, label, outcome }) => [agent, kind, label, outcome].filter(Boolean).join(' ')),
  );

describe('the runs of a chat', () => {
  it('begin and end', () => {
    expect([...viewOf().runs]).toEqual([]);
    expect(runOf()).toMatchObject({ runId: RUN, status: 'running', startSeq: 3, workflow: 'assistant' });
    expect(runOf(COMPLETED)).toMatchObject({ status: 'completed', reason: { code: 'no_next_speaker' } });
    const failed: NewEvent = {
      type: 'run_failed',
      runId: RUN,
      error: { code: 'gone', message: 'It is', retryable: true },
    };
    expect(runOf(failed)).toMatchObject({ status: 'failed', reason: { code: 'gone', text: 'It is' } });
    expect(runOf({ type: 'run_cancelled', runId: RUN, by: 'ada', commandId: id('c') }).status).toBe('cancelled');
  });

  it('show what an agent does: it thinks, speaks, runs tools, and thinks again', () => {
    const m1 = id('m1');
    const run = runOf(
      turn('helper'),
      begin(m1),
      text(m1, 'I look'),
      call(id('t'), 'none'),
      started(id('t')),
      responded(id('t')),
    );
    expect(spansOf(run)).toEqual([
      'helper thinking ok',
      'helper speaking ok',
      'helper tool refund ok',
      'helper thinking open',
    ]);
    expect(run.lanes[0]).toMatchObject({ agent: 'helper', turns: 1 });
    expect(run.lanes[0]?.spans.at(2)).toMatchObject({
      seq: 7,
      ms: 5,
      startedAt: expect.stringContaining(':28'),
      endedAt: expect.stringContaining(':29'),
    });
    expect(spansOf(runOf(turn('helper'), begin(m1), COMPLETED))).toEqual([
      'helper thinking ok',
      'helper speaking aborted',
    ]);
  });

  it('wait for a person where the question was asked', () => {
    const asked = [turn('helper'), call(id('t'), 'required'), ask(id('q'), id('t'))];
    expect(runOf(...asked).status).toBe('waiting');
    expect(spansOf(runOf(...asked))).toEqual(['helper thinking ok', 'helper waiting refund open']);
    expect(runOf(...asked, answer(id('q'))).status).toBe('running');
    const declined: NewEvent = {
      type: 'tool_response',
      runId: RUN,
      callId: id('t'),
      ok: false,
      error: { code: 'declined', message: '' },
      ms: 0,
    };
    expect(spansOf(runOf(...asked, answer(id('q')), declined))).toContain('helper tool refund failed');
  });

  it('keep handoffs, and the way that the turn went', () => {
    const run = runOf(turn('helper'), toHim, turn('writer'));
    expect([...run.handoffs]).toMatchObject([{ from: 'helper', to: 'writer', by: 'model', reason: 'It is ripe' }]);
    expect([...run.steps]).toMatchObject([
      { from: [], to: 'helper' },
      { from: ['helper'], to: 'writer' },
    ]);
  });

  it('have their child runs within them, and the turn comes from all that were joined', () => {
    const [a, b] = [id('one'), id('two')];
    const run = runOf(
      turn('planner'),
      child('one'),
      child('two'),
      turn('reader', a),
      turn('keeper', b),
      ended(b),
      ended(a),
      turn('writer'),
    );
    expect(run.branches).toMatchObject([
      { branch: 'one', status: 'completed' },
      { branch: 'two', status: 'completed' },
    ]);
    expect([...run.steps].map(({ from, to }) => `${from.join('+')}>${to}`)).toEqual([
      '>planner',
      'planner>reader',
      'planner>keeper',
      'planner+keeper+reader>writer',
    ]);
    expect(run.status).toBe('running');
    expect(viewOf(STARTED, child('one')).runs).toHaveLength(1);
  });

  it('add up what was used by agent, model and purpose, and say which calls have no price', () => {
    const by = (agent: string, model: string, costMicroUsd: number | null): NewEvent =>
      ({ ...used(model, 7), agent, costMicroUsd }) as NewEvent;
    const { usage } = runOf(by('a', 'm', 7), by('b', 'm', 9), by('a', 'm', 1), by('a', 'n', null));
    expect(usage).toHaveLength(3);
    expect(
      sumUsage(usage, 'agent').map(({ name, costMicroUsd, modelCalls }) => [name, costMicroUsd, modelCalls]),
    ).toEqual([
      ['b', 9, 1],
      ['a', 8, 3],
    ]);
    expect(
      sumUsage(usage, 'model').map(({ name, costMicroUsd, unpricedCalls }) => [name, costMicroUsd, unpricedCalls]),
    ).toEqual([
      ['m', 17, 0],
      ['n', 0, 1],
    ]);
    expect(totalUsage(usage)).toMatchObject({ costMicroUsd: 17, modelCalls: 4, promptTokens: 40, unpricedCalls: 1 });
  });

  it('tell changes of variables, with their values where they may be seen', () => {
    const changed = { type: 'context_updated', runId: RUN, agent: 'helper', set: { order: 'A-1' } } as NewEvent;
    const { set: _, ...hidden } = changed as { set: unknown } & NewEvent;
    expect([...runOf(changed, hidden as NewEvent).context]).toMatchObject([
      { agent: 'helper', set: { order: 'A-1' } },
      { set: undefined },
    ]);
  });

  it('tell takeovers and what was begun again', () => {
    const claimed: NewEvent = { type: 'run_claimed', runId: RUN, attempt: 1, worker: 'w2' };
    const again = { ...begin(id('m2')), attempt: 2 } as NewEvent;
    expect(runOf(claimed, again, call(id('t'), 'none'), started(id('t')), started(id('t'), 2)).incidents).toMatchObject(
      [{ kind: 'takeover' }, { kind: 'retried', agent: 'helper' }, { kind: 'retried', text: 'refund' }],
    );
  });

  it('are older versions once the person took them back', () => {
    expect(viewOf(STARTED, COMPLETED, { type: 'rewound', toSeq: 2, commandId: id('c') }).runs.at(0)?.undone).toBe(true);
    expect(viewOf(STARTED, COMPLETED, { type: 'rewound', toSeq: 4, commandId: id('c') }).runs.at(0)?.undone).toBe(
      false,
    );
  });

  it('keep the identity of a run that nothing happened to', () => {
    const events = eventsOf([
      CREATED,
      HELLO,
      STARTED,
      COMPLETED,
      { ...STARTED, runId: id('run2') },
      turn('helper', id('run2')),
    ]);
    const before = applyRunEvents(NO_RUNS, events.slice(0, 5));
    const after = applyRunEvents(before, events);
    expect(after.runs.at(0)).toBe(before.runs.at(0));
    expect(after.runs.at(1)).not.toBe(before.runs.at(1));
    expect(before.runs.at(1)?.lanes).toEqual([]);
    expect(applyRunEvents(after, events)).toBe(after);
  });

  it('bear events of runs whose beginning is not there, and of types that are not known', () => {
    const odd = { type: 'danced', seq: 1, at: '2026-01-01T00:00:00.000Z', runId: RUN } as unknown as ChatEvent;
    expect(applyRunEvents(NO_RUNS, [odd]).runs).toHaveLength(1);
    const stopped = eventsOf([{ type: 'run_cancelled', runId: id('command'), by: 'ada', commandId: id('command') }]);
    expect(applyRunEvents(NO_RUNS, stopped).runs).toHaveLength(0);
  });
});
