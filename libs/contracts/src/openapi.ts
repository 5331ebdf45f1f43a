import type { z } from 'zod';
import { IDEMPOTENCY_HEADER, TOKEN_COOKIE } from './constants.ts';
import { problemSchema } from './http/documents.ts';
import { operations, type Operation } from './http/operations.ts';
import { SchemaBook, type Tree } from './json-schema.ts';

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` names every fault',
  401: 'No token, or one that is wrong or over',
  403: 'Not allowed here',
  404: 'There is none, or it is someone else’s',
  409: 'The id is taken by another request',
  413: 'The body is too large',
  415: 'The file is of a type that is not taken',
  429: 'Too many requests; `retry-after` says when to try again',
  503: 'A part that is needed does not answer; the same request may be sent again',
};

/** The OpenAPI 3.1 description of the HTTP API, made from the schemas that the gateway validates with. */
export function openApiDocument(): Tree {
  const book = new SchemaBook();
  const paths = describePaths(book);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Colloquy',
      version: '1',
      description:
        'Multi-agent chat as a service. Commands answer 202 once they are on disk; what comes of them arrives on the socket. ' +
        'Every POST, PATCH and DELETE takes an Idempotency-Key: the same key is the same command.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }, { cookie: [] }],
    paths,
    components: {
      schemas: book.definitions(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: TOKEN_COOKIE },
      },
    },
  };
}

function describePaths(book: SchemaBook): Tree {
  const all: Record<string, Tree> = {};
  for (const operation of operations) {
    all[operation.path] = { ...all[operation.path], [operation.method]: describe(operation, book) };
  }
  return all;
}

function describe(operation: Operation, book: SchemaBook): Tree {
  const parameters = [
    ...parametersOf('path', operation.params, book),
    ...parametersOf('query', operation.query, book),
    // Somebody who is nobody yet has no commands to tell apart.
    ...(operation.method === 'get' || operation.open ? [] : [idempotencyKey]),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.open ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBodyOf(operation, book),
    responses: { [String(operation.status)]: successOf(operation, book), ...problemsOf(operation, book) },
  };
}

function requestBodyOf({ body, bytes }: Operation, book: SchemaBook): Tree {
  if (bytes) return { requestBody: { required: true, content: { '*/*': {} } } };
  return body ? { requestBody: { required: true, content: json(book.describe(body)) } } : {};
}

const idempotencyKey: Tree = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: `The same key from the same user is the same command (${IDEMPOTENCY_HEADER}).`,
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

function parametersOf(where: 'path' | 'query', schema: z.ZodObject | undefined, book: SchemaBook): Tree[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path',
    schema: book.describe(field as z.ZodType),
  }));
}

function successOf(operation: Operation, book: SchemaBook): Tree {
  const description = operation.status === 202 ? 'It is on disk' : 'OK';
  if (operation.contentType) {
    const types = operation.contentType.split(', ');
    return { description, content: Object.fromEntries(types.map((type) => [type, {}])) };
  }
  return operation.response ? { description, content: json(book.describe(operation.response)) } : { description };
}

function problemsOf(operation: Operation, book: SchemaBook): Tree {
  const content = { 'application/problem+json': { schema: book.describe(problemSchema) } };
  return Object.fromEntries(
    [...operation.problems]
      .sort((a, b) => a - b)
      .map((status) => [String(status), { description: PROBLEMS[status] ?? '', content }]),
  );
}

const json = (schema: Tree): Tree => ({ 'application/json': { schema } });
