/** What one image holds beyond the packages that its own package needs. */
export interface Contents {
  readonly kind: 'service' | 'ops' | 'web';
  /** Folders of the packages that are wanted themselves; what they need comes with them. */
  readonly packages: readonly string[];
  /** Files and folders of the checkout that are copied as they are, without tests and without their node_modules. */
  readonly extra: readonly string[];
  /** The module that runs, from the folder of the image. */
  readonly entry: string;
}

const WORKFLOWS = ['workflows/assistant', 'workflows/research-team', 'workflows/support-desk'];

/** What the tool search_docs of the shipped workflows searches. */
const DOCS = ['README.md', 'ARCHITECTURE.md', 'docs'];

/** The commands of `npm run ops` run from their sources: Node takes the types away, and there is no second build of them. */
const OPS_SOURCES = [
  'tools/commands/ops.ts',
  'tools/launcher/provision.ts',
  'tools/ops',
  'tools/paths.ts',
  'tools/servers',
  'tools/topology.ts',
  'apps/orchestrator/src',
];

/**
 * What the image of an app holds.
 * @param app - a folder of apps/, or `ops`
 */
export function contentsOf(app: string): Contents {
  const own = `apps/${app}`;
  switch (app) {
    case 'ops':
      return {
        kind: 'ops',
        packages: ['tools', 'apps/orchestrator', ...WORKFLOWS],
        extra: [...OPS_SOURCES, ...DOCS],
        entry: 'tools/commands/ops.ts',
      };
    case 'web':
      return { kind: 'web', packages: [own], extra: [], entry: `${own}/server.js` };
    case 'orchestrator':
      return { kind: 'service', packages: [own, ...WORKFLOWS], extra: DOCS, entry: `${own}/dist/main.js` };
    case 'api-gateway':
      // It reads what workflows are; to run their tools is the orchestrators' business.
      return { kind: 'service', packages: [own], extra: WORKFLOWS, entry: `${own}/dist/main.js` };
    default:
      return { kind: 'service', packages: [own], extra: [], entry: `${own}/dist/main.js` };
  }
}
