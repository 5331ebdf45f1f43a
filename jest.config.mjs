/**
 * The one Jest preset of the house. Tests import the sources of our libs (the `@colloquy/source` export condition),
 * so no build stands between an edit and its test. Tiers are in the file names: `x.test.ts` is pure,
 * `x.int.test.ts` starts its own servers on free ports.
 */
export default {
  rootDir: import.meta.dirname,
  cacheDirectory: '<rootDir>/.cache/jest',
  testMatch: ['<rootDir>/{apps,libs,tools,workflows,e2e,bench}/**/*.test.{ts,tsx}'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.next/', '/.data/', '/.cache/'],
  modulePathIgnorePatterns: ['/dist/', '/.next/', '/.data/', '/.cache/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testEnvironmentOptions: {
    // Jest itself adds `import` or `require`: naming one here would give it to the other module system too.
    customExportConditions: ['@colloquy/source', 'node', 'node-addons'],
  },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', tsx: true, decorators: true },
          transform: { legacyDecorator: true, react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
};
