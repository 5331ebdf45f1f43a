import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect as connectTo, type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { bootService, type RunningService } from '@colloquy/service';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Server as SocketServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { readEdgeEnv } from './env.ts';
import { LARGEST_BODY, routeRequests } from './route-requests.ts';

const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function upstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closers.push(() => close(server));
  return listen(server);
}

/** The address of a server that is no more. */
async function dead(): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  await close(server);
  return url;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Answers with what it was asked. */
function echo(name: string): Promise<string> {
  return upstream((request, response) => {
    void read(request).then((body) => {
      const { method, url, headers } = request;
      response.writeHead(200, {
        'content-type': 'application/json',
        'set-cookie': ['a=1', 'b=2'],
        'keep-alive': 'timeout=9',
      });
      response.end(JSON.stringify({ name, method, url, headers, body: body.toString('base64') }));
    });
  });
}

interface Echo {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const echoed = async (response: Response): Promise<Echo> => (await response.json()) as Echo;

async function edge(urls: { api?: string[]; realtime?: string[]; web?: string[] }): Promise<RunningService> {
  const unused = await dead();
  const env = readEdgeEnv({
    PORT: '0',
    HEALTH_PORT: '0',
    HOST: '127.0.0.1',
    DRAIN_MS: '3000',
    API_URLS: (urls.api ?? [unused]).join(','),
    REALTIME_URLS: (urls.realtime ?? [unused]).join(','),
    WEB_URLS: (urls.web ?? []).join(','),
  });
  const fastify = { bodyLimit: LARGEST_BODY };
  const service = await bootService({ name: 'edge', env, create: routeRequests, fastify, logTo: quiet });
  closers.push(() => service.stop());
  return service;
}

describe('one origin', () => {
  it('gives each path to its service, as it is', async () => {
    const { url } = await edge({
      api: [await echo('api')],
      realtime: [await echo('realtime')],
      web: [await echo('web')],
    });
    const nameAt = async (path: string): Promise<string> => {
      const { name, url: seen } = await echoed(await fetch(url + path));
      expect(seen).toBe(path);
      return name;
    };
    expect(await nameAt('/v1/chats?limit=2&q=a%20b&q=c')).toBe('api');
    expect(await nameAt('/v1/chats/a%2Fb')).toBe('api');
    expect(await nameAt('/live/123?cursor=1.2.3')).toBe('realtime');
    expect(await nameAt('/socket.io/?EIO=4')).toBe('realtime');
    expect(await nameAt('/')).toBe('web');
    expect(await nameAt('/chat/1?x=1')).toBe('web');
    expect(await nameAt('/v10')).toBe('web');
  });

  it('says who asked, believes no claim of the client, and drops what is about the connection', async () => {
    const { url } = await edge({ api: [await echo('api')] });
    const answer = await fetch(`${url}/v1/me`, {
      headers: {
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-proto': 'https',
        te: 'trailers',
        'x-request-id': 'request-42',
      },
    });
    const { headers } = await echoed(answer);
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(url).host,
      'x-request-id': 'request-42',
    });
    expect(headers['te']).toBeUndefined();
    expect(answer.headers.get('keep-alive')).not.toBe('timeout=9');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('x-request-id')).toBe('request-42');
  });

  it.each(['application/json', 'application/octet-stream', 'text/plain; charset=utf-8'])(
    'passes a body of %s byte for byte',
    async (type) => {
      const { url } = await edge({ api: [await echo('api')] });
      const body = Buffer.from('{ "a" :  1 }\u0000\u00ff', 'latin1');
      const seen = await echoed(
        await fetch(`${url}/v1/chats`, { method: 'POST', body, headers: { 'content-type': type } }),
      );
      expect(Buffer.from(seen.body, 'base64').equals(body)).toBe(true);
      expect(seen.headers['content-type']).toBe(type);
      expect(seen.headers['transfer-encoding']).toBeUndefined();
    },
  );

  it('takes bodies up to 4 MB and no more', async () => {
    const { url } = await edge({ api: [await echo('api')] });
    const post = (length: number): Promise<Response> =>
      fetch(`${url}/v1/chats`, { method: 'POST', body: Buffer.alloc(length) });
    expect((await post(LARGEST_BODY)).status).toBe(200);
    const refused = await post(LARGEST_BODY + 1);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ code: 'body_too_large' });
  });

  it('has health on its own port', async () => {
    const { healthUrl } = await edge({});
    expect((await fetch(`${healthUrl}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${healthUrl}/metrics`)).text()).toContain('edge_websockets');
  });

  it('shows a page where the web app was not started', async () => {
    const { url } = await edge({});
    const page = await fetch(url);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('--no-web');
    expect((await fetch(`${url}/chat/1`)).status).toBe(404);
  });
});

describe('instances', () => {
  it('takes turns', async () => {
    const { url } = await edge({ api: [await echo('one'), await echo('two')] });
    const names = [];
    for (let at = 0; at < 4; at += 1) names.push((await echoed(await fetch(`${url}/v1/me`))).name);
    expect(names).toEqual(['one', 'two', 'one', 'two']);
  });

  it.each(['GET', 'POST', 'PATCH', 'DELETE'])('tries the next for %s when one refuses', async (method) => {
    const { url } = await edge({ api: [await dead(), await echo('alive'), await dead()] });
    for (let at = 0; at < 5; at += 1) {
      const init = method === 'GET' || method === 'DELETE' ? { method } : { method, body: `body ${at}` };
      const seen = await echoed(await fetch(`${url}/v1/chats`, init));
      expect(seen).toMatchObject({ name: 'alive', method });
      if ('body' in init) expect(Buffer.from(seen.body, 'base64').toString()).toBe(init.body);
    }
  });

  it('names the service that is not up', async () => {
    const { url } = await edge({ api: [await dead(), await dead()] });
    const answer = await fetch(`${url}/v1/chats`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'service_not_up', service: 'api-gateway' });
  });

  it('repeats nothing that may have been done', async () => {
    let asked = 0;
    const breaking = await upstream((request) => {
      asked += 1;
      request.socket.destroy();
    });
    const { url } = await edge({ api: [breaking, breaking] });
    const answer = await fetch(`${url}/v1/chats`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ code: 'service_broke_off', service: 'api-gateway' });
    expect(asked).toBe(1);
  });
});

describe('event streams', () => {
  it('pass without waiting, headers first, and end upstream when the client leaves', async () => {
    const gone = Promise.withResolvers<undefined>();
    const say = Promise.withResolvers<undefined>();
    const live = await upstream((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      void say.promise.then(() => response.write('data: 1\n\n'));
      request.once('close', () => gone.resolve(undefined));
    });
    const { url } = await edge({ realtime: [live] });
    const leave = new AbortController();
    const stream = await fetch(`${url}/live/1`, { signal: leave.signal });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    say.resolve(undefined);
    const reader = stream.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n');
    leave.abort();
    await gone.promise;
  });

  it('end when the edge drains, so that it need not wait for them', async () => {
    const live = await upstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const service = await edge({ realtime: [live] });
    const stream = await fetch(`${service.url}/live/1`);
    const text = stream.text();
    expect(await service.stop()).toMatchObject({ clean: true });
    expect(await text).toBe('data: 1\n\n');
  });
});

describe('websockets', () => {
  async function realtime(): Promise<string> {
    const server = createServer();
    const sockets = new SocketServer(server, { transports: ['websocket'] });
    sockets.use((socket, next) => next(socket.handshake.auth['token'] === 'no' ? new Error('no') : undefined));
    sockets.on('connection', (socket) => {
      socket.on('ask', (value: unknown, answer: (value: unknown) => void) => {
        answer({ value, from: socket.handshake.headers['x-forwarded-for'] });
      });
      socket.on('flood', () => {
        for (let at = 0; at < 200; at += 1) socket.emit('piece', at, 'x'.repeat(5000));
      });
    });
    closers.push(() => sockets.close());
    return listen(server);
  }

  function connect(url: string): Socket {
    const socket = io(url, { transports: ['websocket'], reconnection: false });
    closers.push(async () => socket.disconnect());
    return socket;
  }

  it('speak Socket.IO through the edge, past an instance that is dead', async () => {
    const { url } = await edge({ realtime: [await dead(), await realtime()] });
    for (let at = 0; at < 3; at += 1) {
      const socket = connect(url);
      const large = 'y'.repeat(200_000);
      expect(await socket.timeout(5000).emitWithAck('ask', large)).toEqual({ value: large, from: '127.0.0.1' });
    }
  });

  it('carry much in order', async () => {
    const { url } = await edge({ realtime: [await realtime()] });
    const socket = connect(url);
    const seen: number[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('piece', (at: number, text: string) => {
        expect(text).toHaveLength(5000);
        seen.push(at);
        if (seen.length === 200) resolve();
      });
    });
    socket.emit('flood');
    await all;
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });

  it('are closed with 1001 when the edge drains', async () => {
    const service = await edge({ realtime: [await realtime()] });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve, { once: true }));
    const report = await service.stop();
    expect(report.clean).toBe(true);
    expect(await closed).toMatchObject({ code: 1001, wasClean: true });
  });

  it('fail with a reason when nobody is up', async () => {
    const { url } = await edge({ realtime: [await dead()] });
    const socket = connect(url);
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    expect(error.message).toContain('websocket error');
  });

  it('are refused without harm to the edge when the client resets its connection', async () => {
    const { url } = await edge({ api: [await echo('api')] });
    for (const path of ['/elsewhere', '/socket.io/?EIO=4']) {
      const client = connectTo(Number(new URL(url).port), '127.0.0.1');
      client.write(`GET ${path} HTTP/1.1\r\nhost: edge\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`);
      const answer = await new Promise<Buffer>((resolve) => client.once('data', resolve));
      expect(answer.toString()).toMatch(/^HTTP\/1.1 (404|502) /);
      client.resetAndDestroy();
      expect((await fetch(`${url}/v1/me`)).status).toBe(200);
    }
  });

  it('get the answer of a service that does not upgrade', async () => {
    const { url } = await edge({ realtime: [await echo('realtime')] });
    const socket = connect(url);
    await expect(new Promise((_resolve, reject) => socket.once('connect_error', reject))).rejects.toThrow();
  });
});
