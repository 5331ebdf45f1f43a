import { readFileSync } from 'node:fs';
import type { ToolEnv } from './read-tool-env.ts';

/** What {@link toolEnvFrom} has read. */
export interface ToolEnvRead {
  readonly env: ToolEnv;
  /** One sentence a fault, beginning with the name of the variable; never with a value. */
  readonly faults: readonly string[];
}

const TOOL_NAME = /^TOOL_[A-Z0-9_]+$/;
const FILE_NAME = /^(TOOL_[A-Z0-9_]+)_FILE$/;

/**
 * What tools may be given of an environment: every `TOOL_*`, or what the file holds (trimmed) that `TOOL_*_FILE` names.
 * Nothing else, since a workflow that names another variable must not get the secrets of the process that runs it. An
 * empty value counts as not set. Never throws.
 */
export function toolEnvFrom(source: Readonly<Record<string, string | undefined>>): ToolEnvRead {
  const env: Record<string, string> = {};
  const faults: string[] = [];
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || value === '' || !TOOL_NAME.test(name)) continue;
    const [, named] = FILE_NAME.exec(name) ?? [];
    if (named === undefined) env[name] = value;
    else if ((source[named] ?? '') !== '') faults.push(`${named}: set as ${named} and as ${name}; keep one of them`);
    else {
      try {
        env[named] = readFileSync(value, 'utf8').trim();
      } catch (error) {
        faults.push(`${name}: the file ${value} cannot be read (${codeOf(error)})`);
      }
    }
  }
  return { env, faults };
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown reason';
