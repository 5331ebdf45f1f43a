import { systemClock } from '@colloquy/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
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

const parentOf = async (pid: number): Promise<number> =>
  Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);

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

  it('M6: is killed when the command itself ends, and a later kill meets nobody', async () => {
    const { group, pid } = await shell({ STUBBORN: 'yes' });
    const closed = new Promise<void>((resolve) => {
      group.onclose = resolve;
    });
    process.kill(await parentOf(pid), 'SIGKILL');
    expect(await until(() => isGone(pid))).toBe(true);
    await closed;
    const kill = jest.spyOn(process, 'kill');
    group.kill();
    await group.close();
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });

  it('M6: that has left the group and holds the streams does not keep the way open', async () => {
    const parts = { clock: systemClock, onStderr: () => undefined };
    const args = ['-c', `setsid sh -c 'echo start $$ >> "$NOTES"; exec sleep 60' & sleep 60`];
    const group = new StdioGroup({ command: 'sh', args, cwd: dir, env: envOf() }, parts);
    groups.push(group);
    const closed = new Promise<void>((resolve) => {
      group.onclose = resolve;
    });
    await group.start();
    const left = await grandchild();
    try {
      group.kill();
      await closed;
      expect(isGone(left)).toBeUndefined();
    } finally {
      process.kill(left, 'SIGKILL');
    }
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

  it('M1: for which there are no file descriptors left is an error, and ends no process of ours', async () => {
    const script = path.join(FIXTURES, 'stdio-starved.ts');
    const starved = spawn('sh', ['-c', `ulimit -n 64; exec "$0" "$1"`, process.execPath, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    starved.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(starved, 'close');
    expect([starved.exitCode, said]).toEqual([0, 'EMFILE\nclosed\nstarted\n']);
  });

  it('of a command that is not there, says so', async () => {
    const parts = { clock: systemClock, onStderr: () => undefined };
    const group = new StdioGroup({ command: `${dir}/none`, args: [], cwd: dir, env: {} }, parts);
    await expect(group.start()).rejects.toThrow('ENOENT');
    await group.close();
  });
});
