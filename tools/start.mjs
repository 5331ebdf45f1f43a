/**
 * The one way in: `node tools/start.mjs <command> [args]`, on any Node >= 20 and with nothing installed.
 *
 * 1. Help and unknown commands are answered without installing anything.
 * 2. The pinned dependencies are installed when they are missing or the lockfile has changed since the last install.
 * 3. The command runs on the pinned Node 24 (npm package `node`), so that everybody runs the same engine;
 *    signals and the exit code pass through, and when this process dies the command learns of it over IPC.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands, helpFor } from './help.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache');
const stampFile = join(cache, 'install.json');
const lockFile = join(cache, 'install.lock');
const minimumNode = 20;
const pinnedNodeMajor = 24;

const [command = '', ...args] = process.argv.slice(2);
const json = args.includes('--json');

/** Says one line of progress; as JSON for those who asked for JSON. */
function say(text, extra = {}) {
  if (json) console.log(JSON.stringify({ type: 'step', step: 'install', text, ...extra }));
  else console.log(text);
}

function fail(message) {
  if (json) console.log(JSON.stringify({ type: 'error', message }));
  console.error(`\n${message}\n`);
  process.exit(1);
}

const major = (version) => Number(String(version).replace(/^v/, '').split('.')[0]);

/** Hash of everything that decides what an install puts on the disk. */
function installHash() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(readFileSync(path));
  }
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

function installed(hash) {
  if (!existsSync(join(root, 'node_modules', '.modules.yaml')) || !existsSync(stampFile)) return false;
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).hash === hash;
  } catch {
    return false;
  }
}

/** The pinned pnpm, from package.json; one that is already here is used before the network is. */
function pnpmCommand() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    .packageManager.split('@')[1]
    .split('+')[0];
  const local = join(root, 'node_modules', 'pnpm');
  try {
    if (JSON.parse(readFileSync(join(local, 'package.json'), 'utf8')).version === wanted) {
      return { command: process.execPath, args: [join(local, 'bin', 'pnpm.cjs')], name: `pnpm ${wanted}` };
    }
  } catch {
    // none here: look on
  }
  const onPath = spawnSync('pnpm', ['--version'], { encoding: 'utf8', cwd: dirname(root) });
  if (onPath.status === 0 && onPath.stdout.trim() === wanted)
    return { command: 'pnpm', args: [], name: `pnpm ${wanted}` };
  return { command: 'npx', args: ['--yes', `pnpm@${wanted}`], name: `pnpm ${wanted} (through npx)` };
}

const advice = [
  {
    pattern: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNRESET|META_FETCH_FAIL|network/i,
    text:
      'The package registry cannot be reached. Check the network; behind a proxy set HTTPS_PROXY;\n' +
      'with a package mirror run: npm config set registry <its address>. Then run the same command again.',
  },
  {
    pattern: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_/i,
    text: 'The registry’s certificate is not trusted. Set NODE_EXTRA_CA_CERTS to your CA file (PEM) and run again.',
  },
  { pattern: /ENOSPC/, text: 'The disk is full: the dependencies need about 1.5 GB.' },
  { pattern: /EACCES|EPERM/, text: `No permission to write: check who owns ${root}.` },
  {
    pattern: /OUTDATED_LOCKFILE|frozen-lockfile/,
    text: 'pnpm-lock.yaml does not match package.json: run pnpm install and commit the lockfile.',
  },
  { pattern: /E404|ERR_PNPM_FETCH_404/, text: 'The registry does not have a pinned package: is the mirror complete?' },
];

/** Runs the package manager; prints its progress now and then, its last lines when it fails. */
function runInstall() {
  const pnpm = pnpmCommand();
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say(`Installing the pinned dependencies with ${pnpm.name} …`);
  const options = [
    ...pnpm.args,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--config.confirmModulesPurge=false',
    '--config.fetch-retries=3',
    '--config.fetch-retry-mintimeout=1000',
    '--config.fetch-retry-maxtimeout=8000',
  ];
  // npx must give up as soon as pnpm does: its defaults wait for minutes.
  const env = { ...process.env, npm_config_fetch_retries: '2', npm_config_fetch_retry_mintimeout: '1000' };
  const child = spawn(pnpm.command, options, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const tail = [];
  let progress = '';
  const take = (chunk) => {
    for (const line of chunk.toString().split(/\r?\n/)) {
      if (line.trim() === '') continue;
      tail.push(line);
      if (tail.length > 40) tail.shift();
      if (line.startsWith('Progress:')) progress = line.slice('Progress:'.length).trim();
    }
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const timer = setInterval(() => say(`  … ${seconds()} s ${progress}`, { seconds: seconds() }), 5000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      child.kill(signal);
      rmSync(lockFile, { force: true });
      process.exit(130);
    });
  }
  return new Promise((resolve, reject) => {
    const end = (error) => {
      clearInterval(timer);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
      if (error === undefined) {
        say(`Installed in ${seconds()} s.`, { seconds: seconds() });
        resolve(undefined);
      } else reject(error);
    };
    child.once('error', (error) =>
      end(new Error(`${pnpm.command} cannot be run (${error.message}). Install npm with Node.`)),
    );
    child.once('close', (code) => {
      if (code === 0) return end();
      const text = tail.join('\n');
      const hint = advice.find(({ pattern }) => pattern.test(text))?.text ?? 'See the lines above.';
      end(new Error(`${tail.slice(-15).join('\n')}\n\nInstalling the dependencies failed (exit ${code}).\n${hint}`));
    });
  });
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Takes the install lock, or says false while another live process holds it. */
function takeLock() {
  try {
    const handle = openSync(lockFile, 'wx');
    writeFileSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isDead(lockFile)) removeDeadLock();
  return false;
}

/** Moves a dead holder's lock aside and looks again: another process may have taken over, then it is put back. */
function removeDeadLock() {
  const aside = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, aside);
    if (!isDead(aside)) linkSync(aside, lockFile);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isDead(file) {
  const holder = readHolder(file);
  return holder !== undefined && !alive(holder);
}

function readHolder(file) {
  try {
    const text = readFileSync(file, 'utf8');
    // Empty means that its owner is between creating and writing it, unless it has been so for a while.
    if (text === '') return Date.now() - statSync(file).mtimeMs > 5000 ? -1 : undefined;
    return Number(text);
  } catch {
    return undefined;
  }
}

async function ensureInstalled() {
  const hash = installHash();
  if (installed(hash)) return;
  mkdirSync(cache, { recursive: true });
  let told = false;
  while (!takeLock()) {
    if (!told) say('Another process is installing the dependencies; waiting for it …');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    if (installed(hash)) return;
    await runInstall();
    writeFileSync(stampFile, JSON.stringify({ hash }));
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** The Node to run on: the pinned one, else the current one when it is new enough. */
function findNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  let reason = 'it is not installed';
  if (existsSync(pinned)) {
    const probe = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
    if (probe.status === 0 && major(probe.stdout) >= pinnedNodeMajor) return pinned;
    reason =
      probe.error?.message ?? `it does not run here: ${(probe.stderr || `exit ${probe.status}`).trim().slice(0, 200)}`;
  }
  if (major(process.versions.node) >= pinnedNodeMajor) return process.execPath;
  return fail(
    `Node ${pinnedNodeMajor} is needed. The pinned one (node_modules/node) cannot be used: ${reason}.\n` +
      `Install Node ${pinnedNodeMajor} from nodejs.org or your system and run the same command with it.`,
  );
}

/**
 * Our parent, and while that is a shell its parent: npm starts a shell, and once things are installed the `node` that it
 * finds is a shell script too. Each of them can be killed without the next one hearing of it.
 */
function upToNpm() {
  const pids = [process.ppid];
  for (let pid = process.ppid; isShell(pid); pids.push(pid)) {
    const parent = parentOf(pid);
    if (parent === undefined || parent <= 1) break;
    pid = parent;
  }
  return pids;
}

/** Where the system says so (Linux); elsewhere undefined, and only our own parent is watched. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isShell(pid) {
  try {
    return /(^|\/)(ba|da|k|z|a)?sh$|\/busybox$/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

function runCommand(node) {
  const env = { ...process.env };
  // Node's own fetch then goes through the proxy that npm, pip and curl use here.
  if (env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy) env.NODE_USE_ENV_PROXY ??= '1';
  // Our libs from their sources: a command must work before anything has been built.
  const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@colloquy/source'];
  const file = join(root, 'tools', 'commands', `${command}.ts`);
  const child = spawn(node, [...flags, file, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // At a terminal Ctrl-C reaches the child directly as well; the launcher counts two within a second as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm runs us through a shell; when either is killed, nobody else tells us that we are to stop.
  const above = upToNpm();
  if (process.env.npm_lifecycle_event !== undefined) {
    const alone = () => above.some((pid, at) => pid !== (at === 0 ? process.ppid : parentOf(above[at - 1])));
    setInterval(() => alone() && child.kill('SIGTERM'), 500).unref();
  }
  child.once('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.once('exit', (code, signal) => {
    if (signal === null) return process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

async function main() {
  if (major(process.versions.node) < minimumNode) {
    fail(`Colloquy needs Node ${minimumNode} or newer; this is ${process.version}. Install one from nodejs.org.`);
  }
  if (command === '' || command === '--help' || command === '-h' || command === 'help') {
    console.log(helpFor());
    return;
  }
  if (!commands.includes(command)) fail(`There is no command "${command}".\n\n${helpFor()}`);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpFor(command));
    return;
  }
  await ensureInstalled();
  runCommand(findNode());
}

main().catch((error) => fail(error.message));
