import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import type { RunState, Step } from '@colloquy/engine';
import { RecordingTracer } from '@colloquy/testing';
import { RunOrigin } from './run-origin.ts';
import { RunSpans } from './run-spans.ts';

const RUN = 'run-0123456789abcdef';
const contextOf = (trace: number, span: number): string =>
  `00-${String(trace).padStart(32, '0')}-${String(span).padStart(16, '0')}-01`;
const [ASKED, TICKET, OTHER] = [contextOf(7, 1), contextOf(7, 2), contextOf(8, 3)];

const said = { seq: 2, type: 'user_message' } as ChatEvent;
const begun = { seq: 3, type: 'run_started', runId: RUN } as ChatEvent;
const completed = { seq: 9, type: 'run_completed', runId: RUN } as ChatEvent;
const run = { runId: RUN, workflow: 'desk' } as RunState;
const step = { kind: 'run_tools' } as Step;
const START = { kind: 'start_run' } as Step;
const traceOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

describe('the spans of a run', () => {
  let tracer: RecordingTracer;
  let origin: RunOrigin;

  beforeEach(() => {
    tracer = new RecordingTracer();
    origin = new RunOrigin();
  });

  const spansOf = (ticket: string | undefined): RunSpans => new RunSpans({ chatId: 'chat', origin, tracer, ticket });
  const take = (spans: RunSpans): Promise<string> => spans.step({ step, run }, () => Promise.resolve('done'));

  it('are below the ticket that brought what asked for it', async () => {
    origin.add(said, ASKED);
    origin.add(begun, TICKET);
    expect(await take(spansOf(TICKET))).toBe('done');
    const [of, taken] = tracer.spans;
    expect(of).toMatchObject({ name: 'run desk', parent: TICKET, links: [], ended: false });
    expect(taken).toMatchObject({ name: 'step run_tools', parent: of?.traceparent, ended: true });
  });

  it('are in the trace of what asked for it with any ticket, which is linked then', async () => {
    origin.add(said, ASKED);
    origin.add(begun, TICKET);
    await take(spansOf(OTHER));
    expect(tracer.spans[0]).toMatchObject({ parent: ASKED, links: [OTHER] });
    expect(new Set(tracer.spans.map(({ traceparent }) => traceOf(traceparent)))).toEqual(new Set([traceOf(ASKED)]));
  });

  it('are of the next run below what asked for that one, whatever was said meanwhile', async () => {
    origin.add(said, ASKED);
    origin.add(begun, TICKET);
    origin.add({ ...said, seq: 4 }, OTHER);
    expect([origin.ofRun, origin.asked]).toEqual([ASKED, OTHER]);
    const spans = spansOf(TICKET);
    await take(spans);
    spans.add(completed, TICKET);
    expect(tracer.spans[0]).toMatchObject({ ended: true, attributes: { 'colloquy.outcome': 'run_completed' } });
    await spans.step({ step: START, run: undefined }, () => Promise.resolve());
    expect(tracer.named('step start_run')).toMatchObject([{ parent: OTHER, links: [TICKET] }]);
    spans.add({ ...begun, seq: 10, runId: 'run-2' }, TICKET);
    expect(origin.ofRun).toBe(OTHER);
  });

  it('are below the ticket when the log does not say who asked', async () => {
    origin.add(said, undefined);
    origin.add(begun, undefined);
    await take(spansOf(TICKET));
    expect(tracer.spans[0]).toMatchObject({ parent: TICKET });
  });

  it('end with the work here', async () => {
    const spans = spansOf(TICKET);
    await take(spans);
    spans.end();
    expect(tracer.spans.every(({ ended }) => ended)).toBe(true);
  });
});
