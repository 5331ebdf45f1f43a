import { describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { fastify } from 'fastify';
import { z } from 'zod';
import { createLogger } from './create-logger.ts';
import { Metrics } from './metrics.ts';
import { createOtelTracer } from './otel-tracer.ts';
import { EnvError, readEnv } from './read-env.ts';
import { serviceEnv } from './service-env.ts';
import { traceRequests } from './trace-requests.ts';
import { traceSettings } from './trace-settings.ts';
import { systemClock } from './system-clock.ts';
import { offTracer, traceIdIn, type ServiceTracer } from './tracer.ts';
import { watchTraces, type ExportedSpans } from './watch-traces.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
/** Not recorded by who sent it; recorded. */
const OPEN = `00-${TRACE}-b7ad6b7169203331-00`;
const SAMPLED = `00-${TRACE}-b7ad6b7169203331-01`;

const settingsOf = (env: Record<string, string>) =>
  traceSettings(readEnv(z.object(serviceEnv), env), { name: 'things', instance: 'one' });

/** What was sent before the end can be looked at after it. */
class Kept extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function tracing(env: Record<string, string> = {}): { tracer: ServiceTracer; sent: () => Promise<ReadableSpan[]> } {
  const exporter = new Kept();
  const settings = settingsOf({ ...ENDPOINT, ...env });
  if (settings === undefined) throw new Error('no settings');
  const tracer = createOtelTracer({ settings, exporter, sleep: () => new Promise<void>(() => undefined) });
  return {
    tracer,
    sent: async () => {
      await tracer.flush();
      return exporter.getFinishedSpans();
    },
  };
}

describe('the settings of traces', () => {
  it('are none without an address, and complete with one', () => {
    expect(settingsOf({})).toBeUndefined();
    expect(settingsOf({ ...ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'a.b=c%20d, e=f' })).toEqual({
      url: 'http://collector:4318/v1/traces',
      sampler: 'parentbased_always_on',
      ratio: 1,
      resource: { 'a.b': 'c d', e: 'f', 'service.name': 'things', 'service.instance.id': 'one' },
    });
    expect(settingsOf({ ...ENDPOINT, OTEL_SERVICE_NAME: 'other' })?.resource['service.name']).toBe('other');
  });

  it('name every fault', () => {
    const faulty = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '2',
      OTEL_RESOURCE_ATTRIBUTES: 'nothing',
    };
    let faults: readonly string[] = [];
    try {
      settingsOf(faulty);
    } catch (error) {
      if (error instanceof EnvError) ({ faults } = error);
    }
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(Object.keys(faulty).sort());
  });
});

describe('the tracer', () => {
  it('goes on below what caused it, and says so in W3C’s words', async () => {
    const { tracer, sent } = tracing();
    await tracer.span({ name: 'outer', kind: 'consumer', parent: SAMPLED }, async (outer) => {
      expect(tracer.current()).toBe(outer.traceparent);
      await Promise.resolve();
      const inner = tracer.start({ name: 'inner', links: [OPEN, undefined, 'nonsense'] });
      inner.end();
      expect(inner.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    });
    const [inner, outer] = await sent();
    expect([inner?.name, outer?.name]).toEqual(['inner', 'outer']);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(outer?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(inner?.links.map(({ context }) => context.traceId)).toEqual([TRACE]);
    expect(tracer.current()).toBeUndefined();
  });

  it.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `ff-${TRACE}-b7ad6b7169203331-01`,
    `00-${TRACE}`,
  ])('begins a trace of its own below %j', async (parent) => {
    const { tracer, sent } = tracing();
    tracer.start({ name: 'alone', parent }).end();
    const [span] = await sent();
    expect(span?.parentSpanContext).toBeUndefined();
  });

  it('keeps a decision that was made inside, and makes its own about what comes from outside', async () => {
    for (const [sampler, ratio] of [
      ['parentbased_always_off', '1'],
      ['parentbased_traceidratio', '0'],
    ] as const) {
      const { tracer, sent } = tracing({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio });
      const asked = tracer.start({ name: 'asked', parent: SAMPLED, outside: true });
      asked.end();
      const below = tracer.start({ name: 'below', parent: asked.traceparent });
      below.end();
      tracer.start({ name: 'inside', parent: SAMPLED }).end();
      expect([asked.traceparent, below.traceparent].map((text) => [traceIdIn(text), text?.slice(-2)])).toEqual([
        [TRACE, '00'],
        [TRACE, '00'],
      ]);
      expect((await sent()).map(({ name }) => name)).toEqual(['inside']);
    }
    const { tracer, sent } = tracing();
    tracer.start({ name: 'asked', parent: OPEN, outside: true }).end();
    tracer.start({ name: 'inside', parent: OPEN }).end();
    expect((await sent()).map(({ name }) => name)).toEqual(['asked']);
  });

  it('says of an error its code or its name, never its message', async () => {
    const { tracer, sent } = tracing();
    const failing = tracer.span({ name: 'a' }, () => Promise.reject(new RangeError('you said: my secret')));
    await expect(failing).rejects.toThrow(RangeError);
    const span = tracer.start({ name: 'b' });
    span.fail({ code: 'rate_limited', message: 'my secret' });
    span.end();
    span.end();
    const spans = await sent();
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(['RangeError', 'rate_limited']);
    expect(spans.map(({ status }) => status)).toEqual([{ code: 2 }, { code: 2 }]);
    expect(spans.every(({ events }) => events.length === 0)).toBe(true);
  });
});

describe('the end of a tracer', () => {
  const settings = settingsOf(ENDPOINT);
  if (settings === undefined) throw new Error('no settings');
  it('waits for a collector that never answers no longer than it is told', async () => {
    const late: (() => void)[] = [];
    const kept = new Kept();
    const silent: SpanExporter = {
      export: (spans, done) => void late.push(() => kept.export(spans, done)),
      shutdown: () => kept.shutdown(),
    };
    const tracer = createOtelTracer({
      settings,
      exporter: silent,
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
    });
    tracer.start({ name: 'lost' }).end();
    const began = systemClock.monotonic();
    await tracer.flush(50);
    expect(systemClock.monotonic() - began).toBeLessThan(1000);
    for (const answer of late) answer();
  });

  it('leaves no timer behind when all was sent', async () => {
    const signals: AbortSignal[] = [];
    const sleep = (_ms: number, signal: AbortSignal): Promise<void> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    await createOtelTracer({ settings, exporter: new Kept(), sleep }).flush();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('says what became of its spans', async () => {
    const said: ExportedSpans[] = [];
    const refusing = new InMemorySpanExporter();
    await refusing.shutdown();
    for (const exporter of [refusing, new Kept()]) {
      const tracer = createOtelTracer({
        settings,
        exporter,
        sleep: () => new Promise(() => undefined),
        onExport: (exported) => void said.push(exported),
      });
      tracer.start({ name: 'a' }).end();
      tracer.start({ name: 'b' }).end();
      await tracer.flush();
    }
    expect(said).toEqual([{ spans: 2, error: expect.any(Error) }, { spans: 2 }]);
  });
});

describe('spans that are exported', () => {
  it('are counted by what became of them; the log has the first failure and the recovery', async () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'things', destination: { write: (line) => void lines.push(line) } });
    const metrics = new Metrics('things');
    const note = watchTraces(metrics, logger);
    const error = new Error('connect ECONNREFUSED');
    for (const exported of [{ spans: 1 }, { spans: 2, error }, { spans: 3, error }, { spans: 4 }, { spans: 5 }])
      note(exported);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', err: { message: 'connect ECONNREFUSED' } },
      { level: 'info', lost: 5 },
    ]);
    const text = await metrics.registry.getSingleMetricAsString('colloquy_spans_exported_total');
    expect(text).toContain('{outcome="sent",service="things"} 10');
    expect(text).toContain('{outcome="failed",service="things"} 5');
  });
});

describe('the span of a request', () => {
  async function ask(tracer: ServiceTracer, url: string, lines: string[] = []) {
    const server = fastify();
    traceRequests(server, tracer);
    const logTo = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ name: 'things', destination: logTo, traceId: () => traceIdIn(tracer.current()) });
    server.get('/livez', () => ({}));
    server.post('/things/:id', async (request) => {
      logger.info('asked');
      return { inside: tracer.current(), body: request.body };
    });
    const answer = await server.inject({
      method: url === '/livez' ? 'GET' : 'POST',
      url,
      headers: { traceparent: OPEN },
      ...(url === '/livez' ? {} : { payload: { text: 'my secret' } }),
    });
    await server.close();
    return answer;
  }

  it('goes on below the caller’s, covers the handler, and is said in the answer and in the log', async () => {
    const { tracer, sent } = tracing();
    const lines: string[] = [];
    const answer = await ask(tracer, '/things/42?token=my-token', lines);
    const [span] = await sent();
    expect(answer.headers['traceresponse']).toBe(`00-${TRACE}-${span?.spanContext().spanId ?? ''}-01`);
    expect(answer.json()).toMatchObject({ inside: answer.headers['traceresponse'] });
    expect(span?.name).toBe('POST /things/:id');
    expect(span?.attributes).toMatchObject({ 'http.route': '/things/:id', 'http.response.status_code': 200 });
    expect(JSON.stringify(span?.attributes)).not.toMatch(/42|token|secret/);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ traceId: TRACE }]);
  });

  it('is none for health, and none when nothing is traced', async () => {
    const { tracer, sent } = tracing();
    await ask(tracer, '/livez');
    expect(await sent()).toEqual([]);
    const answer = await ask(offTracer, '/things/1');
    expect(answer.headers['traceresponse']).toBeUndefined();
    expect(answer.json()).toEqual({ body: { text: 'my secret' } });
  });
});
