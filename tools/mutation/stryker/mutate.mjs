/**
 * Runs StrykerJS and writes what came of every mutant. In a process of its own, from the root of the repository:
 * `node mutate.mjs <options of StrykerJS as JSON> <file for the results>`.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const CACHE = '.cache/mutation';

const [options = '{}', results = `${CACHE}/results.json`] = process.argv.slice(2);

const stryker = new Stryker({
  plugins: [path.join(import.meta.dirname, 'in-process-runner.mjs')],
  testRunner: 'in-process',
  testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning', '--conditions=@colloquy/source'],
  coverageAnalysis: 'perTest',
  ignorePatterns: ['**', '!package.json', '!libs/engine/package.json', '!libs/engine/src/**'],
  tempDirName: `${CACHE}/sandbox`,
  incremental: true,
  incrementalFile: `${CACHE}/incremental.json`,
  reporters: ['progress-append-only', 'html'],
  htmlReporter: { fileName: `${CACHE}/mutation.html` },
  allowConsoleColors: false,
  timeoutMS: 30_000,
  timeoutFactor: 2,
  ...JSON.parse(options),
});
writeFileSync(results, JSON.stringify(await stryker.runMutationTest()));
