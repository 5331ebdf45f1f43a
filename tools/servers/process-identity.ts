import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True when a process with this pid exists, whoever it belongs to. A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** The fields of /proc/<pid>/stat from the state on (the name before it may contain anything), or undefined. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === 'Z';
}

/**
 * A token for one life of one process: pids are used again, so a pid read from a file proves nothing without it.
 * Undefined when the process does not exist.
 */
export function processToken(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  const startTicks = statFields(pid)?.[19];
  if (startTicks !== undefined) return startTicks;
  const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const text = ps.status === 0 ? ps.stdout.trim() : '';
  return text === '' ? undefined : text;
}
