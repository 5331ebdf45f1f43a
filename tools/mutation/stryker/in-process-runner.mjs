/**
 * A test runner for StrykerJS: all pure tests of a library in one process, loaded once, run again for every mutant.
 * Jest loads every module anew for every test file, which takes a hundred times as long as the tests themselves.
 *
 * What a mutant leaves behind in a shared object must not judge the next one. So the test that killed a mutant runs
 * again without it; when it fails then too, the process is given up, and unless the mutant was the first in it, the
 * mutant is tried again in a new one.
 */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { subjectFiles, testFiles } from '../subjects.ts';
import { collect, collectedTests } from './collected-tests.mjs';

/** @typedef {import('./collected-tests.mjs').CollectedTest} CollectedTest */

/** What instrumented code looks at. */
const context = (globalThis.__stryker__ ??= {});

/** Property tests tell the most but take the longest: they come last. */
const SLOW_MS = 1_000;
const FIXTURES = '(while test files are loaded)';
/**
 * StrykerJS allows a hundred times as many uses of the mutant as all tests need together: minutes, for a run that does
 * not come to rest. This is the part of it that is allowed.
 */
const PART_OF_HITS = 1 / 20;

/** What test files import, and what they get. */
const STANDS = {
  '@jest/globals': new URL('./collected-tests.mjs', import.meta.url).href,
  'fast-check': new URL('./fewer-cases.mjs', import.meta.url).href,
};

class InProcessRunner {
  loaded = false;
  mutants = 0;
  spoiled = false;
  /** @type {Map<string, number>} milliseconds that a test took when it passed */
  took = new Map();

  capabilities() {
    // Modules that were imported stay: a mutant of what runs while they are loaded needs a new process.
    return { reloadEnvironment: false };
  }

  /** @param {import('@stryker-mutator/api/test-runner').DryRunOptions} options */
  async dryRun({ coverageAnalysis }) {
    await this.load(undefined);
    const tests = [];
    for (const test of collectedTests()) {
      if (coverageAnalysis === 'perTest') context.currentTestId = test.id;
      tests.push(await this.run(test));
    }
    delete context.currentTestId;
    const mutantCoverage = withoutFixtures(context.mutantCoverage);
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage === undefined ? {} : { mutantCoverage }) };
  }

  /** @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options */
  async mutantRun(options) {
    if (this.spoiled) throw new Error('An earlier mutant spoiled this process.');
    const { id } = options.activeMutant;
    const isStatic = options.mutantActivation === 'static';
    await this.load(isStatic ? id : undefined);
    this.mutants += 1;
    this.limit(options.hitLimit);
    const wanted = options.testFilter === undefined ? undefined : new Set(options.testFilter);
    const tests = collectedTests().filter((test) => wanted?.has(test.id) ?? true);
    for (const [count, test] of this.fastestFirst(tests).entries()) {
      context.activeMutant = id;
      const result = await this.run(test);
      const looped = determineHitLimitReached(context.hitCount, context.hitLimit);
      if (looped !== undefined) {
        if (!isStatic) await this.checkWithout(test);
        return { status: MutantRunStatus.Timeout, reason: looped.reason };
      }
      if (result.status === TestStatus.Failed) {
        if (!isStatic) await this.checkWithout(test);
        const { failureMessage } = result;
        return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests: count + 1 };
      }
    }
    return { status: MutantRunStatus.Survived, nrOfTests: tests.length };
  }

  /**
   * Static mutants need no such check: what was loaded with one of them is used for nothing else.
   * @param {CollectedTest} test
   */
  async checkWithout(test) {
    delete context.activeMutant;
    this.limit(undefined);
    this.spoiled = (await this.run(test)).status === TestStatus.Failed;
    if (this.spoiled && this.mutants > 1) throw new Error('A mutant, or one before it, spoiled this process.');
  }

  /** @param {number | undefined} hitLimit */
  limit(hitLimit) {
    delete context.hitCount;
    delete context.hitLimit;
    if (hitLimit === undefined) return;
    context.hitLimit = Math.ceil(hitLimit * PART_OF_HITS);
    context.hitCount = 0;
  }

  /** @param {readonly CollectedTest[]} tests */
  fastestFirst(tests) {
    const expected = ({ id, file }) => this.took.get(id) ?? (file.endsWith('.property.test.ts') ? SLOW_MS : 0);
    return tests.toSorted((one, other) => expected(one) - expected(other));
  }

  /** @param {CollectedTest} test */
  async run(test) {
    const began = performance.now();
    const named = { id: test.id, name: test.id, fileName: path.resolve(test.file) };
    try {
      await test.run();
      const timeSpentMs = performance.now() - began;
      this.took.set(test.id, timeSpentMs);
      return { ...named, status: TestStatus.Success, timeSpentMs };
    } catch (error) {
      const failureMessage = error instanceof Error ? error.message : String(error);
      return { ...named, status: TestStatus.Failed, failureMessage, timeSpentMs: performance.now() - began };
    }
  }

  /** @param {string | undefined} mutant one that is there while everything is loaded */
  async load(mutant) {
    if (this.loaded) return;
    this.loaded = true;
    if (mutant !== undefined) context.activeMutant = mutant;
    registerHooks({
      resolve: (specifier, from, next) => {
        const stand = from.parentURL?.endsWith('.test.ts') === true ? STANDS[specifier] : undefined;
        return stand === undefined ? next(specifier, from) : { url: stand, shortCircuit: true };
      },
    });
    // What runs while the code itself is loaded is static; what test files prepare while they are loaded is not.
    for (const file of subjectFiles()) await import(urlOf(file));
    context.currentTestId = FIXTURES;
    for (const file of testFiles()) await collect(file, urlOf(file));
    delete context.currentTestId;
  }
}

/** @param {string} file */
function urlOf(file) {
  return pathToFileURL(path.resolve(file)).href;
}

/** What only the preparing covers needs a new process to be judged; all else is judged by the tests that run it. */
function withoutFixtures(coverage) {
  if (coverage === undefined) return undefined;
  const { [FIXTURES]: prepared = {}, ...perTest } = coverage.perTest;
  const tested = new Set(Object.values(perTest).flatMap((counts) => Object.keys(counts)));
  const alone = Object.entries(prepared).filter(([mutant]) => !tested.has(mutant));
  return { perTest, static: { ...coverage.static, ...Object.fromEntries(alone) } };
}

/** What StrykerJS looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
