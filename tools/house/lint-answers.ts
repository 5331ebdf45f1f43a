import { spawn } from 'node:child_process';
import path from 'node:path';
import { json } from 'node:stream/consumers';

/** A text to lint as if it stood at `file`; `typed` needs a file that exists, since its types come from the program. */
export interface Fixture {
  readonly file: string;
  readonly code: string;
  readonly typed?: boolean;
}

/** What ESLint says about a fixture. */
export interface Complaint {
  readonly ruleId: string | null;
  readonly message: string;
}

/** The part of a computed configuration that the tests look at. */
export interface FileConfig {
  readonly rules: Readonly<Record<string, readonly [number, ...unknown[]] | undefined>>;
  readonly linterOptions: { readonly noInlineConfig?: boolean };
}

interface Answer {
  readonly fixtures: readonly (readonly Complaint[])[];
  readonly files: readonly (FileConfig | null)[];
}

/** Lints the fixtures and computes the configuration of the files, in one process. A file's answer is null if ignored. */
export async function askEslint(question: {
  readonly fixtures?: readonly Fixture[];
  readonly files?: readonly string[];
}): Promise<Answer> {
  const script = path.join(import.meta.dirname, 'ask-eslint.mjs');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ fixtures: question.fixtures ?? [], files: question.files ?? [] }));
  return (await json(child.stdout)) as Answer;
}

/** The rules that complained about a fixture, without doubles. */
export function rulesOf(complaints: readonly Complaint[] | undefined): string[] {
  return [...new Set((complaints ?? []).map(({ ruleId }) => ruleId ?? 'parser'))];
}
