import type { Env } from '../servers/env.ts';
import type { Terminal } from './terminal.ts';

/** What an operator's command is run with. */
export interface OpsContext {
  /** What follows the command's name. */
  readonly args: readonly string[];
  readonly env: Env;
  /** Where the operator is: relative paths start there. */
  readonly cwd: string;
  /** Where a system of this machine says how to reach it. */
  readonly dataDir: string;
  readonly print: (line: string) => void;
  /** What is said beside the result; default: standard error. */
  readonly warn?: (line: string) => void;
  /** Options with a value, by name without the dashes. */
  readonly options?: { readonly variables?: string | undefined; readonly format?: string | undefined };
  /** Where a command that goes on and asks is seen; default: that of this process. */
  readonly terminal?: Terminal;
}

/** One of `npm run ops`. */
export interface OpsCommand {
  /** Name and arguments, e.g. `parked retry <number>`. */
  readonly usage: string;
  readonly text: string;
  /** @throws OpsError with what is wrong, for people */
  run(context: OpsContext): Promise<void>;
}

/** A fault that the operator can mend: the message is all they need. */
export class OpsError extends Error {
  override readonly name = 'OpsError';
}
