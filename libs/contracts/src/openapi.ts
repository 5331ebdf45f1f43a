import { z } from 'zod';
import { IDEMPOTENCY_HEADER, TOKEN_COOKIE } from './constants.ts';
import { chatEventSchema, eventSchemas } from './events/chat-event.ts';
import { problemSchema } from './http/documents.ts';
import { operations, type Operation } from './http/operations.ts';
import { privateFieldsOf } from './visibility.ts';

/** A JSON object. */
type Tree = Record<string, unknown>;

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` names every fault',
  401: 'No token, or one that is wrong or over',
  403: 'Not allowed here',
  404: 'There is none, or it is someone else’s',
  409: 'The id is taken by another request',
  413: 'The body is too large',
  429: 'Too many requests; `retry-after` says when to try again',
  503: 'A part that is needed does not answer; the same request may be sent again',
};

/** The OpenAPI 3.1 description of the HTTP API, made from the schemas that the gateway validates with. */
export function openApiDocument(): Tree {
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
    paths: paths(),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: TOKEN_COOKIE },
      },
    },
  };
}

function paths(): Tree {
  const all: Record<string, Tree> = {};
  for (const operation of operations) {
    all[operation.path] = { ...all[operation.path], [operation.method]: describe(operation) };
  }
  return all;
}

function describe(operation: Operation): Tree {
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.open ? { security: [] } : {}),
    parameters: [
      ...parametersOf('path', operation.params),
      ...parametersOf('query', operation.query),
      ...(operation.method === 'get' ? [] : [idempotencyKey]),
    ],
    ...(operation.body ? { requestBody: { required: true, content: json(operation.body, 'input') } } : {}),
    responses: { [String(operation.status)]: successOf(operation), ...problemsOf(operation) },
  };
}

const idempotencyKey: Tree = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: `The same key from the same user is the same command (${IDEMPOTENCY_HEADER}).`,
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

function parametersOf(where: 'path' | 'query', schema: z.ZodObject | undefined): Tree[] {
  if (!schema) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path',
    schema: inline(field as z.ZodType),
  }));
}

function successOf(operation: Operation): Tree {
  const description = operation.status === 202 ? 'It is on disk' : 'OK';
  if (operation.contentType) {
    const types = operation.contentType.split(', ');
    return { description, content: Object.fromEntries(types.map((type) => [type, {}])) };
  }
  return operation.response ? { description, content: json(operation.response, 'output') } : { description };
}

function problemsOf(operation: Operation): Tree {
  const content = { 'application/problem+json': { schema: reference(problemSchema) } };
  return Object.fromEntries(
    [...operation.problems]
      .sort((a, b) => a - b)
      .map((status) => [String(status), { description: PROBLEMS[status] ?? '', content }]),
  );
}

function json(schema: z.ZodType, io: 'input' | 'output'): Tree {
  return { 'application/json': { schema: schema.meta()?.id === undefined ? inline(schema, io) : reference(schema) } };
}

function reference(schema: z.ZodType): Tree {
  return { $ref: `#/components/schemas/${schema.meta()?.id ?? ''}` };
}

function inline(schema: z.ZodType, io: 'input' | 'output' = 'input'): Tree {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return rest;
}

/** Every schema that an operation names, and every event as the outside sees it: without private fields. */
function componentSchemas(): Tree {
  const named = operations.flatMap(({ body, response }) => [body, response]).filter((schema) => schema !== undefined);
  const schemas: Tree = {};
  for (const schema of [...named, problemSchema, chatEventSchema]) collectDefinitions(schema, schemas);
  for (const [type, schema] of Object.entries(eventSchemas)) schemas[type] = withoutPrivate(schemas[type], schema);
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function collectDefinitions(schema: z.ZodType, into: Tree): void {
  const generated = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  const { $defs = {}, $schema: _dialect, id, ...own } = relocate(generated) as Tree & { $defs?: Tree; id?: string };
  Object.assign(into, Object.fromEntries(Object.entries($defs).map(([name, tree]) => [name, stripId(tree)])));
  const name = schema.meta()?.id ?? id;
  if (typeof name === 'string') into[name] = own;
}

function stripId(tree: unknown): unknown {
  const { id: _id, ...rest } = tree as Tree;
  return rest;
}

/** `#/$defs/X` becomes `#/components/schemas/X`. */
function relocate(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function withoutPrivate(tree: unknown, schema: z.ZodObject): unknown {
  const hidden = new Set(privateFieldsOf(schema));
  const { properties = {}, required = [], ...rest } = tree as Tree & { properties?: Tree; required?: string[] };
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.has(name))),
    required: required.filter((name) => !hidden.has(name)),
  };
}
