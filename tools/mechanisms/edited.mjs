/**
 * The source with the edits of its file made.
 *
 * @param {string} source
 * @param {string} file path from the root
 * @param {readonly import('./mechanism.ts').Edit[]} edits
 * @returns {string}
 * @throws {Error} when a text does not stand there exactly once
 */
export function edited(source, file, edits) {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      const parts = text.split(find);
      if (parts.length === 2) return parts.join(replace);
      throw new Error(`${file} has this text ${String(parts.length - 1)} times instead of once:\n${find}`);
    }, source);
}

/**
 * The source in which only the named tests run; other sources as they are.
 *
 * @param {string} source
 * @param {string} file path from the root
 * @param {readonly import('./mechanism.ts').NamedTest[]} tests
 * @returns {string}
 * @throws {Error} when there is no test of that title, or more than one
 */
export function focused(source, file, tests) {
  return tests
    .filter((test) => (test.suite ?? test.file) === file)
    .reduce((text, { name }) => {
      const parts = text.split(quoted(name, text));
      const begin = parts[0]?.match(/^[\s\S]*\bit(?=[.(])/)?.[0];
      if (parts.length !== 2 || begin === undefined) {
        throw new Error(`${file} has ${String(parts.length - 1)} tests of this title instead of one:\n${name}`);
      }
      return `${begin}.only${text.slice(begin.length)}`;
    }, source);
}

/** The title in the quotes in which it is written. */
function quoted(name, text) {
  return [`'${name}'`, `"${name}"`].find((title) => text.includes(title)) ?? `'${name}'`;
}
