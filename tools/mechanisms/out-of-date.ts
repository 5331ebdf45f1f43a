import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../house/source-files.ts';
import { edited, focused } from './edited.mjs';
import type { Mechanism } from './mechanism.ts';

/** What in the table does not fit the sources any more, in words; nothing when all of it does. */
export function outOfDate(mechanisms: readonly Mechanism[]): string[] {
  const faults: string[] = [];
  for (const { name, removal, test } of mechanisms) {
    const attempt = (file: string, change: (source: string) => unknown): void => {
      const full = path.join(ROOT, file);
      try {
        if (!existsSync(full)) throw new Error(`there is no ${file}`);
        change(readFileSync(full, 'utf8'));
      } catch (error) {
        faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    for (const file of new Set(removal.map((edit) => edit.file)))
      attempt(file, (source) => edited(source, file, removal));
    const written = test.suite ?? test.file;
    attempt(written, (source) => focused(source, written, [test]));
    if (test.suite !== undefined) attempt(test.file, () => undefined);
  }
  const names = mechanisms.map(({ name }) => name);
  const doubled = names.filter((name, index) => names.indexOf(name) !== index);
  return [...faults, ...doubled.map((name) => `${name}: stands there twice`)];
}
