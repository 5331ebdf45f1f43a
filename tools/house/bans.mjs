/**
 * What code may not touch, by layer and by file: the ban lists of eslint.config.mjs and their few exceptions.
 * An exception is a file name and its reason; there is no other way round a ban.
 */

/** All tests: pure (`x.test.ts`) and on real servers (`x.int.test.ts`). */
export const TESTS = ['**/*.test.ts', '**/*.test.tsx'];

/** The files that may touch a global clock, timer or random source, because they are what the ports stand on. */
export const PLATFORM_FILES = [
  'libs/service/src/system-clock.ts', // the Clock of every service: the one place that reads the machine's clock
  'libs/service/src/system-ids.ts', // the Ids of every service: the one place that asks for randomness
  'libs/client/src/platform.ts', // the client's own clock and ids, for browser and Node alike
];

/** The files that may use React's `lazy`, which keeps a failure to load for ever. */
export const LAZY_FILES = [
  'apps/web/src/ui/lazy-part.tsx', // gives each attempt a lazy component of its own
];

/** The files that may read the environment. */
export const ENV_FILES = [
  'apps/*/src/env.ts', // a service's settings, parsed once, every fault reported together
  'apps/web/next.config.ts', // read by the build, not by the app
  'tools/**',
  'e2e/**',
  'bench/**',
  'libs/testing/**', // passes an environment to the servers and services that it starts
  ...TESTS,
];

/** @type {(message: string, selectors: string[]) => {selector: string, message: string}[]} */
const banned = (message, selectors) => selectors.map((selector) => ({ selector, message }));

export const SYNTAX = {
  always: banned('Enums emit code and do not erase: use a union of strings.', ['TSEnumDeclaration']),
  env: banned('The environment is read in env.ts alone: take settings as arguments.', [
    'MemberExpression[object.name="process"][property.name="env"]',
    'MemberExpression[object.property.name="process"][property.name="env"]',
    'ImportDeclaration[source.value=/^(node:)?process$/]',
  ]),
  ports: banned(
    'Time, timers, ids and randomness come from the Clock and Ids ports, so that simulation can own them.',
    [
      'NewExpression[callee.name="Date"][arguments.length=0]',
      'CallExpression[callee.name="Date"]',
      'MemberExpression[object.name=/^(globalThis|window|self|global)$/][property.name=/^(setTimeout|setInterval|setImmediate|performance|crypto|Date)$/]',
      'ImportDeclaration[source.value="node:crypto"] > ImportSpecifier[imported.name=/^(random|webcrypto)/]',
      'ImportDeclaration[source.value="node:perf_hooks"] > ImportSpecifier[imported.name="performance"]',
      'ImportDeclaration[source.value=/^node:timers/]',
    ],
  ),
  pure: banned('Pure code makes no promises and loads nothing: events in, state or events out.', [
    ':function[async=true]',
    'AwaitExpression',
    'ImportExpression',
  ]),
};

export const PORT_PROPERTIES = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['performance', 'now'],
  ['process', 'hrtime'],
  ['process', 'uptime'],
  ['crypto', 'randomUUID'],
  ['crypto', 'getRandomValues'],
  ['AbortSignal', 'timeout'],
].map(([object, property]) => ({ object, property, message: 'Take it from the Clock or Ids port.' }));

export const PORT_GLOBALS = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Timers come from the Clock port.',
}));

export const PURE_GLOBALS = [
  'crypto',
  'performance',
  'process',
  'Buffer',
  'fetch',
  'console',
  'window',
  'document',
].map((name) => ({ name, message: 'Pure code knows no machine, network or screen.' }));

const NODE_ONLY = { regex: '^node:', message: 'This code also runs in a browser.' };
const PURE_BANS = {
  regex:
    '^(node:|@nestjs/|@nats-io/|nats(\\.ws)?$|mongoose|mongodb|@?fastify|socket\\.io|openai|rxjs|pino|crypto$|prom-client)',
  message: 'Pure code and contracts know no machine, broker, database or framework.',
};

const LAZY_BANS = [
  {
    name: 'react',
    importNames: ['lazy'],
    message: 'It keeps a failure to load for ever: use lazyPart of ui/lazy-part.tsx.',
  },
  { name: 'next/dynamic', message: 'It keeps a failure to load for ever: use lazyPart of ui/lazy-part.tsx.' },
];

/** The import bans of one project: what its layer, its runtime and the "types only" cells of the table forbid. */
export function importBans({ layer, runtime, types = [] }, { lazy = true } = {}) {
  const patterns = [];
  if (layer === 'pure' || layer === 'contract') patterns.push(PURE_BANS);
  else if (runtime !== 'node') patterns.push(NODE_ONLY);
  const paths = types.map((scope) => ({
    name: `@colloquy/${scope}`,
    allowTypeImports: true,
    message:
      scope === 'contracts'
        ? 'Only types: its schemas would bring zod into the browser. Values are in @colloquy/contracts/constants.'
        : 'Only types: an effect knows the shape of a step, never the decision.',
  }));
  return { paths: [...paths, ...(runtime === 'web' && lazy ? LAZY_BANS : [])], patterns };
}

/** The syntax bans of one project; `files` free of the port or environment bans get their own block below. */
export function syntaxBans({ layer, runtime, types = [] }, { ports = runtime !== 'web', env = true } = {}) {
  return [
    ...SYNTAX.always,
    ...(ports ? SYNTAX.ports : []),
    ...(env ? SYNTAX.env : []),
    ...(layer === 'pure' || layer === 'contract' ? SYNTAX.pure : []),
    ...types.map((scope) => ({
      selector: `ImportExpression[source.value="@colloquy/${scope}"]`,
      message: 'Only types of this package may be imported here.',
    })),
  ];
}
