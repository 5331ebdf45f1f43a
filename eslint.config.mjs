/**
 * The one lint configuration. It proves what the architecture promises: who may import whom, that pure code is pure,
 * that time and ids come from ports, and that no file outgrows a reader. There are no opt-outs: inline directives are
 * switched off, and every exception stands here, by file name, with its reason.
 */
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jsdoc from 'eslint-plugin-jsdoc';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { LAYERS, PROJECTS, RUNTIMES, UNBOUND, WORKFLOW } from './tools/house/boundaries.mjs';
import {
  ENV_FILES,
  importBans,
  LAZY_FILES,
  PLATFORM_FILES,
  PORT_GLOBALS,
  PORT_PROPERTIES,
  PURE_GLOBALS,
  syntaxBans,
  SYNTAX,
  TESTS,
} from './tools/house/bans.mjs';
import { buildProjectGraph } from './tools/house/project-graph.mjs';
import house from './tools/house/lint-rules.mjs';

// Without a project graph the boundary rule skips itself with a warning; a rule that may be off proves nothing.
await buildProjectGraph();

const CODE = ['**/*.ts', '**/*.tsx'];

/** Tests reach every lib through @colloquy/testing, which closes circles that production code does not have. */
const BOUNDARY_OPTIONS = {
  enforceBuildableLibDependency: false,
  allow: [],
  // Libs are loaded statically or dynamically as it fits; the rule about mixing both is about Angular's lazy routes.
  checkDynamicDependenciesExceptions: ['.*'],
  // @colloquy/testing and the servers of tools import libs, and the libs' tests import them. Each pair names the way *out
  // of* these two only: production code cannot come in, since no production row lists `scope:testing` or `scope:tools`.
  ignoredCircularDependencies: [
    ['@colloquy/testing', '*'],
    ['@colloquy/tools', '*'],
  ],
};

/** @type {(axis: string, table: Record<string, readonly string[]>) => object[]} */
const axis = (name, table) =>
  Object.entries(table).map(([tag, may]) => ({
    sourceTag: `${name}:${tag}`,
    onlyDependOnLibsWithTags: may.map((target) => `${name}:${target}`),
  }));

const scopeRows = (extra) =>
  [...Object.entries(PROJECTS), [WORKFLOW.scope, WORKFLOW]].map(([scope, { may }]) => ({
    sourceTag: `scope:${scope}`,
    onlyDependOnLibsWithTags: [...may, ...extra].map((target) => `scope:${target}`),
  }));

const boundaries = (depConstraints) => ['error', { ...BOUNDARY_OPTIONS, depConstraints }];

/** One block a project for its production code. */
const production = Object.values(PROJECTS).map((project) => ({
  name: `colloquy/${project.folder}`,
  files: [`${project.folder}/**/*.ts`, `${project.folder}/**/*.tsx`],
  ignores: TESTS,
  rules: {
    'import-x/no-extraneous-dependencies': ['error', { packageDir: [`${import.meta.dirname}/${project.folder}`] }],
    '@typescript-eslint/no-restricted-imports': ['error', importBans(project)],
    'no-restricted-syntax': ['error', ...syntaxBans(project)],
    ...(project.runtime === 'web'
      ? {}
      : {
          'no-restricted-properties': ['error', ...PORT_PROPERTIES],
          'no-restricted-globals': [
            'error',
            ...PORT_GLOBALS,
            ...(project.layer === 'pure' || project.layer === 'contract' ? PURE_GLOBALS : []),
          ],
        }),
  },
}));

/** One block for each exception of PLATFORM_FILES and ENV_FILES: the ban that it is freed from is gone, the others stay. */
const exceptions = [
  ...PLATFORM_FILES.map((file) => {
    const project = Object.values(PROJECTS).find(({ folder }) => file.startsWith(`${folder}/`));
    return {
      name: `colloquy/platform ${file}`,
      files: [file],
      rules: {
        'no-restricted-syntax': ['error', ...syntaxBans(project ?? {}, { ports: false })],
        'no-restricted-properties': 'off',
        'no-restricted-globals': 'off',
      },
    };
  }),
  {
    name: 'colloquy/lazy',
    files: LAZY_FILES,
    rules: { '@typescript-eslint/no-restricted-imports': ['error', importBans(PROJECTS.web, { lazy: false })] },
  },
  {
    name: 'colloquy/env',
    files: ENV_FILES.filter((file) => file.startsWith('apps/')),
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX.always, ...SYNTAX.ports] },
  },
];

const LIMITS = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  complexity: ['error', { max: 10, variant: 'modified' }],
  '@typescript-eslint/max-params': ['error', { max: 3 }],
};

export default tseslint.config(
  {
    name: 'colloquy/ignores',
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/.next/',
      '.cache/',
      '.data/',
      '.nx/',
      'coverage/',
      '**/next-env.d.ts',
    ],
  },
  {
    name: 'colloquy/no-opt-outs',
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  js.configs.recommended,
  { files: CODE, extends: [tseslint.configs.strictTypeChecked] },
  {
    name: 'colloquy/types',
    files: CODE,
    languageOptions: {
      // One program for the whole house instead of one a package: measured, it is several times faster than the
      // project service, and since it reads sources (never dist) it cannot be stale.
      parserOptions: { project: ['tsconfig.tests.json'], tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    name: 'colloquy/mongosh',
    files: ['k8s/components/mongodb/*.js'],
    languageOptions: {
      globals: { Mongo: 'readonly', print: 'readonly', process: 'readonly', sleep: 'readonly' },
    },
  },
  {
    name: 'colloquy/everywhere',
    files: [...CODE, '**/*.mjs', 'k8s/components/mongodb/*.js'],
    plugins: { '@nx': nx, 'import-x': importX, house, '@typescript-eslint': tseslint.plugin },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
          conditionNames: ['@colloquy/source', 'types', 'import', 'node', 'default'],
        }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/internal-regex': '^@colloquy/',
    },
    rules: {
      ...LIMITS,
      'no-undef': 'off', // the compiler knows better, in .ts and (through JSDoc) in .mjs
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off', // pure code may not name the console (below); a service logs through its logger's type
      'no-implicit-coercion': ['error', { boolean: false }],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'house/file-name': 'error',
      'house/no-barrel': ['error', { allow: ['tools/servers/index.ts'] }], // an entry of its package.json
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-duplicates': 'error',
      'import-x/no-self-import': 'error',
      'no-restricted-syntax': ['error', ...SYNTAX.always],
    },
  },
  {
    name: 'colloquy/typescript',
    files: CODE,
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // A default arm counts: readers ignore event types that they do not know, on purpose.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Off: it takes "closed?" asked again after an await for always false, since a type's narrowing survives what others
      // do meanwhile. In concurrent code the second look is the correct one.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // An abort's reason is passed on as it is, and its type is any.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }], // a Nest module is its decorator, or an empty class with a table
      '@typescript-eslint/require-await': 'off', // an in-memory twin answers a promised port at once
    },
  },
  {
    // What a lib shows to others says what it is. Types derived from schemas are documented at the schema.
    name: 'colloquy/public-docs',
    files: ['libs/*/src/**/*.ts'],
    ignores: [...TESTS, 'libs/testing/**'],
    plugins: { jsdoc },
    settings: { jsdoc: { mode: 'typescript', tagNamePreference: { returns: 'returns' } } },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: { esm: true, cjs: false, ancestorsOnly: true },
          require: { FunctionDeclaration: true, ClassDeclaration: true, ArrowFunctionExpression: true },
          contexts: ['TSInterfaceDeclaration'],
          checkConstructors: false,
          checkGetters: false,
          checkSetters: false,
          enableFixer: false,
        },
      ],
      'jsdoc/require-description': [
        'error',
        { contexts: ['FunctionDeclaration', 'ClassDeclaration', 'TSInterfaceDeclaration'] },
      ],
      'jsdoc/check-param-names': ['error', { disableMissingParamChecks: true, checkDestructured: false }],
      'jsdoc/no-types': 'error',
      'jsdoc/empty-tags': 'error',
    },
  },
  {
    name: 'colloquy/boundaries',
    files: [...Object.values(PROJECTS).map(({ folder }) => `${folder}/**/*.{ts,tsx}`), 'workflows/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries([
        ...axis('layer', LAYERS),
        ...axis('runtime', RUNTIMES),
        ...scopeRows([]),
      ]),
    },
  },
  {
    // A workflow's author sees defineTool and zod; what its tools do with the world is theirs.
    name: 'colloquy/workflows',
    files: ['workflows/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX.always, ...SYNTAX.env] },
  },
  ...production,
  ...exceptions,
  {
    name: 'colloquy/tests',
    files: TESTS,
    rules: {
      // Tests see what the code under test sees, and @colloquy/testing with the servers of tools behind it; the layer
      // and runtime axes do not bind them: a pure lib's test may start a broker.
      '@nx/enforce-module-boundaries': boundaries(scopeRows(['testing', 'tools', 'contracts'])),
      // Matchers such as expect.any() and expect.objectContaining() are typed any by Jest.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // expect(port.method).toHaveBeenCalled() names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // A pure test is deterministic: it has its own clock and seed. A test on real servers waits for real conditions.
    name: 'colloquy/pure-tests',
    files: ['libs/**/*.test.ts', 'apps/**/*.test.ts'],
    ignores: ['**/*.int.test.ts', 'apps/web/**', 'libs/testing/**'],
    rules: {
      'no-restricted-syntax': ['error', ...SYNTAX.always, ...SYNTAX.ports],
      'no-restricted-properties': ['error', ...PORT_PROPERTIES.filter(({ object }) => object !== 'AbortSignal')],
    },
  },
  {
    // Tools, e2e, bench and the test library import anything and live in real time; nothing in production imports them.
    name: 'colloquy/unbound',
    files: Object.values(UNBOUND).map(({ folder }) => `${folder}/**`),
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // Its suites are tests in all but their names: the same two relaxations as above, for the same reasons.
    name: 'colloquy/testing',
    files: ['libs/testing/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  {
    name: 'colloquy/web',
    files: ['apps/web/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    languageOptions: { parserOptions: { project: ['apps/web/tsconfig.json'] } },
  },
  {
    // Plain JavaScript (this file, Jest's and the bootstrap that runs before anything is installed) has no program.
    files: ['**/*.{mjs,js}'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
