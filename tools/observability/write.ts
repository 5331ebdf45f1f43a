/** `node tools/observability/write.ts` writes docs/reference/metrics.md, the dashboards and the alert rules from their sources. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.ts';
import { madeFiles, staleFiles } from './files.ts';

const stale = staleFiles();
for (const [file, text] of madeFiles()) {
  const place = path.join(root, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
}
console.log(stale.length === 0 ? 'everything was up to date' : stale.join('\n'));
