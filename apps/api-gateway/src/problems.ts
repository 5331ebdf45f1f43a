import { ChatNotFoundError, GuestsRefusedError, UnauthorizedError } from '@colloquy/access';
import { AbandonedError, BrokerUnavailableError } from '@colloquy/messaging';
import { ProblemError } from '@colloquy/service';
import { InvalidPageError, StoreUnavailableError } from '@colloquy/store';
import type { z } from 'zod';

/** The broker does not take the command in time. Nothing is lost: the same key may be sent again. */
export function brokerUnavailable(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'broker_unavailable',
    title: 'The command could not be stored',
    detail: 'The event log does not answer. Send the same request with the same Idempotency-Key again in a moment.',
    headers: { 'retry-after': '1' },
  });
}

/** The request does not fit its schema: every fault is named. */
export function invalidRequest(where: 'path' | 'query' | 'body', error: z.ZodError): ProblemError {
  return invalid(
    error.issues.map((issue) => ({ path: [where, ...issue.path].map(String).join('.'), message: issue.message })),
  );
}

function invalid(errors: readonly { path: string; message: string }[]): ProblemError {
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ProblemError({
    status: 400,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail,
    extra: { errors },
  });
}

const KNOWN: readonly [abstract new (...args: never[]) => Error, (error: Error) => ProblemError][] = [
  [
    ChatNotFoundError,
    (error) => new ProblemError({ status: 404, code: 'chat_not_found', title: 'No such chat', detail: error.message }),
  ],
  [
    UnauthorizedError,
    (error) =>
      new ProblemError({
        status: 401,
        code: 'unauthorized',
        title: 'Who are you?',
        detail: error.message,
        headers: { 'www-authenticate': 'Bearer' },
      }),
  ],
  [
    GuestsRefusedError,
    (error) => new ProblemError({ status: 403, code: 'guests_refused', title: 'No guests', detail: error.message }),
  ],
  [InvalidPageError, (error) => invalid([{ path: 'query.before', message: error.message }])],
  [BrokerUnavailableError, brokerUnavailable],
  [AbandonedError, brokerUnavailable],
  [
    StoreUnavailableError,
    () =>
      new ProblemError({
        status: 503,
        code: 'store_unavailable',
        title: 'The history cannot be read now',
        detail: 'The database does not answer. Chats go on; try again in a moment.',
        headers: { 'retry-after': '2' },
      }),
  ],
];

/** What our libs throw, as the problem to answer with; anything else as it is. */
export function asProblem(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = KNOWN.find(([type]) => error instanceof type);
  return known ? known[1](error) : error;
}
