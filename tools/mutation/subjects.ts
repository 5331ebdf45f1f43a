/** What is mutated, and by which tests it is judged. Paths from the root of the repository. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ENGINE = 'libs/engine/src';

/** The functions in question: what the log means, and what is to be done next. */
const ENTRIES = [`${ENGINE}/evolve.ts`, `${ENGINE}/next.ts`];

/** They hold no code. */
const TYPES_ONLY = new Set([`${ENGINE}/types.ts`, `${ENGINE}/expression/expression-node.ts`]);

/** A thousand runs that find what one run finds. */
const LEFT_OUT = new Set([`${ENGINE}/concurrency.test.ts`]);

/** Set for the processes that judge when property tests are to judge as well. */
export const WITH_PROPERTIES = 'MUTATION_WITH_PROPERTIES';

/** Every file of the engine that `evolve` and `next` are made of, sorted. */
export function subjectFiles(): readonly string[] {
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file) || !existsSync(file)) return;
    seen.add(file);
    for (const [, imported] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
      follow(path.posix.join(path.posix.dirname(file), imported ?? ''));
    }
  };
  ENTRIES.forEach(follow);
  return [...seen].filter((file) => !TYPES_ONLY.has(file)).sort();
}

/** The pure tests of the engine, of which property tests come last or not at all. */
export function testFiles(): readonly string[] {
  const files = globSync(`${ENGINE}/**/*.test.ts`).filter(
    (file) => !LEFT_OUT.has(file) && !file.endsWith('.int.test.ts'),
  );
  const properties = files.filter(isProperty).sort();
  return [...files.filter((file) => !isProperty(file)).sort(), ...(WITH_PROPERTIES in process.env ? properties : [])];
}

function isProperty(file: string): boolean {
  return file.endsWith('.property.test.ts');
}
