import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './paths.ts';
import type { Env } from './servers/env.ts';
import { freePort } from './servers/ports.ts';
import { waitFor } from './servers/wait-for.ts';

let clone: string;

/** A clone without anything installed: just what the bootstrap itself reads. */
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'colloquy-clone-'));
  await mkdir(join(clone, 'tools', 'commands'), { recursive: true });
  for (const file of ['tools/start.mjs', 'tools/help.mjs', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    await cp(join(root, file), join(clone, file));
  }
});

afterEach(() => rm(clone, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

function bootstrap(
  args: readonly string[],
  env: Env = {},
  onText: (text: string, kill: (s: NodeJS.Signals) => void) => void = () => {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(clone, 'tools', 'start.mjs'), ...args], {
      env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: clone, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        onText(text, (signal) => child.kill(signal));
      });
    }
    child.once('close', (code, signal) => resolve({ code, signal, text }));
  });
}

/** As if an install had been done: the stamp is that of a run whose package manager did nothing. */
async function pretendInstalled(command: string): Promise<void> {
  await mkdir(join(clone, 'node_modules', 'pnpm', 'bin'), { recursive: true });
  await writeFile(join(clone, 'node_modules', '.modules.yaml'), '');
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string;
  };
  await writeFile(
    join(clone, 'node_modules', 'pnpm', 'package.json'),
    JSON.stringify({ version: packageManager.split('@')[1] }),
  );
  await writeFile(join(clone, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs'), 'console.log("Progress: resolved 1, done")');
  await symlink(join(root, 'node_modules', 'node'), join(clone, 'node_modules', 'node'));
  await writeFile(join(clone, 'tools', 'commands', 'start.ts'), command);
}

describe('start.mjs', () => {
  it.each([[[]], [['--help']], [['start', '--help']], [['ops', '-h']]])(
    'answers %j with help, installing nothing',
    async (args) => {
      const { code, text } = await bootstrap(args, { PATH: '' });
      expect(code).toBe(0);
      expect(text).toContain('npm ');
      expect(text).not.toContain('Installing');
    },
  );

  it('installs once when two contend for the lock of an install that died', async () => {
    await pretendInstalled('console.log("it runs");');
    const installs = join(clone, 'installs');
    await writeFile(
      join(clone, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs'),
      `require('node:fs').appendFileSync(${JSON.stringify(installs)}, 'one\\n');`,
    );
    await mkdir(join(clone, '.cache'), { recursive: true });
    await writeFile(join(clone, '.cache', 'install.lock'), '999999999');
    const results = await Promise.all([bootstrap(['start']), bootstrap(['start'])]);
    expect(results.map(({ code, text }) => [code, text.includes('it runs')])).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(await readFile(installs, 'utf8')).toBe('one\n');
    expect(await readdir(join(clone, '.cache'))).toEqual(['install.json']);
  });

  it('refuses an unknown command with the list of commands', async () => {
    const { code, text } = await bootstrap(['fly'], { PATH: '' });
    expect(code).toBe(1);
    expect(text).toMatch(/There is no command "fly"[^]*npm start[^]*npm run bench/);
  });

  it('says what to do when there is no network', async () => {
    const closed = `http://127.0.0.1:${await freePort()}/`;
    const { code, text } = await bootstrap(['start'], { npm_config_registry: closed });
    expect(code).toBe(1);
    expect(text).toMatch(
      /Installing the dependencies failed[^]*registry cannot be reached[^]*HTTPS_PROXY[^]*npm config set registry/,
    );
  }, 60_000);

  it('installs once, runs the command on Node 24, hands on arguments and exit code', async () => {
    await pretendInstalled(
      'const n: number = 7; console.log("RUN", process.versions.node, process.argv.slice(2).join(" ")); process.exit(n);',
    );
    const first = await bootstrap(['start', '--a', 'b']);
    expect(first.text).toMatch(/Installing the pinned dependencies[^]*Installed in[^]*RUN 24\.\d+\.\d+ --a b/);
    expect(first.code).toBe(7);
    const second = await bootstrap(['start']);
    expect(second.text).not.toContain('Installing');
    await writeFile(join(clone, 'pnpm-lock.yaml'), 'changed');
    expect((await bootstrap(['start'])).text).toContain('Installing');
  }, 30_000);

  it('passes signals on and ends as the command ends', async () => {
    await pretendInstalled(
      'process.on("SIGTERM", () => { console.log("TOLD"); process.exit(0); }); console.log("UP"); setInterval(() => {}, 1000);',
    );
    const result = await bootstrap(['start'], {}, (text, kill) => {
      if (text.includes('UP') && !text.includes('TOLD')) kill('SIGTERM');
    });
    expect(result.text).toContain('TOLD');
    expect(result.code).toBe(0);
  }, 30_000);

  it('lets the command know when it is killed itself', async () => {
    const note = join(clone, 'note.txt');
    await pretendInstalled(
      `import { writeFileSync } from 'node:fs'; process.on('disconnect', () => { writeFileSync(${JSON.stringify(note)}, 'gone'); console.log('GONE'); process.exit(0); }); console.log('UP'); setInterval(() => {}, 1000);`,
    );
    const result = await bootstrap(['start'], {}, (text, kill) => {
      if (text.includes('UP')) kill('SIGKILL');
    });
    expect(result.signal).toBe('SIGKILL');
    expect(await readFile(note, 'utf8')).toBe('gone');
  }, 30_000);

  // The second shell is the `node` that npm finds in node_modules/.bin; only Linux tells whose child a parent is.
  it.each(process.platform === 'linux' ? [1, 2] : [1])(
    'stops the command when npm is killed, %d shell(s) above',
    async (shells) => {
      const note = join(clone, 'note.txt');
      await pretendInstalled(
        `import { writeFileSync } from 'node:fs'; process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(note)}, 'told'); process.exit(0); }); console.log('UP'); setInterval(() => {}, 1000);`,
      );
      const env = {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: clone,
        npm_lifecycle_event: 'start',
      };
      const start = `'${process.execPath}' '${join(clone, 'tools', 'start.mjs')}' start; true`;
      const shell = spawn('/bin/sh', ['-c', shells === 1 ? start : `/bin/sh -c "${start}"; true`], { env });
      shell.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('UP')) shell.kill('SIGKILL');
      });
      await waitFor({
        what: 'the note',
        until: async () => (await readFile(note, 'utf8')) === 'told',
        deadlineMs: 20_000,
      });
    },
    30_000,
  );

  it('speaks JSON to those who asked for it', async () => {
    await pretendInstalled('');
    const { text } = await bootstrap(['start', '--json']);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toContainEqual(expect.objectContaining({ type: 'step', step: 'install' }));
  }, 30_000);
});
