/** One HTTP call: its address, headers and time limit, and its answer or an error of ours. */
import type { Clock } from '@colloquy/contracts';
import { IDEMPOTENCY_HEADER } from '@colloquy/contracts/constants';
import { ApiError, type ApiFailure } from './api-error.ts';
import { ClientError, UnreachableError } from './client-error.ts';
import { NoHookError, type TokenKeeper } from './token-keeper.ts';

/** How long an answer may take to begin, and then to arrive, in milliseconds. */
const BEGIN_MS = 20_000;
const ARRIVE_MS = 60_000;

/** A call as the API's methods describe it. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Makes a repeated call the same command. */
  readonly key?: string;
  /** W3C trace context: all that the services do for this call is found by it. */
  readonly traceparent?: string;
  /** True of the call that gets a token: its refusal must not ask for one. */
  readonly signsIn?: boolean;
  readonly signal?: AbortSignal;
  /** Goes out even though the page is being left. */
  readonly keepalive?: boolean;
  /** Makes the call in another way than by JSON: bytes up and down. */
  readonly send?: (settings: HttpSettings, call: HttpCall) => Promise<Answer>;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly text: string;
}

/** What a caller needs of its surroundings. */
export interface HttpSettings {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly tokens: TokenKeeper;
}

/** Makes calls and gives the text of the answer. */
export type CallHttp = (call: HttpCall) => Promise<string>;

/**
 * A caller of the HTTP API. A token that is refused is renewed, and the call made once more. Its promise rejects with
 * ApiError, UnreachableError, or the reason of the call's own signal.
 */
export function createCaller(settings: HttpSettings): CallHttp {
  return async (call) => {
    const { generation } = settings.tokens;
    const make = call.send ?? ask;
    let answer = await make(settings, call);
    if (
      answer.status === 401 &&
      call.signsIn !== true &&
      (await renewed(settings.tokens, { generation, signal: call.signal }))
    ) {
      answer = await make(settings, call);
    }
    if (answer.status >= 400) throw new ApiError(failureOf(answer));
    return answer.text;
  };
}

/**
 * False when there is no new token to be had: nobody gets one, or who does was told no. Whatever else goes wrong says
 * nothing about the person.
 * @throws ClientError when it may be had later or the client was closed, or the signal's reason
 */
async function renewed(
  tokens: TokenKeeper,
  { generation, signal }: { readonly generation: number; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  try {
    await untilAborted(tokens.renew(generation), signal);
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoHookError || (error instanceof ApiError && !error.retryable)) return false;
    throw error instanceof ClientError ? error : new UnreachableError('unreachable', { cause: error });
  }
}

/** The promise, or the signal's reason when that comes first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    void promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

/** Makes the call and reads its answer, whatever it says. @throws UnreachableError, or the reason of the call's signal */
async function ask({ baseUrl, fetch, clock, tokens }: HttpSettings, call: HttpCall): Promise<Answer> {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(call.signal?.reason);
  };
  call.signal?.throwIfAborted();
  call.signal?.addEventListener('abort', onAbort, { once: true });
  let late = false;
  const giveUp = (): void => {
    late = true;
    controller.abort(new Error('timeout'));
  };
  let timer = clock.setTimeout(giveUp, BEGIN_MS);
  try {
    const response = await fetch(urlOf(baseUrl, call), {
      method: call.method,
      headers: headersOf(call, tokens.token()),
      credentials: 'include',
      cache: 'no-store',
      ...(call.keepalive === true ? { keepalive: true } : {}),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: controller.signal,
    });
    clock.clearTimeout(timer);
    timer = clock.setTimeout(giveUp, ARRIVE_MS);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    call.signal?.throwIfAborted();
    throw new UnreachableError(late ? 'timeout' : 'unreachable', { cause: error });
  } finally {
    clock.clearTimeout(timer);
    call.signal?.removeEventListener('abort', onAbort);
  }
}

/** The address of a call. */
export function urlOf(baseUrl: string, { path, query = {} }: HttpCall): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const search = new URLSearchParams(pairs).toString();
  return `${baseUrl}${path}${search === '' ? '' : `?${search}`}`;
}

/** The headers of a call. */
export function headersOf(call: HttpCall, token: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.key === undefined ? {} : { [IDEMPOTENCY_HEADER]: call.key }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
  };
}

function failureOf(answer: Answer): ApiFailure {
  const problem = problemOf(answer.text);
  const retryAfterMs = retryAfter(answer);
  return {
    status: answer.status,
    code: stringOr(problem['code'], `http_${String(answer.status)}`),
    detail: stringOr(problem['detail'], stringOr(problem['title'], `The server answered ${String(answer.status)}.`)),
    ...(Array.isArray(problem['errors']) ? { errors: problem['errors'] as { path: string; message: string }[] } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function problemOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's page or nothing at all: the status says enough
  }
}

function retryAfter(answer: Answer): number | undefined {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function stringOr(value: unknown, other: string): string {
  return typeof value === 'string' && value !== '' ? value : other;
}
