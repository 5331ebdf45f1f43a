import { ENV_REFERENCE } from '@colloquy/workflows';

/** The variables of the environment that tools may be given, by name; all begin with TOOL_. */
export type ToolEnv = Readonly<Record<string, string>>;

/** A variable that a workflow names is not set. Its message names it, never a value. */
export class MissingEnvError extends Error {
  override readonly name = 'MissingEnvError';
}

/** The value of a variable. @throws MissingEnvError */
export function readToolEnv(env: ToolEnv, name: string): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) throw new MissingEnvError(`The variable ${name} is not set.`);
  return value;
}

/** The text with every `${NAME}` replaced. @throws MissingEnvError */
export function withToolEnv(env: ToolEnv, text: string): string {
  return text.replace(ENV_REFERENCE, (_whole, name: string) => readToolEnv(env, name));
}

/** The values with every `${NAME}` replaced. @throws MissingEnvError */
export function recordWithToolEnv(env: ToolEnv, record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, text]) => [key, withToolEnv(env, text)]));
}
