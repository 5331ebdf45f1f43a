/**
 * Stands in for `@jest/globals` when all pure tests of a library are loaded into one process: it keeps what the test
 * files declare, so that the same tests can run again and again without being loaded again.
 */
import { bind } from 'jest-each';

export { expect } from 'expect';

/** @typedef {{id: string, file: string, run: () => unknown}} CollectedTest one `it`; no two have the same id */

/** @type {CollectedTest[]} */
const tests = [];
let file = '';
/** @type {readonly string[]} */
let names = [];

/**
 * Loads a test file under this name; its tests come after those that are there.
 * @param {string} name
 * @param {string} url
 */
export async function collect(name, url) {
  file = name;
  await import(url);
}

/** All tests that were declared, in their order. */
export function collectedTests() {
  return tests;
}

export const describe = declared((name, body) => {
  const before = names;
  names = [...before, name];
  body();
  names = before;
});

export const it = declared((name, run) => {
  const path = [file, ...names, name].join(' > ');
  const same = tests.filter(({ id }) => id === path || id.startsWith(`${path} #`)).length;
  tests.push({ id: same === 0 ? path : `${path} #${same + 1}`, file, run });
});

/** @param {(name: string, body: () => unknown) => void} declare */
function declared(declare) {
  return Object.assign(declare, { each: bind((name, body) => declare(name, () => body()), false) });
}
