import { readFileSync } from 'node:fs';
import { errorCode } from './error-code.ts';

/** A schema as zod gives it, structurally, so that any zod (or another library) will do. */
export interface EnvSchema<Env> {
  safeParse(input: unknown): { success: true; data: Env } | { success: false; error: EnvFaults };
  /** The fields of an object schema: which names may also be given as `NAME_FILE`. */
  readonly shape?: Readonly<Record<string, unknown>>;
}

/** The faults as zod reports them. */
export interface EnvFaults {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** Everything that is wrong with the environment, at once. Values are never quoted: they may be secrets. */
export class EnvError extends Error {
  /** One sentence a fault, beginning with the name of the variable. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the environment has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n  - ${faults.join('\n  - ')}`);
    this.name = 'EnvError';
    this.faults = faults;
  }
}

type Source = Readonly<Record<string, string | undefined>>;

function readSecretFile(name: string, path: string, faults: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    faults.push(`${name}_FILE: the file ${path} cannot be read (${errorCode(error) ?? 'unknown reason'})`);
    return undefined;
  }
}

/** An empty value counts as not set: `NAME=` in a compose file means that. */
function valueOf(name: string, source: Source, faults: string[]): string | undefined {
  const plain = source[name] === '' ? undefined : source[name];
  const path = source[`${name}_FILE`];
  if (path === undefined || path === '') return plain;
  if (plain === undefined) return readSecretFile(name, path, faults);
  faults.push(`${name}: set as ${name} and as ${name}_FILE; keep one of them`);
  return undefined;
}

function namesOf(schema: EnvSchema<unknown>, source: Source): string[] {
  if (schema.shape) return Object.keys(schema.shape);
  return [...new Set(Object.keys(source).map((name) => name.replace(/_FILE$/, '')))];
}

function inPlainWords(message: string): string {
  if (/received undefined$/.test(message)) return 'is not set';
  return message.replace(/^Invalid input: /, '').replace(/, received (?:NaN|string)$/, '');
}

/**
 * Reads the environment once: each value from `NAME`, or from the file that `NAME_FILE` names (trimmed).
 * @throws {@link EnvError} with all faults.
 */
export function readEnv<Env>(schema: EnvSchema<Env>, source: Source): Env {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  const unreadable = new Set<string>();
  for (const name of namesOf(schema, source)) {
    const before = faults.length;
    const value = valueOf(name, source, faults);
    if (value !== undefined) values[name] = value;
    if (faults.length > before) unreadable.add(name);
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path.map(String).join('.');
      if (!unreadable.has(name)) faults.push(`${name === '' ? 'environment' : name}: ${inPlainWords(issue.message)}`);
    }
  }
  if (faults.length > 0 || !parsed.success) throw new EnvError(faults);
  return parsed.data;
}
