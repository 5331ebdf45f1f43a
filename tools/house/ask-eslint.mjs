/**
 * Answers questions about the lint configuration: reads one JSON object on stdin, writes one on stdout.
 *
 * It runs in its own process because a test runner's module sandbox is no place for ESLint, Nx and their native parts.
 * Nothing is written into the tree: a fixture is a text linted *as if* it stood at a path.
 */
import { text } from 'node:stream/consumers';
import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// The type-aware fixtures replace the text of a file; a single-run program would answer from the disk instead.
process.env['TSESTREE_SINGLE_RUN'] = 'false';

const root = path.resolve(import.meta.dirname, '../..');
const untyped = [
  {
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { parserOptions: { project: null, projectService: false, program: null } },
  },
];

/** @type {{fixtures: {file: string, code: string, typed?: boolean}[], files: string[]}} */
const question = JSON.parse(await text(process.stdin));
const typed = new ESLint({ cwd: root });
const fast = new ESLint({ cwd: root, overrideConfig: untyped });

const fixtures = [];
for (const fixture of question.fixtures) {
  const eslint = fixture.typed === true ? typed : fast;
  const [result] = await eslint.lintText(fixture.code, { filePath: path.join(root, fixture.file) });
  fixtures.push((result?.messages ?? []).map(({ ruleId, message }) => ({ ruleId, message })));
}

const files = [];
for (const file of question.files) {
  const config = await typed.calculateConfigForFile(path.join(root, file));
  files.push(config === undefined ? null : { rules: config.rules, linterOptions: config.linterOptions });
}

process.stdout.write(JSON.stringify({ fixtures, files }));
