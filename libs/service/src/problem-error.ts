/** An answer of type application/problem+json (RFC 9457) with a `code` for programs and a `detail` for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly [extra: string]: unknown;
}

/** What goes into a {@link ProblemError}. */
export interface ProblemFields {
  /** HTTP status, 400–599. */
  readonly status: number;
  /** For programs: `chat_not_found`. */
  readonly code: string;
  /** For people, the same for every occurrence. */
  readonly title: string;
  /** For people: what is wrong here, and what to do. */
  readonly detail?: string;
  /** More members of the answer. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Headers of the answer: `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The media type of a problem. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Thrown anywhere in a request handler, becomes the answer. What it holds is shown to the caller. */
export class ProblemError extends Error {
  readonly fields: ProblemFields;

  constructor(fields: ProblemFields) {
    super(fields.detail ?? fields.title);
    this.name = 'ProblemError';
    this.fields = fields;
  }

  get status(): number {
    return this.fields.status;
  }

  get code(): string {
    return this.fields.code;
  }

  /** The body of the answer. */
  toProblem(): Problem {
    const { status, code, title, detail, extra } = this.fields;
    return {
      ...extra,
      type: `urn:colloquy:problem:${code}`,
      title,
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
    };
  }
}
