import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing';
import { ApiError } from './api-error.ts';
import { ClosedError, UnreachableError } from './client-error.ts';
import { createCaller } from './http-call.ts';
import { keepToken } from './token-keeper.ts';

type Fetch = (path: string, authorization: string | null, signal: AbortSignal | null | undefined) => Promise<Response>;

/** A caller whose server is a function. */
function world(serve: Fetch, hook?: () => Promise<unknown>) {
  const clock = new VirtualClock();
  const tokens = keepToken({ clock, token: 'old', hook });
  const send = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> =>
    serve(
      new URL(input instanceof Request ? input.url : input).pathname,
      new Headers(init?.headers).get('authorization'),
      init?.signal,
    );
  const call = createCaller({ baseUrl: 'http://service', fetch: send, clock, tokens });
  return {
    clock,
    tokens,
    get: (path: string, signal?: AbortSignal) => call({ method: 'GET', path, ...(signal && { signal }) }),
  };
}

const refused = (): Response => Response.json({ code: 'unauthorized', detail: 'It is over' }, { status: 401 });

describe('a token that is over', () => {
  it('is renewed once for all calls that it was refused to, and they are made again', async () => {
    let renewals = 0;
    const seen: string[] = [];
    const { get } = world(
      async (path, authorization) => {
        seen.push(`${path} ${String(authorization)}`);
        return authorization === 'Bearer new' ? new Response('fine') : refused();
      },
      async () => {
        renewals += 1;
        return 'new';
      },
    );
    expect(await Promise.all([get('/a'), get('/b'), get('/c')])).toEqual(['fine', 'fine', 'fine']);
    expect(await get('/d')).toBe('fine');
    expect(renewals).toBe(1);
    expect(seen).toHaveLength(7);
  });

  it('asks for nothing when the refused token was replaced meanwhile', async () => {
    let renewals = 0;
    const { get, tokens } = world(
      async (_path, authorization) => {
        if (authorization === 'Bearer new') return new Response('fine');
        tokens.take('new');
        return refused();
      },
      async () => {
        renewals += 1;
      },
    );
    expect(await get('/a')).toBe('fine');
    expect(renewals).toBe(0);
  });

  it('stays refused when nobody renews it, when that is refused too, and when the new one is no better', async () => {
    const over = { name: 'ApiError', status: 401, code: 'unauthorized', retryable: false };
    await expect(world(async () => refused()).get('/a')).rejects.toMatchObject(over);
    const no = world(
      async () => refused(),
      () => Promise.reject(new ApiError({ status: 403, code: 'guests_refused', detail: 'No guests' })),
    );
    await expect(no.get('/a')).rejects.toMatchObject(over);
    await expect(
      world(
        async () => refused(),
        async () => 'new',
      ).get('/a'),
    ).rejects.toMatchObject(over);
  });

  it.each([
    ['our own', () => new UnreachableError('unreachable')],
    ['the platform’s', () => new TypeError('fetch failed')],
    ['a server’s in trouble', () => new ApiError({ status: 503, code: 'service_not_up', detail: 'Later' })],
  ])('may be renewed later, whatever the error is: the call says so (%s)', async (_whose, error) => {
    const { get } = world(
      async () => refused(),
      () => Promise.reject(error()),
    );
    await expect(get('/a')).rejects.toMatchObject({ retryable: true });
  });

  it('is not waited for longer than 20 s, and the next refusal asks anew', async () => {
    let renewals = 0;
    const { clock, get } = world(
      async (_path, authorization) => (authorization === 'Bearer new' ? new Response('fine') : refused()),
      () => ((renewals += 1) === 1 ? new Promise(() => undefined) : Promise.resolve('new')),
    );
    const outcome = get('/a').catch((error: unknown) => error);
    await clock.advance(20_000);
    expect(await outcome).toMatchObject({ name: 'UnreachableError', code: 'timeout', retryable: true });
    expect(await get('/a')).toBe('fine');
  });

  it('is not waited for by a call that was given up, nor by a client that was closed', async () => {
    const { clock, get, tokens } = world(
      async () => refused(),
      () => new Promise(() => undefined),
    );
    const reason = new Error('not wanted any more');
    const controller = new AbortController();
    const dropped = get('/a', controller.signal).catch((error: unknown) => error);
    const waiting = get('/b').catch((error: unknown) => error);
    await clock.advance(1);
    controller.abort(reason);
    expect(await dropped).toBe(reason);
    tokens.close();
    expect(await waiting).toBeInstanceOf(ClosedError);
  });
});

describe('a call', () => {
  it('says whether no answer came, none in time, or another than the service’s', async () => {
    const broken = world(() => Promise.reject(new TypeError('fetch failed')));
    await expect(broken.get('/a')).rejects.toMatchObject({ name: 'UnreachableError', code: 'unreachable', status: 0 });
    const page = world(async () => new Response('<html>', { status: 502 }));
    await expect(page.get('/a')).rejects.toMatchObject({ name: 'ApiError', code: 'http_502', retryable: true });
  });

  it.each([20_000, 60_000])(
    'is given up when its answer does not begin, or then arrive, in time (%d ms)',
    async (ms) => {
      const never = (signal: AbortSignal | null | undefined): Promise<never> =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        });
      const { clock, get } = world((_path, _authorization, signal) => {
        if (ms === 20_000) return never(signal);
        return Promise.resolve(Object.assign(new Response(null), { text: () => never(signal) }));
      });
      const outcome = get('/a').catch((error: unknown) => error);
      let settled = false;
      void outcome.then(() => (settled = true));
      await clock.advance(ms - 1);
      expect(settled).toBe(false);
      await clock.advance(1);
      expect(await outcome).toMatchObject({ code: 'timeout', retryable: true });
    },
  );

  it('ends with the reason of its signal, before and in mid-call', async () => {
    const { get } = world(
      (_path, _authorization, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        }),
    );
    const reason = new Error('not wanted any more');
    await expect(get('/a', AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const running = get('/a', controller.signal);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
