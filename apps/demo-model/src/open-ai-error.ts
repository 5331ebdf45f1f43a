import { toProblem } from '@colloquy/service';
import type { FastifyReply } from 'fastify';

/** What an OpenAI error says. */
export interface OpenAiErrorFields {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the words of OpenAI's API. */
export class OpenAiError extends Error {
  readonly fields: OpenAiErrorFields;

  constructor(fields: OpenAiErrorFields) {
    super(fields.message);
    this.name = 'OpenAiError';
    this.fields = fields;
  }

  /** The body of the answer. */
  toBody(): unknown {
    const { message, type, code, param } = this.fields;
    return { error: { message, type, param: param ?? null, code } };
  }
}

/** The error that a request for it gets: `[[error:429]]`. */
export function requestedError(status: number): OpenAiError {
  if (status === 429) {
    const headers = { 'retry-after-ms': '50' };
    const message = 'Rate limit reached: the demo model was asked to answer 429.';
    return new OpenAiError({ status, message, type: 'requests', code: 'rate_limit_exceeded', headers });
  }
  const message = `The demo model was asked to answer ${status}.`;
  if (status >= 500) return new OpenAiError({ status, message, type: 'server_error', code: null });
  if (status === 401)
    return new OpenAiError({ status, message, type: 'invalid_request_error', code: 'invalid_api_key' });
  return new OpenAiError({ status, message, type: 'invalid_request_error', code: null });
}

function toOpenAiError(error: unknown): OpenAiError {
  if (error instanceof OpenAiError) return error;
  const problem = toProblem(error, { method: 'POST', url: '' });
  const type = problem.status >= 500 ? 'server_error' : 'invalid_request_error';
  return new OpenAiError({ status: problem.status, message: problem.message, type, code: problem.code });
}

/** Answers with any error. */
export function sendOpenAiError(error: unknown, reply: FastifyReply): void {
  const answer = toOpenAiError(error);
  void reply
    .code(answer.fields.status)
    .headers({ ...answer.fields.headers })
    .send(answer.toBody());
}
