import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strip } from './strip.ts';

describe('strip', () => {
  it('keeps what runs, ours as sources and those of others as JavaScript', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colloquy-strip-'));
    const kept = [
      'apps/orchestrator/dist/main.js',
      'node_modules/a/LICENSE',
      'node_modules/a/index.js',
      'tools/ops/run-ops.ts',
      'workflows/assistant/tools.ts',
    ];
    const gone = [
      'apps/orchestrator/dist/main.d.ts',
      'apps/orchestrator/dist/main.js.map',
      'apps/orchestrator/tsconfig.json',
      'node_modules/.bin/a',
      'node_modules/a/index.d.cts',
      'node_modules/a/src/index.ts',
      'node_modules/a/test/index.js',
      'node_modules/a/lib/x.spec.mjs',
      'tools/ops/run-ops.test.ts',
    ];
    for (const file of [...kept, ...gone]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '');
    }
    // A link to types that are not there is nobody's business, and is not followed.
    await symlink('nowhere', join(folder, 'node_modules', 'link.d.ts'));
    await strip(folder);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((one) => !one.isDirectory())
      .map((one) => join(one.parentPath, one.name).slice(folder.length + 1));
    expect(files.sort()).toEqual([...kept, 'node_modules/link.d.ts'].sort());
  });
});
