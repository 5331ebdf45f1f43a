/**
 * A Jest reporter that notes how long each test file took, as soon as it ends: a run that is cut off has no report, and
 * these lines are what is left of it. `TEST_FILE_TIMES` names the file that it appends to.
 */
import { appendFileSync } from 'node:fs';

export default class FileTimes {
  onTestFileResult(test, { perfStats }) {
    const to = process.env['TEST_FILE_TIMES'];
    if (to !== undefined) appendFileSync(to, `${JSON.stringify({ file: test.path, ms: perfStats.runtime })}\n`);
  }
}
