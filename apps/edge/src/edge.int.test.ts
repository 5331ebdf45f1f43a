import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, dead, echo, echoed, edge, hung, SHORT, upstream } from './fixtures/edge-world.ts';
import { LARGEST_BODY } from './route-requests.ts';

afterEach(closeAll);

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

  it('passes a file of any size as it comes, and tells of an instance that is gone once', async () => {
    const gone = await edge({});
    const { url } = await edge({ api: [await echo('api')] });
    const body = Buffer.alloc(LARGEST_BODY + 1, 'x');
    const upload = (to: string): Promise<Response> =>
      fetch(`${to}/v1/files?name=x`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
    const seen = await echoed(await upload(url));
    expect(Buffer.from(seen.body, 'base64').equals(body)).toBe(true);
    expect(seen.headers['content-length']).toBe(String(body.length));
    expect(seen.url).toBe('/v1/files?name=x');
    const refused = await upload(gone.url);
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ code: 'service_not_up' });
    expect((await fetch(`${url}/v1/files/file-0000-0000-0001`, { method: 'DELETE' })).status).toBe(200);
  });

  it('hands on an answer that comes before the end of a file, and ends the connection of who goes on sending', async () => {
    const refusing = await upstream((request, response) => {
      request.once('data', () => {
        response.writeHead(408, { 'content-type': 'application/problem+json' }).end('{"code":"upload_idle"}');
        setTimeout(() => request.destroy(), 100);
      });
    });
    const { url } = await edge({ api: [refusing] });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    let heard = '';
    socket.on('data', (data) => (heard += String(data)));
    socket.write(
      'POST /v1/files?name=x HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 100000\r\n\r\nsome',
    );
    const sending = setInterval(() => socket.write('.'), 50);
    await new Promise((resolve) => socket.once('close', resolve)).finally(() => clearInterval(sending));
    expect(heard).toContain('HTTP/1.1 408');
    expect(heard).toContain('{"code":"upload_idle"}');
  });

  it('has health on its own port', async () => {
    const { healthUrl } = await edge({});
    expect((await fetch(`${healthUrl}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${healthUrl}/metrics`)).text()).toContain('colloquy_edge_websockets');
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

  it('passes over one that takes connections and never answers', async () => {
    const silent = await hung();
    const { url } = await edge({ api: [silent.url, await echo('alive')] }, SHORT);
    for (let at = 0; at < 4; at += 1) {
      expect(await echoed(await fetch(`${url}/v1/me`))).toMatchObject({ name: 'alive' });
    }
    expect(silent.asked).toEqual(['GET']);
  });

  it('sends a command that was not answered nowhere else, and the next one to who answers', async () => {
    const silent = await hung();
    const { url } = await edge({ api: [silent.url, await echo('alive')] }, SHORT);
    const post = (): Promise<Response> => fetch(`${url}/v1/chats`, { method: 'POST', body: '{}' });
    const answer = await post();
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ code: 'service_broke_off', service: 'api-gateway' });
    for (let at = 0; at < 3; at += 1) expect(await echoed(await post())).toMatchObject({ name: 'alive' });
    expect(silent.asked).toEqual(['POST']);
  });

  it('gives an answer that has begun all the time it takes', async () => {
    const slow = await upstream((_request, response) => {
      response.write('begun, ');
      setTimeout(() => response.end('done'), 3 * SHORT.answerMs);
    });
    const { url } = await edge({ api: [slow] }, SHORT);
    expect(await (await fetch(`${url}/v1/me`)).text()).toBe('begun, done');
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

  it('may wait for their headers longer than others', async () => {
    const live = await upstream((_request, response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: 1\n\n'), 900);
    });
    const { url } = await edge({ realtime: [live] }, SHORT);
    expect(await (await fetch(`${url}/live/1`)).text()).toBe('data: 1\n\n');
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
