import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { Body, Controller, Get, Inject, Injectable, Module, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  bootService,
  DRAIN,
  DRAIN_ORDER,
  ENV,
  HEALTH,
  LOGGER,
  METRICS,
  ProblemError,
  readEnv,
  serviceEnv,
  STOPPING,
  systemClock,
  type DrainRegistry,
  type HealthRegistry,
  type Logger,
  type Metrics,
  type RunningService,
  type ServiceEnv,
} from './index.ts';

const env = (more: Record<string, string> = {}): ServiceEnv =>
  readEnv(z.object(serviceEnv), { PORT: '0', HOST: '127.0.0.1', ...more });

@Injectable()
class Backend {
  broken = false;
  readonly order: string[] = [];

  constructor(@Inject(HEALTH) health: HealthRegistry, @Inject(DRAIN) drain: DrainRegistry) {
    health.add('backend', () => {
      if (this.broken) throw new Error('cannot reach mongodb://user:hunter2@db:27017');
    });
    drain.onDrain('close', () => void this.order.push('close'), DRAIN_ORDER.closeConnections);
    drain.onDrain('tell', () => void this.order.push('tell'), DRAIN_ORDER.tellClients);
    drain.onDrain('work', () => void this.order.push('work'));
  }
}

@Controller('things')
class ThingsController {
  readonly #logger: Logger;
  readonly #env: ServiceEnv;

  constructor(@Inject(LOGGER) logger: Logger, @Inject(ENV) given: ServiceEnv, @Inject(METRICS) metrics: Metrics) {
    this.#logger = logger;
    this.#env = given;
    metrics.counter({ name: 'things_total', help: 'Things made' }).inc(3);
  }

  @Get()
  list(): { host: string } {
    return { host: this.#env.HOST };
  }

  @Get('gone')
  gone(): never {
    throw new ProblemError({
      status: 410,
      code: 'thing_gone',
      title: 'Gone',
      detail: 'It was here.',
      extra: { thing: 7 },
    });
  }

  @Get('broken')
  broken(): never {
    throw new Error('password of the database is hunter2');
  }

  @Post()
  make(@Body() body: unknown): unknown {
    this.#logger.info({ headers: { authorization: 'Bearer hunter2' }, token: 'hunter2' }, 'made');
    return { made: body };
  }
}

@Module({ controllers: [ThingsController], providers: [Backend] })
class ThingsModule {}

@Module({})
class EmptyModule {}

const running: RunningService[] = [];
const lines: string[] = [];
const logTo = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(chunk.toString());
    done();
  },
});

async function boot(more: Record<string, string> = {}): Promise<RunningService> {
  const service = await bootService({
    name: 'things',
    env: env(more),
    module: ThingsModule,
    fastify: { bodyLimit: 1000 },
    logTo,
  });
  running.push(service);
  return service;
}

async function problem(response: Response): Promise<unknown> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return response.json();
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

describe('bootService with a Nest module', () => {
  it('serves the module and gives it the environment, the log and the metrics by token', async () => {
    const { url } = await boot();
    expect(await (await fetch(`${url}/things`)).json()).toEqual({ host: '127.0.0.1' });
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ live: true });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('things_total{service="things"} 3');
    expect(metrics).toContain('nodejs_eventloop_lag_seconds');
    expect(metrics).toContain(
      'colloquy_http_request_seconds_count{service="things",method="GET",route="/things",status="200"} 1',
    );
  });

  it('is not ready while a check fails, says which, and hides credentials', async () => {
    const { url, nest } = await boot();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const backend = nest?.get(Backend);
    if (backend) backend.broken = true;
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('colloquy_ready{service="things"} 0');
    expect(metrics).toMatch(/colloquy_check_failing\{[^}]*check="[a-z]+"[^}]*\} 1/);
    expect(metrics).toContain('colloquy_drain_seconds{service="things"} 0');
    expect(await answer.json()).toMatchObject({
      status: 'failing',
      failing: [{ name: 'backend', reason: 'cannot reach mongodb://***@db:27017' }],
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('tells details on /readyz that make nothing unready, whatever they say', async () => {
    const { url, context } = await boot();
    context.health.addDetail('parked', () => Promise.resolve({ things: 3 }));
    context.health.addDetail('broken', () => Promise.reject(new Error('no')));
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ ready: true, details: { parked: { things: 3 }, broken: null } });
  });

  it('drains in order, not ready meanwhile', async () => {
    const service = await boot({ HEALTH_PORT: '0' });
    const ready: number[] = [];
    service.context.drain.onDrain(
      'look',
      async () => void ready.push((await fetch(`${service.healthUrl}/readyz`)).status),
    );
    const report = await service.stop();
    expect(report).toMatchObject({ clean: true, failed: [] });
    expect(ready).toEqual([503]);
    expect(service.nest?.get(Backend).order).toEqual(['tell', 'work', 'close']);
    await expect(fetch(`${service.url}/things`)).rejects.toThrow();
    await expect(fetch(`${service.healthUrl}/livez`)).rejects.toThrow();
  });

  it('ends a start that waits with the reason of its signal', async () => {
    const asked = new AbortController();
    const waiting = {
      provide: 'WAITING',
      inject: [STOPPING],
      useFactory: (signal: AbortSignal) => {
        setImmediate(() => asked.abort(new Error('asked to stop')));
        return systemClock.sleep(60_000, signal);
      },
    };
    const module = { module: EmptyModule, providers: [waiting] };
    const starting = bootService({
      name: 'waits',
      env: env({ HEALTH_PORT: '0' }),
      module,
      stopping: asked.signal,
      logTo,
    });
    const error: unknown = await starting.catch((reason: unknown) => reason);
    expect(error).toBe(asked.signal.reason);
  });

  it('drains cleanly, and soon, before a collector that takes connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const collector = createServer((socket) => sockets.push(socket.on('error', () => socket.destroy())));
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${String(port)}`;
    const service = await boot({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, DRAIN_MS: '300' });
    await fetch(`${service.url}/things`);
    const began = performance.now();
    expect(await service.stop()).toMatchObject({ clean: true, failed: [] });
    expect(performance.now() - began).toBeLessThan(1500);
    for (const socket of sockets) socket.destroy();
    collector.close();
  });

  it('does not wait at a drain for a connection that never asked for anything', async () => {
    const service = await boot();
    const { port } = new URL(service.url);
    const silent = connect(Number(port), '127.0.0.1');
    await once(silent, 'connect');
    const answered = await fetch(`${service.url}/livez`);
    expect(answered.status).toBe(200);
    const report = await service.stop();
    expect(report).toMatchObject({ clean: true, failed: [] });
    expect(report.ms).toBeLessThan(2000);
    silent.destroy();
  });

  it('serves health on HEALTH_PORT only, when there is one', async () => {
    const { url, healthUrl } = await boot({ HEALTH_PORT: '0' });
    expect(healthUrl).not.toBe(url);
    expect((await fetch(`${healthUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(404);
    expect((await fetch(`${healthUrl}/things`)).status).toBe(404);
  });

  it('serves a module without routes, with health alone', async () => {
    const { PORT: _none, ...healthOnly } = env({ HEALTH_PORT: '0' });
    const service = await bootService({ name: 'quiet', env: healthOnly, module: EmptyModule, logTo });
    running.push(service);
    expect(service.url).toBe(service.healthUrl);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });
});

describe('answers to bad requests', () => {
  const post = (url: string, body: string, type = 'application/json'): Promise<Response> =>
    fetch(`${url}/things`, { method: 'POST', body, headers: { 'content-type': type } });

  it('gives a ProblemError as it is', async () => {
    const { url } = await boot();
    expect(await problem(await fetch(`${url}/things/gone`))).toEqual({
      type: 'urn:colloquy:problem:thing_gone',
      title: 'Gone',
      status: 410,
      code: 'thing_gone',
      detail: 'It was here.',
      thing: 7,
    });
  });

  it('never shows the message of an internal error', async () => {
    const { url } = await boot();
    const answer = await fetch(`${url}/things/broken`);
    expect(answer.status).toBe(500);
    const body = await problem(answer);
    expect(body).toMatchObject({ code: 'internal_error' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it.each([
    ['{"a":', 'application/json', 400, 'invalid_json'],
    ['{"__proto__": {}}', 'application/json', 400, 'invalid_json'],
    ['', 'application/json', 400, 'empty_body'],
    [JSON.stringify('x'.repeat(2000)), 'application/json', 413, 'body_too_large'],
    ['<a/>', 'text/xml', 415, 'unsupported_media_type'],
  ])('%# refuses %s', async (...given) => {
    const [body, type, status, code] = given;
    const { url } = await boot();
    const answer = await post(url, body, type);
    expect(answer.status).toBe(status);
    expect(await problem(answer)).toMatchObject({ status, code });
  });

  it('says how large a body may be, and where nothing is', async () => {
    const { url } = await boot();
    expect(await problem(await post(url, JSON.stringify('x'.repeat(2000))))).toMatchObject({
      detail: 'Send at most 1000 bytes.',
    });
    expect(await problem(await fetch(`${url}/nothing?token=x`))).toMatchObject({
      status: 404,
      code: 'not_found',
      detail: 'There is nothing at GET /nothing.',
    });
    expect(await problem(await fetch(`${url}/%zz`))).toMatchObject({ status: 400, code: 'bad_url' });
  });

  it('logs requests without queries, bodies and secrets', async () => {
    lines.length = 0;
    const { url } = await boot();
    const answer = await fetch(`${url}/things?token=hunter2`, {
      method: 'POST',
      body: JSON.stringify({ secret: 'hunter2' }),
      headers: { 'content-type': 'application/json', authorization: 'Bearer hunter2', 'x-request-id': 'my-request-1' },
    });
    await fetch(`${url}/readyz?why=probe`);
    await running.pop()?.stop();
    // Probes come every few seconds for ever.
    expect(lines.join('')).not.toContain('/readyz');
    expect(lines.join('')).toMatch(/"path":"\/things".*"status":201/);
    expect(lines.join('')).toContain('"id":"my-request-1"');
    expect(answer.headers.get('x-request-id')).toBe('my-request-1');
    expect(lines.join('')).toContain('"authorization":"[redacted]"');
    expect(lines.join('')).not.toContain('hunter2');
  });
});

describe('bootService with plain Fastify', () => {
  it('has the same health and problems', async () => {
    const service = await bootService({
      name: 'plain',
      env: env(),
      logTo,
      create: (fastify) => {
        fastify.get('/broken', () => Promise.reject(new Error('hunter2')));
      },
    });
    running.push(service);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(await problem(await fetch(`${service.url}/broken`))).toMatchObject({ code: 'internal_error' });
    expect(await problem(await fetch(`${service.url}/nothing`))).toMatchObject({ code: 'not_found' });
  });
});
