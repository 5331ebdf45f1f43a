import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument, eventSchemas, eventsReference, openApiDocument, operations } from './index.ts';

type Tree = Record<string, unknown>;

function resolve(document: Tree, path: string): unknown {
  return path
    .slice(2)
    .split('/')
    .reduce<unknown>((at, name) => (at as Tree | undefined)?.[name], document);
}

function walk(value: unknown, visit: (tree: Tree) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value as Tree);
  for (const one of Object.values(value)) walk(one, visit);
}

function refsOf(document: Tree): string[] {
  const refs: string[] = [];
  walk(document, ({ $ref }) => {
    if (typeof $ref === 'string') refs.push($ref);
  });
  return refs;
}

describe.each([
  ['OpenAPI', openApiDocument()],
  ['AsyncAPI', asyncApiDocument()],
])('the %s document', (_name, document) => {
  it('has no dangling reference', () => {
    const refs = refsOf(document);
    expect(refs.length).toBeGreaterThan(30);
    expect(refs.filter((ref) => !ref.startsWith('#/') || resolve(document, ref) === undefined)).toEqual([]);
  });

  it('is JSON all through', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('requires only properties that it describes', () => {
    walk(document, ({ required, properties }) => {
      if (Array.isArray(required) && properties)
        expect(Object.keys(properties)).toEqual(expect.arrayContaining(required));
    });
  });
});

describe('openApiDocument', () => {
  const document = openApiDocument();
  const schemas = (document['components'] as { schemas: Record<string, Tree> }).schemas;

  it('describes every operation once, with its path parameters', () => {
    const paths = document['paths'] as Record<string, Record<string, Tree>>;
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${method} ${path} ${String(operationId)}`),
    );
    expect(described.sort()).toEqual(operations.map(({ id, method, path }) => `${method} ${path} ${id}`).sort());
    for (const { path, method } of operations) {
      const parameters = (paths[path]?.[method]?.['parameters'] ?? []) as { name: string; in: string }[];
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
    }
  });

  it('shows no private field', () => {
    walk(document, (tree) => expect(tree['private']).toBeUndefined());
    expect(schemas['run_started']?.['properties']).not.toHaveProperty('worker');
    expect(schemas['run_started']?.['required']).not.toContain('worker');
    expect(schemas['tool_response']?.['properties']).not.toHaveProperty('set');
  });

  it('closes what is sent and leaves open what is answered, since fields are added', () => {
    expect(schemas['CreateChat']?.['additionalProperties']).toBe(false);
    for (const name of ['ChatDocument', 'Problem', 'ChatRow', ...Object.keys(eventSchemas)]) {
      expect(schemas[name]).toBeDefined();
      expect(schemas[name]).not.toHaveProperty('additionalProperties');
    }
  });
});

describe('asyncApiDocument', () => {
  it('shows private fields to services and not to clients', () => {
    const schemas = (asyncApiDocument()['components'] as { schemas: Record<string, Tree> }).schemas;
    expect(schemas['run_started']?.['properties']).toHaveProperty('worker');
    expect(schemas['run_started.public']?.['properties']).not.toHaveProperty('worker');
  });
});

describe('eventsReference', () => {
  it('has a section for every event and marks what is private', () => {
    const text = eventsReference();
    for (const type of Object.keys(eventSchemas)) expect(text).toContain(`\n## ${type}\n`);
    expect(text).toContain('| `worker` | string | private |');
  });
});
