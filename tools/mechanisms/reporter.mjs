/** A Jest reporter that notes what became of the tests that ran, a line for each project and file. */
import { appendFileSync } from 'node:fs';

export default class MechanismsReporter {
  /** Said at the start too: of one that hangs nothing else is known. */
  onTestFileStart(test) {
    note({ project: test.context.config.displayName?.name, begun: true });
  }

  onTestFileResult(test, { testResults, testExecError, perfStats }) {
    const line = {
      project: test.context.config.displayName?.name,
      ms: perfStats.runtime,
      ...(testExecError ? { broken: String(testExecError.message ?? testExecError) } : {}),
      tests: testResults
        .filter(({ status }) => status === 'passed' || status === 'failed')
        .map(({ fullName, status, failureMessages }) => ({ fullName, status, failures: failureMessages })),
    };
    note(line);
  }
}

const note = (line) => appendFileSync(process.env['MECHANISMS_REPORT'], `${JSON.stringify(line)}\n`);
