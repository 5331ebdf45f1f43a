import { Buffer } from 'node:buffer';
import type { LockedPackage } from './read-lockfile.ts';

/** What a bill of materials is made from. */
export interface BillParts {
  readonly app: string;
  readonly version: string;
  /** By `name@version`. */
  readonly packages: ReadonlyMap<string, LockedPackage>;
  /** The licence that a package names in its package.json, by `name@version`. */
  readonly licenses: ReadonlyMap<string, string>;
}

const purl = (name: string, version: string): string =>
  `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}`;

function hashesOf(integrity: string | undefined): { hashes?: readonly object[] } {
  const [, base64] = /^sha512-(\S+)/.exec(integrity ?? '') ?? [];
  if (base64 === undefined) return {};
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] };
}

/** One SPDX name is an id; several with AND, OR or brackets are an expression; anything else is only a name. */
function licensesOf(license: string | undefined): { licenses?: readonly object[] } {
  if (license === undefined) return {};
  if (/^[A-Za-z0-9.+-]+$/.test(license)) return { licenses: [{ license: { id: license } }] };
  if (/ (?:AND|OR|WITH) /.test(license)) return { licenses: [{ expression: license }] };
  return { licenses: [{ license: { name: license } }] };
}

/** A CycloneDX 1.6 document: every package of an image with its version, licence and hash. The same for the same lockfile. */
export function billOfMaterials({ app, version, packages, licenses }: BillParts): object {
  const all = [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
  const refOf = (id: string): string => {
    const found = packages.get(id);
    return found === undefined ? id : purl(found.name, found.version);
  };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `colloquy/${app}`,
        name: `colloquy/${app}`,
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components: all.map(([id, { name, version: installed, integrity }]) => ({
      type: 'library',
      'bom-ref': refOf(id),
      name,
      version: installed,
      purl: refOf(id),
      ...licensesOf(licenses.get(id)),
      ...hashesOf(integrity),
    })),
    dependencies: all.map(([id, { needs }]) => ({ ref: refOf(id), dependsOn: needs.map(refOf) })),
  };
}
