import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatAccess, createTokens } from '@colloquy/access';
import { MAX_BODY_BYTES, openApiDocument, type WorkflowCard } from '@colloquy/contracts';
import { createFileStore, createMemoryBlobs } from '@colloquy/files';
import { createMemoryBroker } from '@colloquy/messaging';
import { bootService, readEnv, serviceEnv, systemClock, systemIds, type RunningService } from '@colloquy/service';
import { createMemoryStore } from '@colloquy/store';
import { Module } from '@nestjs/common';
import { Writable } from 'node:stream';
import { z } from 'zod';
import type { GatewayParts } from './ports.ts';
import { createRateLimits } from './rate-limits.ts';
import { Downloads } from './downloads.ts';
import { UNMEASURED } from './fixtures/unmeasured.ts';
import { Uploads } from './uploads.ts';
import { FORKS, Turns } from './turns.ts';
import { PARTS } from './tokens.ts';
import { useApi } from './use-api.ts';

const SECRET = 's'.repeat(32);
const CARD: WorkflowCard = { name: 'assistant', title: 'Assistant', description: '', starters: [], agents: [] };
const ID = '019b0000-0000-7000-8000-000000000001';

class TestModule {}

function partsOf(): GatewayParts {
  const clock = systemClock;
  const ids = systemIds;
  const messaging = createMemoryBroker({ clock, ids }).connect('gateway');
  const store = createMemoryStore();
  return {
    messaging,
    store,
    workflows: { list: () => [CARD], find: (name) => (name === CARD.name ? CARD : undefined) },
    files: {
      store: createFileStore({ records: messaging.files, blobs: createMemoryBlobs(), clock, ids }),
      maxBytes: 1024,
    },
    limits: createRateLimits(clock),
    forks: new Turns(clock, FORKS),
    uploads: new Uploads({ clock, maxBytes: 1024 * 1024, atOnce: 8, meters: UNMEASURED }),
    downloads: new Downloads({ clock, meters: UNMEASURED }),
    clock,
    ids,
    access: new ChatAccess({ log: messaging.log, store, clock }),
    tokens: createTokens({ mode: 'guest', secret: SECRET, clock, ids }),
    demoModel: false,
    secureCookies: true,
  };
}

let service: RunningService;
let token: string;

beforeAll(async () => {
  Module({ providers: [{ provide: PARTS, useValue: partsOf() }] })(TestModule);
  service = await bootService({
    name: 'api-gateway',
    env: readEnv(z.object(serviceEnv), { PORT: '0', HOST: '127.0.0.1' }),
    module: TestModule,
    configure: useApi,
    fastify: { trustProxy: 'loopback' },
    logTo: new Writable({ write: (_chunk, _encoding, done) => done() }),
  });
  token = (await newGuest()).token;
});
afterAll(async () => {
  await service.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, init: RequestInit & { as?: string | null } = {}): Promise<Answer> {
  const { as = token, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (as !== null) headers.set('authorization', `Bearer ${as}`);
  const response = await fetch(`${service.url}${path}`, { method, ...rest, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Answer['body']) : { text },
  };
}

const post = (path: string, body: unknown, init: RequestInit & { as?: string | null } = {}): Promise<Answer> =>
  call('POST', path, {
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string> | undefined) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function newGuest(ip = '203.0.113.1'): Promise<{ token: string; userId: string; cookie: string }> {
  const answer = await call('POST', '/v1/guest', { as: null, headers: { 'x-forwarded-for': ip } });
  expect(answer.status).toBe(201);
  const { token: fresh, userId } = answer.body as { token: string; userId: string };
  return { token: fresh, userId, cookie: answer.headers.get('set-cookie') ?? '' };
}

const create = (more: object = {}, init: RequestInit = {}): Promise<Answer> =>
  post('/v1/chats', { workflow: 'assistant', message: 'hello', ...more }, init);

describe('the API over HTTP', () => {
  it('starts a chat, and within the next millisecond reads it and says more', async () => {
    const { status, body } = await create();
    expect(status).toBe(202);
    const chatId = String(body['chatId']);
    const [read, said, page] = await Promise.all([
      call('GET', `/v1/chats/${chatId}`),
      post(`/v1/chats/${chatId}/messages`, { text: 'more' }),
      call('GET', `/v1/chats/${chatId}/events?limit=1`),
    ]);
    expect([read.status, said.status]).toEqual([200, 202]);
    expect(read.body).toMatchObject({ chatId, status: 'running', lastSeq: 2 });
    expect(page.body).toMatchObject({ events: [{ seq: 1 }], next: 1 });
  });

  it('a header makes a retry the same command', async () => {
    const headers = { 'idempotency-key': 'once' };
    const [first, second] = [await create({}, { headers }), await create({}, { headers })];
    expect(second.body).toEqual(first.body);
  });

  it('takes commands that have no body, and the cookie instead of the header', async () => {
    const guest = await newGuest();
    expect(guest.cookie).toMatch(/HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    const headers = { cookie: guest.cookie.split(';', 1)[0] ?? '' };
    const me = await call('GET', '/v1/me', { as: null, headers });
    expect(me.body).toMatchObject({ userId: guest.userId, guest: true, demoModel: false });
    const { body } = await create();
    const path = `/v1/chats/${String(body['chatId'])}`;
    for (const [method, at] of [
      ['POST', '/cancel'],
      ['DELETE', ''],
      ['POST', '/restore'],
    ] as const) {
      expect((await call(method, `${path}${at}`)).status).toBe(202);
    }
  });

  it('exports with a file name', async () => {
    const { body } = await create();
    const chatId = String(body['chatId']);
    const answer = await call('GET', `/v1/chats/${chatId}/export?format=md`);
    expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="chat-${chatId}.md"`);
    const json = await call('GET', `/v1/chats/${chatId}/export`);
    expect(json.body).toMatchObject({ chat: { chatId }, events: [{ seq: 1 }, { seq: 2 }] });
  });

  it('serves its description to everybody', async () => {
    const answer = await call('GET', '/v1/openapi.json', { as: null });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(openApiDocument());
  });

  it.each(['/v1/me', '/v1/chats/x', '/v1/nothing', '/v1/openapi.json'])(
    '%s is not stored, sniffed or framed',
    async (path) => {
      const { headers } = await call('GET', path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});

describe('bad input is a problem that names the fix', () => {
  const overToken = async (): Promise<string> => {
    const clock = { ...systemClock, now: () => 0 };
    return (await createTokens({ mode: 'guest', secret: SECRET, clock, ids: systemIds }).issueGuest()).token;
  };

  const cases: readonly (readonly [
    what: string,
    send: () => Promise<Answer>,
    ...expected: [number, string, string],
  ])[] = [
    ['no token', () => call('GET', '/v1/me', { as: null }), 401, 'unauthorized', 'POST /v1/guest'],
    ['a wrong token', () => call('GET', '/v1/me', { as: 'x' }), 401, 'unauthorized', 'cannot be read'],
    [
      'a token that is over',
      async () => call('GET', '/v1/me', { as: await overToken() }),
      401,
      'unauthorized',
      'is over',
    ],
    [
      'a cookie that cannot be decoded',
      () => call('GET', '/v1/me', { as: null, headers: { cookie: 'colloquy_token=%' } }),
      401,
      'unauthorized',
      'cannot be read',
    ],
    ['an unknown workflow', () => create({ workflow: 'x' }), 400, 'unknown_workflow', 'There are: assistant'],
    ['a 2 MB message', () => create({ message: 'x'.repeat(2_000_000) }), 413, 'body_too_large', String(MAX_BODY_BYTES)],
    ['a message over 64 KiB', () => create({ message: 'x'.repeat(65_537) }), 400, 'invalid_request', 'body.message'],
    [
      'a message and variables that are too large together',
      () => create({ message: '\u0001'.repeat(64 * 1024), variables: { notes: '語'.repeat(60_000) } }),
      413,
      'message_too_large',
      '512 KiB',
    ],
    ['no message', () => create({ message: ' ' }), 400, 'invalid_request', 'must not be empty'],
    ['an unknown field', () => create({ model: 'x' }), 400, 'invalid_request', 'model'],
    ['a body that is no JSON', () => post('/v1/chats', '{'), 400, 'invalid_json', 'JSON'],
    ['an id with a dot', () => call('GET', `/v1/chats/${ID}.x`), 400, 'invalid_request', 'path.chatId'],
    ['an id with a star', () => post('/v1/chats/*/messages', { text: 'x' }), 400, 'invalid_request', 'path.chatId'],
    ['an encoded star', () => call('GET', '/v1/chats/%2A'), 400, 'invalid_request', 'path.chatId'],
    [
      'a request id with a star',
      () => post(`/v1/chats/${ID}/inputs/*`, { value: 1 }),
      400,
      'invalid_request',
      'requestId',
    ],
    ['an answer without value', () => post(`/v1/chats/${ID}/inputs/${ID}`, {}), 400, 'invalid_request', 'body.value'],
    ['an unknown query parameter', () => call('GET', '/v1/chats?sort=up'), 400, 'invalid_request', 'sort'],
    ['a wrong limit', () => call('GET', '/v1/chats?limit=1000'), 400, 'invalid_request', 'query.limit'],
    ['a limit given twice', () => call('GET', '/v1/chats?limit=1&limit=2'), 400, 'invalid_request', 'query.limit'],
    ['a wrong before', () => call('GET', '/v1/chats?before=x'), 400, 'invalid_request', 'query.before'],
    ['a wrong format', () => call('GET', `/v1/chats/${ID}/export?format=pdf`), 400, 'invalid_request', 'query.format'],
    [
      'a change of nothing',
      () => call('PATCH', `/v1/chats/${ID}`, { body: '{}', headers: { 'content-type': 'application/json' } }),
      400,
      'invalid_request',
      'give title',
    ],
    ['no such chat', () => call('GET', `/v1/chats/${ID}`), 404, 'chat_not_found', 'not yours'],
    ['an old id', () => create({ id: ID }), 400, 'invalid_chat_id', 'at most a day old'],
    ['no such path', () => call('GET', '/v1/nothing'), 404, 'not_found', '/v1/nothing'],
    [
      'a long key',
      () => create({}, { headers: { 'idempotency-key': 'k'.repeat(201) } }),
      400,
      'invalid_idempotency_key',
      '200',
    ],
  ];

  it.each(cases)('%s', async (_what, send, ...expected) => {
    const [status, code, words] = expected;
    const answer = await send();
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(String(answer.body['detail'])).toContain(words);
  });

  it("someone else's chat is a 404", async () => {
    const { body } = await create();
    const { token: other } = await newGuest();
    const path = `/v1/chats/${String(body['chatId'])}`;
    expect((await call('GET', path, { as: other })).status).toBe(404);
    expect((await post(`${path}/messages`, { text: 'x' }, { as: other })).status).toBe(404);
  });
});

describe('rate limits', () => {
  it('too many commands of one user are a 429 with retry-after; other users go on', async () => {
    const { token: busy } = await newGuest();
    const answers = await Promise.all(
      Array.from({ length: 160 }, () => call('POST', `/v1/chats/${ID}/cancel`, { as: busy })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.body).toMatchObject({ code: 'rate_limited' });
    expect((await call('POST', `/v1/chats/${ID}/cancel`)).status).toBe(404);
    expect((await call('GET', '/v1/me', { as: busy })).status).toBe(200);
  });

  it('too many guests from one address are a 429; another address is let in', async () => {
    const knock = (ip: string) => call('POST', '/v1/guest', { as: null, headers: { 'x-forwarded-for': ip } });
    const answers = await Promise.all(Array.from({ length: 80 }, () => knock('198.51.100.7')));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    expect((await knock('198.51.100.8')).status).toBe(201);
  });
});
