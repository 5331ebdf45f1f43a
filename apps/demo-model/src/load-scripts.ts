import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { scriptSchema, type Script } from './script.ts';

/** Beside `src` and `dist` alike. */
const FOLDER = new URL('../scripts/', import.meta.url);

/**
 * The scripts in the order of their file names; the first that fits a request is used.
 * @throws Error that names the file and everything wrong in it.
 */
export function loadScripts(folder: URL = FOLDER): readonly Script[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const parsed = scriptSchema.safeParse(parse(readFileSync(new URL(file, folder), 'utf8')));
      if (!parsed.success) throw new Error(`scripts/${file}: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    });
}
