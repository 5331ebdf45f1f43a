/** One HTTP call: its address, headers and time limit, and its answer or an ApiError. */
import type { Clock } from '@colloquy/contracts';
import { IDEMPOTENCY_HEADER } from '@colloquy/contracts/constants';
import { ApiError, type ApiFailure } from './api-error.ts';

/** How long a call may take, in milliseconds. */
const CALL_TIMEOUT_MS = 20_000;

/** A call as the API's methods describe it. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Makes a repeated call the same command. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** What a caller needs of its surroundings. */
export interface HttpSettings {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** The bearer token of the moment; undefined: the cookie alone. */
  readonly token: () => string | undefined;
}

/** Makes calls. */
export type CallHttp = (call: HttpCall) => Promise<Response>;

/** A caller of the HTTP API. Its promise rejects with ApiError, or with the reason of the call's own signal. */
export function createCaller(settings: HttpSettings): CallHttp {
  return async (call) => {
    const answer = await withTimeout(settings, call, (signal) =>
      settings.fetch(urlOf(settings.baseUrl, call), {
        method: call.method,
        headers: headersOf(call, settings.token()),
        credentials: 'include',
        cache: 'no-store',
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal,
      }),
    );
    if (!answer.ok) throw new ApiError(await failureOf(answer));
    return answer;
  };
}

async function withTimeout(
  { clock }: HttpSettings,
  call: HttpCall,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(call.signal?.reason);
  };
  call.signal?.throwIfAborted();
  call.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = clock.setTimeout(() => {
    controller.abort(new Error('timeout'));
  }, CALL_TIMEOUT_MS);
  try {
    return await send(controller.signal);
  } catch (error) {
    call.signal?.throwIfAborted();
    const detail = 'No answer from the server. Check the connection; it will be tried again.';
    throw new ApiError({ status: 0, code: 'unreachable', detail }, { cause: error });
  } finally {
    clock.clearTimeout(timer);
    call.signal?.removeEventListener('abort', onAbort);
  }
}

function urlOf(baseUrl: string, { path, query = {} }: HttpCall): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const search = new URLSearchParams(pairs).toString();
  return `${baseUrl}${path}${search === '' ? '' : `?${search}`}`;
}

function headersOf(call: HttpCall, token: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.key === undefined ? {} : { [IDEMPOTENCY_HEADER]: call.key }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

async function failureOf(answer: Response): Promise<ApiFailure> {
  const problem = await problemOf(answer);
  const retryAfterMs = retryAfter(answer);
  return {
    status: answer.status,
    code: stringOr(problem['code'], `http_${String(answer.status)}`),
    detail: stringOr(problem['detail'], stringOr(problem['title'], `The server answered ${String(answer.status)}.`)),
    ...(Array.isArray(problem['errors']) ? { errors: problem['errors'] as { path: string; message: string }[] } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

async function problemOf(answer: Response): Promise<Record<string, unknown>> {
  try {
    const value: unknown = await answer.json();
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's page or nothing at all: the status says enough
  }
}

function retryAfter(answer: Response): number | undefined {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function stringOr(value: unknown, other: string): string {
  return typeof value === 'string' && value !== '' ? value : other;
}
