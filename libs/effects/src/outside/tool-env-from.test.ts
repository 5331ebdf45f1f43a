import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toolEnvFrom } from './tool-env-from.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'colloquy-tool-env-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('toolEnvFrom', () => {
  it('gives what begins with TOOL_, from the environment or a file, and nothing else', async () => {
    const file = path.join(dir, 'key');
    await writeFile(file, ' secret\n');
    const read = toolEnvFrom({
      TOOL_A: 'a',
      TOOL_KEY_FILE: file,
      TOOL_EMPTY: '',
      TOOL_NONE: undefined,
      TOOL_FILE: 'a name like any other',
      TOOL_lower: 'x',
      OPENAI_API_KEY: 'not for tools',
      OTHER_FILE: file,
    });
    expect(read).toEqual({ env: { TOOL_A: 'a', TOOL_KEY: 'secret', TOOL_FILE: 'a name like any other' }, faults: [] });
  });

  it('says every fault, without a value', () => {
    const { env, faults } = toolEnvFrom({ TOOL_A: 'hunter2', TOOL_A_FILE: '/x', TOOL_B_FILE: path.join(dir, 'none') });
    expect(env).toEqual({ TOOL_A: 'hunter2' });
    expect(faults).toEqual([
      'TOOL_A: set as TOOL_A and as TOOL_A_FILE; keep one of them',
      `TOOL_B_FILE: the file ${path.join(dir, 'none')} cannot be read (ENOENT)`,
    ]);
  });
});
