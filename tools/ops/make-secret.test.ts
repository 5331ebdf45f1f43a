import { describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSecret } from './make-secret.ts';

describe('npm run ops -- secret', () => {
  async function ask(cwd: string, ...args: string[]): Promise<string> {
    const lines: string[] = [];
    await makeSecret.run({ args, cwd, env: {}, dataDir: cwd, print: (line) => lines.push(line) });
    return lines.join('\n');
  }

  it('makes a secret that services of another user can read, and leaves one that is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colloquy-secret-'));
    expect(await ask(folder, 'auth-secret')).toContain('Made a secret');
    const file = join(folder, 'auth-secret');
    const made = await readFile(file, 'utf8');
    expect(made).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    expect((await stat(file)).mode & 0o777).toBe(0o444);
    expect(await ask(folder, 'auth-secret')).toContain('it stays');
    expect(await readFile(file, 'utf8')).toBe(made);
  });

  it('says what is missing, and where it cannot write', async () => {
    await expect(ask('/', ...[])).rejects.toThrow('Which file?');
    await expect(ask('/', '/not/there/secret')).rejects.toThrow('cannot be written to /not/there/secret');
  });
});
