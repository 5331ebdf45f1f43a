import { ChatNotFoundError, GuestsRefusedError, UnauthorizedError } from '@colloquy/access';
import {
  EmptyFileError,
  FileExistsError,
  FilesFullError,
  FilesQuotaError,
  FilesUnavailableError,
  FileTooLargeError,
  FileTypeError,
  UnknownFileError,
} from '@colloquy/files';
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
  [
    FileTooLargeError,
    (error) =>
      new ProblemError({
        status: 413,
        code: 'file_too_large',
        title: 'The file is too large',
        detail: error.message,
        extra: error instanceof FileTooLargeError ? { maxBytes: error.maxBytes } : {},
      }),
  ],
  [
    FilesQuotaError,
    (error) =>
      new ProblemError({
        status: 413,
        code: 'files_quota',
        title: 'Your files are too many together',
        detail: `${error.message} Delete chats whose files you do not need any more (they go for good ten minutes later), or take files out of messages that are not sent yet.`,
        extra: error instanceof FilesQuotaError ? { used: error.used, limit: error.limit } : {},
      }),
  ],
  [
    FilesFullError,
    (error) => {
      const problem = new ProblemError({
        status: 507,
        code: 'files_full',
        title: 'There is no room for files',
        detail:
          'What keeps the files of all users is full. Nothing was kept of this one. Whoever runs this service can make room; messages without files go on.',
      });
      problem.cause = error;
      return problem;
    },
  ],
  [
    FileTypeError,
    (error) =>
      new ProblemError({
        status: 415,
        code: 'file_type',
        title: 'Files of this type are not taken',
        detail: error.message,
      }),
  ],
  [
    EmptyFileError,
    (error) => new ProblemError({ status: 400, code: 'empty_file', title: 'The file is empty', detail: error.message }),
  ],
  [
    UnknownFileError,
    (error) => new ProblemError({ status: 404, code: 'file_not_found', title: 'No such file', detail: error.message }),
  ],
  [
    FileExistsError,
    () =>
      new ProblemError({
        status: 409,
        code: 'file_comes',
        title: 'The file is being uploaded',
        detail: 'Another request uploads it under the same Idempotency-Key. Wait for that, or use another key.',
      }),
  ],
  [
    FilesUnavailableError,
    (error) =>
      new ProblemError({
        status: 503,
        code: 'files_unavailable',
        title: 'Files cannot be reached now',
        detail: `${error.message}. Try again in a moment.`,
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

/** The code of what a request ends with; `internal_error` for what we did not mean. */
export function codeOf(error: unknown): string {
  const problem = asProblem(error);
  return problem instanceof ProblemError ? problem.code : 'internal_error';
}
