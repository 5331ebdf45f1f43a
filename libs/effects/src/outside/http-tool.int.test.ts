import { systemClock } from '@colloquy/testing';
import type { Json } from '@colloquy/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ToolDesk } from '../fixtures/tool-desk.ts';
import { isPrivateAddress } from './private-address.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const seen: Seen[] = [];
let answer: (response: ServerResponse, seen: Seen) => void = (response) => response.end();
const server = createServer((request, response) => {
  void (async () => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const came = { method: request.method, url: request.url, headers: request.headers, body };
    seen.push(came);
    answer(response, came);
  })();
});
const json = (value: Json, status = 200) => {
  answer = (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};
let base = '';
const open: ToolDesk[] = [];

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(async () => {
  seen.length = 0;
  for (const each of open.splice(0)) await each.close();
});

/** A workflow with the one tool `call`. */
async function desk(tool: string, more = 'allow_hosts: ["127.0.0.1"]\n', env: Record<string, string> = {}) {
  const yaml = `http:\n  call:\n    description: Calls\n${tool.replace(/^/gm, '    ')}\n${more}`;
  const at = await ToolDesk.open({ clock: systemClock, yaml, tools: 'call', env });
  open.push(at);
  return at;
}

describe('a tool that is an HTTP call', () => {
  it('encodes its arguments into path and query, and keeps what the variables of the environment say', async () => {
    json({ data: { items: [{ name: 'Oslo' }] } });
    const at = await desk(
      [
        `url: ${base}/city/{city}/now`,
        'headers: { X-Key: "k-${TOOL_KEY}" }',
        'query: { unit: "{unit}", lang: "{lang}", key: "${TOOL_KEY}" }',
        'input: { city: string, unit: { type: string, enum: [c, f], default: c }, lang: string? }',
        'result: data.items.0.name',
      ].join('\n'),
      undefined,
      { TOOL_KEY: 's3' },
    );
    expect(at.tool('call')).toMatchObject({
      idempotent: true,
      timeoutMs: 30_000,
      source: { kind: 'http' },
      inputSchema: { required: ['city'], additionalProperties: false },
    });
    expect(await at.run('call', { city: 'Å/b?c', unit: 'f' })).toMatchObject({ ok: true, result: 'Oslo' });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/city/%C3%85%2Fb%3Fc/now?unit=f&key=s3' });
    expect(seen[0]?.headers['x-key']).toBe('k-s3');
  });

  it('sends what the path does not use: in the query with GET, as JSON with POST', async () => {
    json({ ok: true });
    const get = await desk(`url: ${base}/a/{id}\ninput: { id: integer, q: string, deep: { type: object } }`);
    expect(await get.run('call', { id: 7, q: 'x y', deep: { a: 1 } })).toMatchObject({ ok: true });
    expect(seen[0]?.url).toBe('/a/7?q=x+y&deep=%7B%22a%22%3A1%7D');
    const post = await desk(`method: POST\nurl: ${base}/a/{id}\ninput: { id: integer, q: string, n: number? }`);
    expect(await post.run('call', { id: 7, q: 'x' })).toMatchObject({ ok: true, result: { ok: true } });
    expect(seen[1]).toMatchObject({ method: 'POST', url: '/a/7', body: '{"q":"x"}' });
    expect(seen[1]?.headers['idempotency-key']).toBe('call-1');
    expect(post.tool('call')).toMatchObject({ idempotent: false, onInterrupted: 'ask' });
  });

  it('fills a body in, with values as they are', async () => {
    json(null);
    const at = await desk(
      `method: PUT\nurl: ${base}/\ninput: { n: number, who: string, tags: { type: array, optional: true } }\n` +
        'body: { count: "{n}", text: "Hello {who}", tags: "{tags}", fixed: [1, "{n}"] }',
    );
    expect(await at.run('call', { n: 5, who: 'you' })).toMatchObject({ ok: true, result: null });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ count: 5, text: 'Hello you', fixed: [1, 5] });
  });

  it.each([
    ['arguments that its input refuses', { n: 'x', where: 'a' }, 'invalid_arguments', /"n" must be/],
    ['an argument that it does not have', { n: 1, where: 'a', other: 2 }, 'invalid_arguments', /other/],
    ['a path without its argument', { n: 1 }, 'invalid_arguments', /where/],
    ['an empty argument of the path', { n: 1, where: '' }, 'invalid_arguments', /where: .* may not be empty/],
    ['a blank argument of the path', { n: 1, where: ' ' }, 'invalid_arguments', /where: .* may not be empty/],
    ['an argument that climbs out of the path', { n: 1, where: '..' }, 'invalid_arguments', /"\."/],
  ] as const)('refuses %s, and sends nothing', async (...[, args, code, message]) => {
    const at = await desk(`url: ${base}/a/{where}/b\ninput: { n: integer, where: string }`);
    const result = await at.run('call', args);
    expect(result).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(message) } });
    expect(seen).toEqual([]);
  });

  it.each([
    ['404 with a long body', 404, 'no '.repeat(1000), /^GET 127\.0\.0\.1:\d+ answered 404: no no .* \[…\]$/],
    ['500 without a body', 500, '', /answered 500: nothing$/],
  ] as const)('makes an error of %s', async (...[, status, body, message]) => {
    answer = (response) => response.writeHead(status).end(body);
    const result = await (await desk(`url: ${base}/`)).run('call');
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'tool_failed', message: expect.stringMatching(message) },
    });
    expect(!result.ok && result.error.message.length).toBeLessThan(700);
  });

  it('reads text as text, and says so when JSON was promised', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('Sunny.');
    expect(await (await desk(`url: ${base}/`)).run('call')).toMatchObject({ ok: true, result: 'Sunny.' });
    expect(await (await desk(`url: ${base}/\nresult: a.b`)).run('call')).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/is not JSON/) },
    });
    json({ a: {} });
    expect(await (await desk(`url: ${base}/\nresult: a.b`)).run('call')).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/has no a\.b/) },
    });
  });

  it('H3: reads no more than its limit, and ends when its time is up', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', write);
      };
      write();
    };
    expect(await (await desk(`url: ${base}/`)).run('call')).toMatchObject({ ok: true, truncated: true });
    answer = () => undefined;
    const slow = await desk(`url: ${base}/`, 'allow_hosts: ["127.0.0.1"]\ntools: { call: { timeout: 200ms } }\n');
    expect(await slow.run('call')).toMatchObject({ ok: false, error: { code: 'tool_timeout' } });
  });

  it('makes an error of an answer that breaks off, once', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"half":', () => response.destroy());
    };
    const at = await desk(`method: POST\nurl: ${base}/`);
    expect(await at.run('call')).toMatchObject({
      ok: false,
      error: { code: 'tool_failed', message: expect.stringMatching(/broke off.*may have taken effect or not/) },
    });
    expect(seen).toHaveLength(1);
  });

  it('H2: follows on the same host, and nowhere else', async () => {
    answer = (response, { url }) =>
      url === '/' ? response.writeHead(302, { location: '/there' }).end() : response.end('there');
    expect(await (await desk(`url: ${base}/`)).run('call')).toMatchObject({ ok: true, result: 'there' });
    answer = (response) => response.writeHead(302, { location: 'http://localhost:1/' }).end();
    expect(await (await desk(`url: ${base}/`)).run('call')).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/another host \(localhost:1\)/) },
    });
    answer = (response) => response.writeHead(302, { location: '/' }).end();
    expect(await (await desk(`url: ${base}/`)).run('call')).toMatchObject({ ok: false });
  });

  it('H1: reaches no private address, by number or by name, unless the workflow names it', async () => {
    const refused = { ok: false, error: { message: expect.stringMatching(/private address.*allow_hosts/) } };
    const port = new URL(base).port;
    json({});
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '[::ffff:127.0.0.1]']) {
      expect(await (await desk(`url: "http://${host}:${port}/"`, '')).run('call')).toMatchObject(refused);
    }
    expect(await (await desk(`url: ${base}/`, 'allow_hosts: ["127.0.0.1:1"]\n')).run('call')).toMatchObject(refused);
    expect(seen).toEqual([]);
    const named = await desk(`url: ${base}/`, `allow_hosts: ["127.0.0.1:${port}"]\n`);
    expect(await named.run('call')).toMatchObject({ ok: true });
  });

  it('is tried again within the step when it is idempotent and may be', async () => {
    answer = (response) => (seen.length < 3 ? response.writeHead(503).end() : response.end('at last'));
    const at = await desk(
      `url: ${base}/`,
      'allow_hosts: ["127.0.0.1"]\ntools: { call: { retry: { attempts: 3, backoff: 10ms } } }\n',
    );
    expect(await at.run('call')).toMatchObject({ ok: true, result: 'at last' });
    expect(seen).toHaveLength(3);
  });

  it('cannot be used without the variable that it names, and says which', async () => {
    const at = await desk(`url: ${base}/\nheaders: { X-Key: "\${TOOL_GONE}" }`);
    expect(at.workflow.runnable).toBeUndefined();
    expect(at.workflow.unavailable).toBe('The tool "call" cannot be used: The variable TOOL_GONE is not set.');
  });
});

describe('isPrivateAddress', () => {
  it('knows what is nobody`s outside', () => {
    const not = ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '172.32.0.1', '100.128.0.1'];
    const are = [
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '255.255.255.255',
    ];
    const six = ['::1', '::', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', 'no address'];
    expect(not.filter(isPrivateAddress)).toEqual([]);
    expect([...are, ...six].filter((address) => !isPrivateAddress(address))).toEqual([]);
  });
});
