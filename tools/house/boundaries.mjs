/**
 * Who may import whom: the one table behind the lint rule, its fixtures and the test of every package.json.
 *
 * Imports go down only: apps → libs at the edge (network, disk, database) → pure libs → contracts.
 */

/** The four layers, top to bottom, and the layers each may import. `tools`, `e2e` and `bench` count as apps. */
export const LAYERS = {
  app: ['edge', 'pure', 'contract'],
  edge: ['edge', 'pure', 'contract'],
  pure: ['pure', 'contract'],
  contract: ['contract'],
};

/** Where code runs, and what it may therefore import: a lib for `any` runtime is reachable from a browser. */
export const RUNTIMES = {
  web: ['web', 'any'],
  node: ['node', 'any'],
  any: ['any'],
};

/**
 * One row a project: its folder, its place on the layer and runtime axes, and the scopes it may import in production
 * code. `types` lists the scopes of `may` of which only types may be imported, because the module itself would bring
 * zod into a browser bundle or a decision into an effect.
 *
 * @type {Record<string, {folder: string, layer: keyof typeof LAYERS, runtime: keyof typeof RUNTIMES, may: readonly string[], types?: readonly string[]}>}
 */
export const PROJECTS = {
  web: {
    folder: 'apps/web',
    layer: 'app',
    runtime: 'web',
    may: ['contracts', 'transcript', 'client'],
    types: ['contracts'],
  },
  edge: { folder: 'apps/edge', layer: 'app', runtime: 'node', may: ['contracts', 'service'] },
  'api-gateway': {
    folder: 'apps/api-gateway',
    layer: 'app',
    runtime: 'node',
    may: ['contracts', 'transcript', 'workflows', 'messaging', 'store', 'files', 'access', 'service'],
  },
  'realtime-gateway': {
    folder: 'apps/realtime-gateway',
    layer: 'app',
    runtime: 'node',
    may: ['contracts', 'messaging', 'store', 'access', 'service'],
  },
  persistence: {
    folder: 'apps/persistence',
    layer: 'app',
    runtime: 'node',
    may: ['contracts', 'transcript', 'messaging', 'store', 'files', 'service'],
  },
  orchestrator: {
    folder: 'apps/orchestrator',
    layer: 'app',
    runtime: 'node',
    may: ['contracts', 'engine', 'transcript', 'workflows', 'effects', 'messaging', 'store', 'files', 'service'],
  },
  'event-logger': {
    folder: 'apps/event-logger',
    layer: 'app',
    runtime: 'node',
    may: ['contracts', 'messaging', 'service'],
  },
  'demo-model': { folder: 'apps/demo-model', layer: 'app', runtime: 'node', may: ['contracts', 'service'] },
  client: {
    folder: 'libs/client',
    layer: 'edge',
    runtime: 'any',
    may: ['contracts', 'transcript'],
    types: ['contracts'],
  },
  access: { folder: 'libs/access', layer: 'edge', runtime: 'node', may: ['contracts', 'messaging', 'store'] },
  effects: {
    folder: 'libs/effects',
    layer: 'edge',
    runtime: 'node',
    may: ['contracts', 'engine', 'workflows'],
    types: ['engine'],
  },
  workflows: { folder: 'libs/workflows', layer: 'edge', runtime: 'node', may: ['contracts', 'engine'] },
  engine: { folder: 'libs/engine', layer: 'pure', runtime: 'any', may: ['contracts'] },
  messaging: { folder: 'libs/messaging', layer: 'edge', runtime: 'node', may: ['contracts'] },
  store: { folder: 'libs/store', layer: 'edge', runtime: 'node', may: ['contracts'] },
  files: { folder: 'libs/files', layer: 'edge', runtime: 'node', may: ['contracts', 'messaging'] },
  transcript: { folder: 'libs/transcript', layer: 'pure', runtime: 'any', may: ['contracts'], types: ['contracts'] },
  contracts: { folder: 'libs/contracts', layer: 'contract', runtime: 'any', may: [] },
  service: { folder: 'libs/service', layer: 'edge', runtime: 'node', may: [] },
};

/** Projects that may import anything, and are imported by no production code. */
export const UNBOUND = {
  testing: { folder: 'libs/testing', layer: 'edge', runtime: 'node' },
  tools: { folder: 'tools', layer: 'app', runtime: 'node' },
  e2e: { folder: 'e2e', layer: 'app', runtime: 'node' },
  bench: { folder: 'bench', layer: 'app', runtime: 'node' },
};

/** A workflow folder (`workflows/<name>`) sees the library that defines tools, and nothing else of ours. */
export const WORKFLOW = { layer: 'app', runtime: 'node', scope: 'workflow', may: ['workflows'] };
