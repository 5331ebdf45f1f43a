import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { opsHelp, runOps } from '../ops/run-ops.ts';
import { defaultDataDir } from '../paths.ts';

// npm changes the folder and says where the person was.
const cwd = process.env['INIT_CWD'] ?? process.cwd();

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      all: { type: 'boolean' },
      json: { type: 'boolean' },
      variables: { type: 'string' },
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (positionals.length === 0 || values.help === true) console.log(opsHelp());
  else {
    const dataDir = values.data === undefined ? defaultDataDir : resolve(cwd, values.data);
    const args = [...positionals, ...flags(values)];
    const options = { variables: values.variables, format: values.format };
    await runOps({ args, options, env: process.env, cwd, dataDir, print: (line) => console.log(line) });
  }
} catch (error) {
  console.error(isForPeople(error) ? error.message : error);
  process.exitCode = 1;
}

/** The flags that commands understand, after what they are about. */
function flags(values: { all?: boolean | undefined; json?: boolean | undefined }): readonly string[] {
  return [...(values.all === true ? ['--all'] : []), ...(values.json === true ? ['--json'] : [])];
}

/** True for the errors that say in words what a person can mend: those have a class or a code of their own. */
function isForPeople(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return 'code' in error || !['Error', 'TypeError', 'ReferenceError', 'AssertionError'].includes(error.name);
}
