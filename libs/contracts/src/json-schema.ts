import { z } from 'zod';

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
