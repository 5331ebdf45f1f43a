import { APIError } from 'openai';
import type { ModelFailure } from './types.ts';

/** What is said of a failure needs to know where the request went, and what must not be shown. */
export interface FailureContext {
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** True once the first piece of the reply had come. */
  readonly begun: boolean;
  /** Epoch milliseconds, for a retry-after that is a date. */
  readonly now: number;
}

interface Verdict {
  readonly code: string;
  readonly retryable: boolean;
  readonly say: (detail: string, context: FailureContext) => string;
}

const host = ({ baseUrl }: FailureContext): string => new URL(baseUrl).host;

const VERDICTS = {
  quota: {
    code: 'rate_limited',
    retryable: false,
    say: (detail) => `The account has no quota left for this model${detail}`,
  },
  rateLimited: {
    code: 'rate_limited',
    retryable: true,
    say: (detail) => `The model's provider is limiting the rate of requests${detail}`,
  },
  contextLength: {
    code: 'context_length',
    retryable: false,
    say: (detail, { model }) => `The chat has become longer than the model "${model}" can read${detail}`,
  },
  contentFilter: {
    code: 'content_filter',
    retryable: false,
    say: (detail) => `The provider's content filter refused the request or the answer${detail}`,
  },
  unauthorized: {
    code: 'unauthorized',
    retryable: false,
    say: (detail, context) => `${host(context)} refused the API key: check OPENAI_API_KEY${detail}`,
  },
  notFound: {
    code: 'bad_request',
    retryable: false,
    say: (detail, context) =>
      `${host(context)} does not know the model "${context.model}", or OPENAI_BASE_URL lacks its path (/v1)${detail}`,
  },
  badRequest: {
    code: 'bad_request',
    retryable: false,
    say: (detail, context) => `${host(context)} refused the request${detail}`,
  },
  unavailable: {
    code: 'model_unavailable',
    retryable: true,
    say: (detail, context) => `The model "${context.model}" at ${host(context)} is not available${detail}`,
  },
  unreachable: {
    code: 'model_unavailable',
    retryable: true,
    say: (_detail, context) => `${host(context)} cannot be reached`,
  },
  connectionLost: {
    code: 'connection_lost',
    retryable: true,
    say: (_detail, context) => `The connection to ${host(context)} broke off in the middle of the answer`,
  },
} satisfies Record<string, Verdict>;

type VerdictName = keyof typeof VERDICTS;

const BY_CODE: readonly (readonly [RegExp, VerdictName])[] = [
  [/insufficient_quota|billing_hard_limit/, 'quota'],
  [/context_length|context window|maximum context|prompt is too long/i, 'contextLength'],
  [/content_filter|content_policy|moderation_blocked/, 'contentFilter'],
  [/rate_limit/, 'rateLimited'],
  [/invalid_api_key/, 'unauthorized'],
  [/model_not_found/, 'notFound'],
];

/** Sorts what a model call threw. The message names no secret. */
export function toModelFailure(error: unknown, context: FailureContext): ModelFailure {
  if (!isApiError(error)) return describe('connectionLost', '', context);
  const name = error.status === undefined ? withoutStatus(error, context) : withStatus(error, error.status);
  const retryAfter = retryAfterMs(error.headers, context.now);
  return {
    ...describe(name, error.status === undefined && !hasBody(error) ? '' : error.message, context),
    ...(retryAfter === undefined || !VERDICTS[name].retryable ? {} : { retryAfterMs: retryAfter }),
  };
}

/** By kind, not by class alone: another copy of the client may have made it. */
function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

const hasBody = (error: APIError): boolean => typeof error.error === 'object';

/** No status: the connection failed, or an error came inside the stream. */
function withoutStatus(error: APIError, { begun }: FailureContext): VerdictName {
  if (hasBody(error)) return byCode(error) ?? 'unavailable';
  return begun ? 'connectionLost' : 'unreachable';
}

function withStatus(error: APIError, status: number): VerdictName {
  if (status >= 500) return 'unavailable';
  const known = byCode(error);
  if (known !== undefined) return known;
  return BY_STATUS.get(status) ?? 'badRequest';
}

const BY_STATUS: ReadonlyMap<number, VerdictName> = new Map([
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [404, 'notFound'],
  [408, 'unavailable'],
  [409, 'unavailable'],
  [413, 'contextLength'],
  [429, 'rateLimited'],
]);

function byCode(error: APIError): VerdictName | undefined {
  const text = [error.code, error.type, error.message].filter((part) => typeof part === 'string').join(' ');
  return BY_CODE.find(([pattern]) => pattern.test(text))?.[1];
}

function describe(name: VerdictName, detail: string, context: FailureContext): ModelFailure {
  const verdict: Verdict = VERDICTS[name];
  const shown = withoutSecrets(detail, context.apiKey).slice(0, 300).trim();
  return {
    code: verdict.code,
    message: `${verdict.say(shown === '' ? '' : ` (${shown})`, context)}.`,
    retryable: verdict.retryable,
  };
}

/** Providers repeat parts of the key in their errors. */
function withoutSecrets(text: string, apiKey: string): string {
  const hidden = apiKey.length < 8 ? text : text.replaceAll(apiKey, '***');
  return hidden.replace(/\b(sk|pk|key)-[A-Za-z0-9_*.-]{4,}/g, '***').replace(/Bearer\s+\S+/gi, 'Bearer ***');
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const after = headers?.get('retry-after');
  if (after === null || after === undefined) return undefined;
  const seconds = Number(after);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
