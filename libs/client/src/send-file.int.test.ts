/** Files over HTTP, against a real server. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from './api-error.ts';
import { UnreachableError } from './client-error.ts';
import { createClient, type ClientOptions } from './create-client.ts';

type Handle = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(handle: Handle, more: Partial<ClientOptions> = {}) {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => handle(request, response, Buffer.concat(pieces)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = createClient({ baseUrl, token: 'one', ...more });
  cleanUps.push(() => client.close());
  return { baseUrl, api: client.api };
}

const answer = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const FILE = { fileId: 'file-0000-0000-0001', name: 'a b.md', type: 'text/markdown', size: 5 };

describe('uploading a file', () => {
  it('sends the bytes as they are, with name, type, key and token, and tells how far it is', async () => {
    const seen: { url: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
    const { api } = await serve((request, response, body) => {
      seen.push({ url: request.url, headers: request.headers, body: body.toString() });
      answer(response, 201, FILE);
    });
    const progress: [number, number][] = [];
    const options = { name: 'a b.md', type: 'text/markdown', key: 'mine', onProgress: note };
    function note(sent: number, total: number): void {
      progress.push([sent, total]);
    }
    await expect(api.uploadFile(new TextEncoder().encode('bytes'), options)).resolves.toEqual(FILE);
    await api.uploadFile(new Blob(['more'], { type: 'text/csv' }), { name: 'x' });
    expect(seen[0]).toMatchObject({ url: '/v1/files?name=a+b.md', body: 'bytes' });
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'text/markdown',
      'content-length': '5',
      'idempotency-key': 'mine',
      authorization: 'Bearer one',
    });
    expect(seen[1]?.headers['content-type']).toBe('text/csv');
    expect(progress).toEqual([
      [0, 5],
      [5, 5],
    ]);
  });

  it('says what the service says against it', async () => {
    const { api } = await serve((_request, response) =>
      answer(response, 413, { code: 'file_too_large', detail: 'A file may have 3 bytes at most.' }),
    );
    const refused = api.uploadFile(new Blob(['bytes']), { name: 'x' });
    await expect(refused).rejects.toBeInstanceOf(ApiError);
    await expect(refused).rejects.toMatchObject({ status: 413, code: 'file_too_large', retryable: false });
  });

  it('renews a token that is refused, and sends the file again', async () => {
    const tokens: (string | undefined)[] = [];
    const { api } = await serve(
      (request, response, body) => {
        tokens.push(request.headers.authorization);
        if (request.headers.authorization === 'Bearer two' && body.length === 5) answer(response, 201, FILE);
        else answer(response, 401, { code: 'unauthorized', detail: 'no' });
      },
      { onUnauthorized: () => Promise.resolve('two') },
    );
    await expect(api.uploadFile(new Blob(['bytes']), { name: 'x' })).resolves.toEqual(FILE);
    expect(tokens).toEqual(['Bearer one', 'Bearer two']);
  });

  it('ends with the reason of its signal, or says that nobody answers', async () => {
    const { api, baseUrl } = await serve(() => undefined);
    const ending = new AbortController();
    const reason = new Error('not wanted any more');
    const sent = api.uploadFile(new Blob(['bytes']), { name: 'x', signal: ending.signal });
    ending.abort(reason);
    await expect(sent).rejects.toBe(reason);
    await expect(api.uploadFile(new Blob(['x']), { name: 'x', signal: ending.signal })).rejects.toBe(reason);
    const nobody = createClient({ baseUrl: baseUrl.replace(/\d+$/, '1'), token: 'one' });
    cleanUps.push(() => nobody.close());
    await expect(nobody.api.uploadFile(new Blob(['x']), { name: 'x' })).rejects.toBeInstanceOf(UnreachableError);
  });
});

describe('fetching and taking back a file', () => {
  it('gives its bytes, or what the service says', async () => {
    const { api, baseUrl } = await serve((request, response) => {
      if (request.method === 'DELETE') answer(response, 200, { fileId: FILE.fileId });
      else if (request.url === `/v1/files/${FILE.fileId}`) response.writeHead(200).end('bytes');
      else answer(response, 404, { code: 'file_not_found', detail: 'There is none.' });
    });
    expect(await (await api.getFile(FILE.fileId)).text()).toBe('bytes');
    await expect(api.getFile('file-0000-0000-0002')).rejects.toMatchObject({ code: 'file_not_found' });
    expect(api.fileUrl(FILE.fileId)).toBe(`${baseUrl}/v1/files/${FILE.fileId}`);
    expect(await api.deleteFile(FILE.fileId)).toEqual({ fileId: FILE.fileId });
  });
});
