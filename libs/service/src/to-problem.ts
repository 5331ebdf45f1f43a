import { STATUS_CODES } from 'node:http';
import { errorCode } from './error-code.ts';
import { ProblemError, type ProblemFields } from './problem-error.ts';

/** Where an error came up. */
export interface ProblemContext {
  readonly method: string;
  /** Path with query; the query is not shown. */
  readonly url: string;
  /** The body limit in bytes that held for this request. */
  readonly bodyLimit?: number | undefined;
}

type Fix = (context: ProblemContext) => Omit<ProblemFields, 'status'>;

const invalidJson: Fix = () => ({
  code: 'invalid_json',
  title: 'The body is not valid JSON',
  detail: 'Send a JSON body that parses, with content-type application/json.',
});

const INTERNAL: ProblemFields = {
  status: 500,
  code: 'internal_error',
  title: 'Something failed on our side',
  detail:
    'The request was understood but could not be carried out. Try again; if it stays, the x-request-id of this answer finds it in the log.',
};

/** What Fastify refuses by itself, by its error code. */
const FASTIFY_FIXES: Readonly<Record<string, Fix>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ bodyLimit }) => ({
    code: 'body_too_large',
    title: 'The body is too large',
    detail: bodyLimit === undefined ? 'Send a smaller body.' : `Send at most ${bodyLimit} bytes.`,
  }),
  FST_ERR_CTP_INVALID_JSON_BODY: invalidJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: () => ({
    code: 'empty_body',
    title: 'The body is empty',
    detail: 'The content-type says JSON, but there is no body: send one, or leave the content-type away.',
  }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => ({
    code: 'unsupported_media_type',
    title: 'The content-type is not supported',
    detail: 'Send content-type application/json.',
  }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => ({
    code: 'wrong_content_length',
    title: 'The body is not as long as its content-length says',
  }),
  FST_ERR_BAD_URL: () => ({
    code: 'bad_url',
    title: 'The address is malformed',
    detail: 'Check the percent-encoding of the path.',
  }),
};

const nothingThere: Fix = ({ method, url }) => ({
  code: 'not_found',
  title: 'Not found',
  detail: `There is nothing at ${method} ${url.split('?', 1)[0] ?? ''}.`,
});

interface Faulty {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly syntax: boolean;
}

function field(error: object, name: string): unknown {
  return Reflect.get(error, name);
}

function statusOf(error: object): number | undefined {
  const getStatus = field(error, 'getStatus');
  const status: unknown =
    typeof getStatus === 'function' ? Reflect.apply(getStatus, error, []) : field(error, 'statusCode');
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined;
}

/** What Nest (`HttpException`) and Fastify errors have in common; Nest keeps Fastify's as its `cause`. */
function readFault(error: unknown): Faulty | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const status = statusOf(error);
  if (status === undefined) return undefined;
  const origin = field(error, 'cause') ?? error;
  const code = errorCode(origin);
  return {
    status,
    message: String(field(error, 'message')),
    syntax: origin instanceof SyntaxError,
    ...(code === undefined ? {} : { code }),
  };
}

function fixOf(fault: Faulty, context: ProblemContext): Omit<ProblemFields, 'status'> {
  const fix = FASTIFY_FIXES[fault.code ?? ''];
  if (fix) return fix(context);
  if (fault.syntax) return invalidJson(context);
  // Nest's and Fastify's own words for a route that does not exist.
  if (fault.status === 404 && /^(Cannot|Route) /.test(fault.message)) return nothingThere(context);
  const title = STATUS_CODES[fault.status] ?? 'The request cannot be answered';
  return { code: title.toLowerCase().replaceAll(/[^a-z]+/g, '_'), title, detail: fault.message };
}

/** Any error as the problem to answer with. What we did not mean to say (a 5xx, an unknown error) is never shown. */
export function toProblem(error: unknown, context: ProblemContext): ProblemError {
  if (error instanceof ProblemError) return error;
  const fault = readFault(error);
  if (fault === undefined || fault.status >= 500) return new ProblemError(INTERNAL);
  return new ProblemError({ status: fault.status, ...fixOf(fault, context) });
}
