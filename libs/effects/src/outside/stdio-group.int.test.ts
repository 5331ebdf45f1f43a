import { systemClock } from '@colloquy/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioGroup } from './stdio-group.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures');
/** A server that is a grandchild: the shell stays, as `npx` does. */
const SHELL = ['-c', `"${process.execPath}" "${FIXTURES}/mcp-process.mjs" stdio; true`];

let dir = '';
const groups: StdioGroup[] = [];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'stdio-group-'));
});
afterEach(async () => {
  for (const group of groups.splice(0)) group.kill();
  await rm(dir, { recursive: true });
});

const envOf = (more: Record<string, string> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  NOTES: `${dir}/notes`,
  ...more,
});

async function shell(more: Record<string, string> = {}) {
  const parts = { clock: systemClock, onStderr: () => undefined };
  const group = new StdioGroup({ command: 'sh', args: SHELL, cwd: dir, env: envOf(more) }, parts);
  groups.push(group);
  await group.start();
  return { group, pid: await grandchild() };
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = systemClock.monotonic() + 15_000; systemClock.monotonic() < deadline;) {
    const found = await look();
    if (found !== undefined) return found;
    await systemClock.sleep(20);
  }
  throw new Error('It did not come to that within 15 s.');
}

/** The number that the server wrote down. */
const grandchild = (): Promise<number> =>
  until(async () => {
    const notes = await readFile(`${dir}/notes`, 'utf8').catch(() => '');
    const [, pid] = /^start (\d+)$/m.exec(notes) ?? [];
    return pid === undefined ? undefined : Number(pid);
  });

const isGone = (pid: number): true | undefined => {
  try {
    process.kill(pid, 0);
    return undefined;
  } catch {
    return true;
  }
};

describe('a server that the command has started in its turn', () => {
  it('M6: ends by itself when its input ends', async () => {
    const { group, pid } = await shell();
    let closed = false;
    group.onclose = () => {
      closed = true;
    };
    await group.close();
    expect([isGone(pid), closed]).toEqual([true, true]);
  });

  it('M6: is killed with the command, when it is deaf to all requests', async () => {
    const { group, pid } = await shell({ STUBBORN: 'yes' });
    group.kill();
    expect(await until(() => isGone(pid))).toBe(true);
  });

  it('M6: is killed also when the command itself has ended before', async () => {
    const { group, pid } = await shell({ STUBBORN: 'yes' });
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);
    process.kill(parent, 'SIGKILL');
    await until(() => isGone(parent));
    expect(isGone(pid)).toBeUndefined();
    group.kill();
    expect(await until(() => isGone(pid))).toBe(true);
  });

  it('M7: ends when our process is killed', async () => {
    const owner = spawn(
      process.execPath,
      [path.join(FIXTURES, 'stdio-owner.ts'), '/bin/sh', '-c', `NOTES='${dir}/notes' ${SHELL[1] ?? ''}`],
      {
        cwd: dir,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(owner, 'exit').then(() => Promise.reject(new Error('it has ended')));
    await Promise.race([once(owner.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    const pid = await grandchild();
    owner.kill('SIGKILL');
    expect(await until(() => isGone(pid))).toBe(true);
  });

  it('of a command that is not there, says so', async () => {
    const parts = { clock: systemClock, onStderr: () => undefined };
    const group = new StdioGroup({ command: `${dir}/none`, args: [], cwd: dir, env: {} }, parts);
    await expect(group.start()).rejects.toThrow('ENOENT');
    await group.close();
  });
});
