import { z } from 'zod';
import { eventSchemas } from './events/chat-event.ts';
import { privateFieldsOf } from './visibility.ts';

/** A JSON object. */
export type Tree = Record<string, unknown>;

/**
 * JSON Schemas of one document: those with an id are defined once, under `components/schemas`, and referred to. Objects
 * are open, since fields are added; only request bodies, which are strict, are closed.
 */
export class SchemaBook {
  readonly #definitions = new Map<string, Tree>();
  readonly #suffix: string;

  /** @param suffix - put behind every name, so that two books can share one document */
  constructor(suffix = '') {
    this.#suffix = suffix;
  }

  /** The schema, or a reference to it when it has an id. */
  describe(schema: z.ZodType): Tree {
    const generated = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Tree;
    const { $schema: _dialect, $defs = {}, ...own } = generated;
    for (const [name, tree] of Object.entries($defs as Record<string, Tree>)) this.#define(name, tree);
    return this.#relocate(own);
  }

  /** All that were named so far, by name. */
  definitions(): Tree {
    return Object.fromEntries([...this.#definitions].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #define(name: string, tree: Tree): void {
    const { id: _id, ...own } = tree;
    this.#definitions.set(`${name}${this.#suffix}`, this.#relocate(own));
  }

  #pathOf(name: string): string {
    return `#/components/schemas/${name}${this.#suffix}`;
  }

  #relocate(tree: Tree): Tree {
    const text = JSON.stringify(tree).replaceAll(/"#\/\$defs\/([^"]+)"/g, (_all, name: string) =>
      JSON.stringify(this.#pathOf(name)),
    );
    return JSON.parse(text) as Tree;
  }
}

/** Definitions as the outside may see them: the private fields of events are gone. */
export function withoutPrivate(definitions: Tree, suffix = ''): Tree {
  const hidden = new Map(
    Object.entries(eventSchemas).map(([type, schema]) => [`${type}${suffix}`, new Set(privateFieldsOf(schema))]),
  );
  return Object.fromEntries(
    Object.entries(definitions).map(([name, tree]) => [name, dropFields(tree as Tree, hidden.get(name) ?? new Set())]),
  );
}

function dropFields(tree: Tree, hidden: ReadonlySet<string>): Tree {
  if (hidden.size === 0) return tree;
  const { properties = {}, required = [] } = tree as { properties?: Tree; required?: string[] };
  return {
    ...tree,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.has(name))),
    required: required.filter((name) => !hidden.has(name)),
  };
}
