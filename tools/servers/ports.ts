import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

/**
 * Where free ports are looked for: below those that systems give to outgoing connections (from 32768 on Linux, 49152
 * elsewhere), so that between the choice and the use no connection can take one.
 */
const FROM = 10_240;
const BELOW = 27_000;
const TRIES = 200;

/** Given out in this process: two that are asked for at once must differ. */
const given = new Set<number>();

/**
 * A TCP port that nothing listens on.
 * @throws Error when none is found
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FROM, BELOW);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `no free port between ${FROM} and ${BELOW}: what listens there? (ss -ltn, or lsof -iTCP -sTCP:LISTEN)`,
  );
}

function listens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(1_000, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** True when nobody listens on the port, neither on IPv4 nor on IPv6, and we may. */
export async function isFree(port: number): Promise<boolean> {
  // Both questions: some systems let a second socket listen on the narrower address.
  const taken = await Promise.all([listens(port, '127.0.0.1'), listens(port, '::1')]);
  return !taken.includes(true) && canListen(port);
}

/** The first free port from `from` on that `reserved` does not have. */
export async function nextFree(from: number, reserved: ReadonlySet<number>): Promise<number> {
  for (let port = from; port < Math.min(from + 2_000, 65_536); port += 1) {
    if (!reserved.has(port) && (await isFree(port))) return port;
  }
  return freePort();
}

async function socketInode(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && fields[1]?.endsWith(`:${hex}`) === true) return fields[9];
    }
  }
  return undefined;
}

async function holdsSocket(pid: string, link: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const fd of await readdir(folder).catch(() => [])) {
    if ((await readlink(`${folder}/${fd}`).catch(() => '')) === link) return true;
  }
  return false;
}

async function holderFromProc(port: number): Promise<string | undefined> {
  const inode = await socketInode(port);
  if (inode === undefined) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (!(await holdsSocket(pid, `socket:[${inode}]`))) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return `pid ${pid} (${command.replaceAll('\0', ' ').trim().slice(0, 80)})`;
  }
  return undefined;
}

function holderFromLsof(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { timeout: 3_000 }, (_error, stdout) => {
      const pid = /^p(\d+)/m.exec(stdout)?.[1];
      const name = /^c(.+)/m.exec(stdout)?.[1] ?? '';
      resolve(pid === undefined ? undefined : `pid ${pid} (${name})`);
    });
  });
}

/** Who listens on a port, in words, as far as this user may know. */
export async function portHolder(port: number): Promise<string | undefined> {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port);
}
