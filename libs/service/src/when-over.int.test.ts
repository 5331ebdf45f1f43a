import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { fastify } from 'fastify';
import { z } from 'zod';
import { measureRequests } from './health-routes.ts';
import { Metrics } from './metrics.ts';
import { createOtelTracer } from './otel-tracer.ts';
import { readEnv } from './read-env.ts';
import { serviceEnv } from './service-env.ts';
import { traceRequests } from './trace-requests.ts';
import { traceSettings } from './trace-settings.ts';

class Kept extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** A real server that traces and measures. */
async function watched() {
  const env = readEnv(z.object(serviceEnv), { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' });
  const settings = traceSettings(env, { name: 'things', instance: 'one' });
  if (settings === undefined) throw new Error('no settings');
  const exporter = new Kept();
  const tracer = createOtelTracer({ settings, exporter, sleep: () => new Promise(() => undefined) });
  const metrics = new Metrics('things');
  const server = fastify({ forceCloseConnections: true });
  traceRequests(server, tracer);
  measureRequests(server, metrics);
  const gone: Promise<unknown>[] = [];
  // Hooks of their own come after those that are tested.
  server.addHook('onRequest', (_request, reply, done) => {
    gone.push(once(reply.raw, 'close'));
    done();
  });
  server.get('/good', () => ({ text: 'good' }));
  server.get('/never', (_request, reply) => {
    reply.hijack();
  });
  server.get('/half', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write('data: 1\n\n');
  });
  const url = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  return {
    url,
    gone,
    /** Spans and samples, once every request is over. */
    over: async () => {
      await Promise.all(gone);
      await tracer.flush();
      const { values } = (await metrics.registry.getSingleMetric('colloquy_http_request_seconds')?.get()) ?? {
        values: [],
      };
      await server.close();
      return { spans: exporter.getFinishedSpans(), counts: values.filter(isCount) };
    },
    server,
  };
}

const isCount = (sample: object): boolean => 'metricName' in sample && String(sample.metricName).endsWith('_count');

describe('a request whose caller leaves', () => {
  it('ends its span, which says so, and is measured: before the answer, and in the middle of it', async () => {
    const { url, gone, over, server } = await watched();
    for (const [path, leaves] of [
      ['/never', 'unanswered'],
      ['/half', 'in the middle'],
    ] as const) {
      const routed = new Promise<void>((resolve) => server.server.once('request', () => resolve()));
      const socket = connect(Number(url.port), url.hostname);
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await (leaves === 'unanswered' ? routed : once(socket, 'data'));
      socket.destroy();
    }
    expect(gone).toHaveLength(2);
    const { spans, counts } = await over();
    expect(spans.map(({ name, attributes }) => [name, attributes['http.response.status_code']])).toEqual([
      ['GET /never', undefined],
      ['GET /half', 200],
    ]);
    expect(spans.map(({ attributes }) => attributes['colloquy.aborted'])).toEqual([true, true]);
    expect(counts.map(({ labels, value }) => [labels, value])).toEqual([
      [expect.objectContaining({ route: '/never', status: '499' }), 1],
      [expect.objectContaining({ route: '/half', status: '200' }), 1],
    ]);
  });

  it('is told from one that was answered, which counts once', async () => {
    const { url, over } = await watched();
    const answer = await fetch(new URL('/good', url), { headers: { connection: 'close' } });
    await answer.text();
    const { spans, counts } = await over();
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ 'http.response.status_code': 200 }),
    ]);
    expect(spans[0]?.attributes).not.toHaveProperty('colloquy.aborted');
    expect(counts).toMatchObject([{ value: 1, labels: { status: '200' } }]);
  });
});
