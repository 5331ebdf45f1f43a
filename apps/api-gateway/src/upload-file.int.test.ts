/** Files over the gateway's own HTTP: what is taken, how it is given back, and to whom. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { bootService, readEnv, serviceEnv, systemClock, systemIds, type RunningService } from '@colloquy/service';
import { Module } from '@nestjs/common';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { World } from './fixtures/api-world.ts';
import { PARTS } from './tokens.ts';
import { useApi } from './use-api.ts';

class TestModule {}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const MAX = 1024 * 1024;
/** The machine's own time: nothing here is moved on. */
const clock = { ...systemClock, advance: () => Promise.resolve(), run: <T>(promise: Promise<T>) => promise };

let service: RunningService;
let world: World;
let [ann, bob] = ['', ''];

beforeAll(async () => {
  world = new World(
    {
      ...clock,
      now: () => systemClock.now(),
      monotonic: () => systemClock.monotonic(),
      setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms),
      clearTimeout: (handle) => systemClock.clearTimeout(handle),
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
    },
    systemIds,
  );
  Module({ providers: [{ provide: PARTS, useValue: world.parts }] })(TestModule);
  service = await bootService({
    name: 'api-gateway',
    env: readEnv(z.object(serviceEnv), { PORT: '0', HOST: '127.0.0.1' }),
    module: TestModule,
    configure: useApi,
    logTo: new Writable({ write: (_chunk, _encoding, done) => done() }),
  });
  [ann, bob] = [await guest(), await guest()];
});
afterAll(() => service.stop());

async function guest(): Promise<string> {
  const answer = await fetch(`${service.url}/v1/guest`, { method: 'POST' });
  return ((await answer.json()) as { token: string }).token;
}

interface Given {
  readonly type?: string;
  readonly name?: string;
  readonly key?: string;
  readonly as?: string;
}

function send(body: RequestInit['body'], { type = 'text/plain', name = 'a.txt', key, as = ann }: Given = {}) {
  const headers = {
    authorization: `Bearer ${as}`,
    'content-type': type,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const init = { method: 'POST', headers, body: body ?? null, duplex: 'half' } as const;
  return fetch(`${service.url}/v1/files?name=${encodeURIComponent(name)}`, init);
}

const bodyOf = async (answer: Response): Promise<Record<string, unknown>> =>
  (await answer.json()) as Record<string, unknown>;

async function upload(body: RequestInit['body'], given: Given = {}): Promise<Record<string, unknown>> {
  const answer = await send(body, given);
  expect(answer.status).toBe(201);
  return bodyOf(answer);
}

const get = (fileId: unknown, as = ann): Promise<Response> =>
  fetch(`${service.url}/v1/files/${String(fileId)}`, { headers: { authorization: `Bearer ${as}` } });

async function post(path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${ann}`, 'content-type': 'application/json' };
  return fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('what is taken', () => {
  it.each<[what: string, body: string | Buffer<ArrayBuffer>, as: Given & { kept: string }]>([
    ['a picture, whatever it says it is', PNG, { name: 'x.txt', kept: 'image/png' }],
    ['Markdown by its ending', '# a', { type: 'application/octet-stream', name: 'a.md', kept: 'text/markdown' }],
    ['JSON', '{}', { type: 'application/json', name: 'a', kept: 'application/json' }],
    ['source that browsers call a film', 'let a = 1;', { type: 'video/mp2t', name: 'a.ts', kept: 'text/plain' }],
    ['SVG as text only', '<svg/>', { type: 'image/svg+xml', name: 'a.svg', kept: 'text/plain' }],
    ['HTML as text only', '<script>1</script>', { type: 'text/html', name: 'a.html', kept: 'text/plain' }],
  ])('%s', async (_what, body, { kept, ...given }) => {
    expect(await upload(body, given)).toMatchObject({ type: kept, size: Buffer.from(body).length });
  });

  it.each<[what: string, body: string | Buffer<ArrayBuffer>, as: Given & { status: number; code: string }]>([
    ['a picture that is none', 'hello, this is text', { type: 'image/png', status: 415, code: 'file_type' }],
    ['text that is not UTF-8', Buffer.from([0x61, 0xff, 0xfe]), { status: 415, code: 'file_type' }],
    ['text with NUL', 'a\0b', { status: 415, code: 'file_type' }],
    ['a PDF', '%PDF-1.7 and then some', { type: 'application/pdf', status: 415, code: 'file_type' }],
    ['what ends in the middle of a letter', Buffer.from([0x61, 0xc3]), { status: 415, code: 'file_type' }],
    ['nothing', '', { status: 400, code: 'empty_file' }],
    ['too much, by its length', Buffer.alloc(MAX + 1, 'x'), { status: 413, code: 'file_too_large' }],
    ['no name', 'x', { name: ' ', status: 400, code: 'invalid_request' }],
  ])('refuses %s', async (_what, body, { status, code, ...given }) => {
    const before = world.blobs.size;
    const answer = await send(body, given);
    expect(answer.status).toBe(status);
    expect(await bodyOf(answer)).toMatchObject({ status, code });
    expect(world.blobs.size).toBe(before);
  });

  it('refuses too much that comes without a length, and keeps nothing of it', async () => {
    const before = world.blobs.size;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(120)),
    });
    const answer = await send(endless).catch(() => undefined);
    // Who goes on sending may lose the connection before the answer.
    if (answer !== undefined) expect(answer.status).toBe(413);
    expect(world.blobs.size).toBe(before);
  });

  it('keeps nothing of an upload whose client went away', async () => {
    const before = world.blobs.size;
    const { port } = new URL(service.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST /v1/files?name=a.txt HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ann}\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(`${head}some of it, more than a dozen bytes`, () => resolve()));
    const owner = { ownerId: 'nobody' };
    const isComing = async (): Promise<boolean> => {
      for await (const { value } of world.messaging.files.list()) if (value.includes('"state":"coming"')) return true;
      return false;
    };
    expect(await world.parts.files.store.loose(owner)).toEqual({ count: 0, bytes: 0 });
    while (!(await isComing())) await systemClock.sleep(5);
    socket.destroy();
    while (await isComing()) await systemClock.sleep(5);
    expect(world.blobs.size).toBe(before);
  });

  it('is the same file for the same key', async () => {
    const [first, second] = [await upload('one', { key: 'k' }), await upload('one', { key: 'k' })];
    expect(second).toEqual(first);
    expect((await upload('one', { key: 'k', as: bob }))['fileId']).not.toBe(first['fileId']);
  });
});

describe('giving back', () => {
  it('gives text to be saved and pictures to be shown, so that no browser runs them', async () => {
    const { fileId, name } = await upload('<script>alert(1)</script>', {
      type: 'text/html',
      name: '../a/"ö\u202e".html',
    });
    expect(name).toBe('"ö".html');
    const text = await get(fileId);
    expect(await text.text()).toBe('<script>alert(1)</script>');
    expect(Object.fromEntries(text.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="___.html"; filename*=UTF-8''%22%C3%B6%22.html`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=300',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
    });
    const picture = await get((await upload(PNG, { name: 'a.png' }))['fileId']);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('content-disposition')).toMatch(/^inline/);
    expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).toBe(true);
  });

  it('knows no file of somebody else, and gives nothing to nobody', async () => {
    const { fileId } = await upload('secret');
    expect((await get(fileId, bob)).status).toBe(404);
    expect((await fetch(`${service.url}/v1/files/${String(fileId)}`)).status).toBe(401);
    const taken = await fetch(`${service.url}/v1/files/${String(fileId)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${bob}` },
    });
    expect(taken.status).toBe(404);
  });
});

describe('messages with files', () => {
  it('say what is known of them; what a message has cannot be taken back', async () => {
    const file = await upload('for a message', { name: 'm.txt' });
    const body = { workflow: 'assistant', message: '', attachments: [file['fileId']] };
    const made = await bodyOf(await post('/v1/chats', body));
    const [, said] = await world.events(String(made['chatId']));
    expect(said).toMatchObject({ type: 'user_message', text: '', attachments: [file] });
    const taken = await fetch(`${service.url}/v1/files/${String(file['fileId'])}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${ann}` },
    });
    expect(taken.status).toBe(409);
  });

  it('refuses a file that is not there, or not theirs, and says which', async () => {
    const { fileId } = await upload('of bob', { as: bob });
    const answer = await post('/v1/chats', { workflow: 'assistant', message: 'see', attachments: [fileId] });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toMatchObject({ code: 'unknown_file', errors: [{ path: 'body.attachments' }] });
  });

  it('tells the limits up front', async () => {
    const me = await fetch(`${service.url}/v1/me`, { headers: { authorization: `Bearer ${ann}` } });
    expect((await bodyOf(me))['attachments']).toMatchObject({ maxBytes: MAX, maxPerMessage: 10 });
  });

  it('bounds what waits for its message', async () => {
    const carl = await guest();
    const big = Buffer.alloc(MAX, 'x');
    for (let count = 0; count < 10; count += 1) await upload(big, { as: carl });
    const answer = await send(big, { as: carl });
    expect(answer.status).toBe(429);
    expect(await bodyOf(answer)).toMatchObject({ code: 'too_many_files' });
  });
});

/** A client of its own making: it sends what it is told to, and hears what it is told. */
async function slowly(as: string, more = ''): Promise<{ heard: Promise<string>; send: (bytes: string) => void }> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  const heard = new Promise<string>((resolve) => {
    let all = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => (all += String(data)));
    socket.on('close', () => resolve(all));
  });
  const before = world.parts.uploads.active;
  const head = `POST /v1/files?name=a.txt HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${as}\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n`;
  socket.write(`${head}some of it, more than a dozen bytes${more}`);
  while (more === '' && world.parts.uploads.active === before) await systemClock.sleep(5);
  return { heard, send: (bytes) => void socket.write(bytes) };
}

describe('uploads that take their time', () => {
  it('are eight of one user at once; the ninth hears so, and its connection ends though it goes on sending', async () => {
    const dora = await guest();
    const first = await Promise.all(Array.from({ length: 8 }, () => slowly(dora)));
    const ninth = await slowly(dora, '.');
    const sending = setInterval(() => ninth.send('.'), 100);
    const answer = await ninth.heard.finally(() => clearInterval(sending));
    expect(answer).toContain('HTTP/1.1 429');
    expect(answer).toContain('retry-after: 2');
    expect(answer).toContain('"code":"too_many_uploads"');
    expect((await send('of another', { as: bob })).status).toBe(201);
    for (const { send: sendOn } of first) sendOn('.'.repeat(965));
    while (world.parts.uploads.active > 0) await systemClock.sleep(5);
    expect((await send('after them', { as: dora })).status).toBe(201);
  });

  it('hear of the end of the gateway within its time, and nothing of them stays', async () => {
    const before = world.blobs.size;
    const emil = await guest();
    const cut = await slowly(emil);
    const began = systemClock.monotonic();
    await world.parts.uploads.drain(400);
    const answer = await cut.heard;
    expect(systemClock.monotonic() - began).toBeLessThan(5000);
    expect(answer).toContain('HTTP/1.1 503');
    expect(answer).toContain('retry-after: 1');
    expect(answer).toContain('"code":"draining"');
    const late = await send('late', { as: emil });
    expect([late.status, (await bodyOf(late))['code']]).toEqual([503, 'draining']);
    expect(world.blobs.size).toBe(before);
    for await (const { value } of world.messaging.files.list()) expect(value).not.toContain('"state":"coming"');
  });
});
