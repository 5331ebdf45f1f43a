import { audit } from './audit.ts';
import { conflictsList } from './conflicts.ts';
import { parkedDrop, parkedList, parkedRetry, parkedShow } from './parked.ts';
import { makeSecret } from './make-secret.ts';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { provisionServers } from './provision-servers.ts';
import { rebuild } from './rebuild.ts';
import { restore } from './restore.ts';
import { workflowCheck } from './workflow-check.ts';
import { workflowGraph } from './workflow-graph.ts';
import { workflowRun } from './workflow-run.ts';

const commands: readonly OpsCommand[] = [
  audit,
  provisionServers,
  makeSecret,
  parkedList,
  parkedShow,
  parkedRetry,
  parkedDrop,
  conflictsList,
  rebuild,
  restore,
  workflowCheck,
  workflowGraph,
  workflowRun,
];

/** The words of a usage that are not arguments. */
const wordsOf = ({ usage }: OpsCommand): readonly string[] => usage.split(' <')[0]?.split(' ') ?? [];

/** The table of commands, for people. */
export function opsHelp(): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  const rows = commands.map(({ usage, text }) => `  ${usage.padEnd(width)}   ${text}`);
  return (
    `npm run ops -- <command>\n\n${rows.join('\n')}\n\n` +
    'They work on what runs here (--data <folder>, default .data), or on NATS_URL and MONGODB_URI.'
  );
}

/**
 * Runs the command that `context.args` begin with.
 * @throws OpsError when there is none such, or with what it says
 */
export async function runOps(context: OpsContext): Promise<void> {
  const { args } = context;
  const command = commands.find((one) => wordsOf(one).every((word, at) => args[at] === word));
  if (command === undefined) throw new OpsError(`There is no command "${args.join(' ')}".\n\n${opsHelp()}`);
  await command.run({ ...context, args: args.slice(wordsOf(command).length) });
}
