import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../servers/process-identity.ts';
import { freePort } from '../servers/ports.ts';
import { waitFor } from '../servers/wait-for.ts';
import { fakeService } from './fixtures/fake-services.ts';
import { launch, type Launched, type LaunchOptions } from './launch.ts';
import type { LaunchEvent, ProcessInfo } from './launch-event.ts';

let dataDir: string;
let events: LaunchEvent[];
let systems: Launched[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'colloquy-launch-'));
  events = [];
  systems = [];
});

afterEach(async () => {
  await Promise.all(systems.map((system) => system.stop({ now: true })));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: LaunchOptions): Promise<Launched> {
  const report = (event: LaunchEvent): void => void events.push(event);
  const system = await launch({ dataDir, ports: 'free', build: false, report, ...options });
  systems.push(system);
  return system;
}

const soon = (what: string, until: () => Promise<boolean> | boolean): Promise<void> =>
  waitFor({ what, until, deadlineMs: 15_000 });

interface Local {
  readonly url: string;
  readonly processes: readonly ProcessInfo[];
}

const readLocal = async (): Promise<Local> => JSON.parse(await readFile(join(dataDir, 'local.json'), 'utf8')) as Local;

const notes = (): string => events.flatMap((event) => (event.type === 'note' ? [event.text] : [])).join('\n');

describe('launch', () => {
  it('starts after what is needed, stops in reverse, and hands addresses on', async () => {
    const log = join(dataDir, 'order.log');
    const env = { ...process.env, FAKE_LOG: log };
    const system = await start({
      env,
      instances: { back: 2 },
      services: [
        fakeService('front', { needs: ['middle'], urls: { BACK_URLS: 'back' }, public: true }),
        fakeService('back'),
        fakeService('middle', { needs: ['back'] }),
      ],
    });
    const seen = (await (await fetch(`${system.url}/env`)).json()) as Record<string, string>;
    expect(seen['BACK_URLS']).toBe(system.urls.get('back')?.join(','));
    expect(system.urls.get('back')).toHaveLength(2);
    expect(seen['HOST']).toBe('127.0.0.1');
    const local = await readLocal();
    expect(local.url).toBe(system.url);
    expect(local.processes.map(({ name, instance }) => `${name}#${instance}`)).toEqual([
      'back#1',
      'back#2',
      'middle#1',
      'front#1',
    ]);
    await system.stop();
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual([
      ...['start back', 'start back', 'start middle', 'start front'],
      ...['end front', 'end middle', 'end back', 'end back'],
    ]);
    expect(local.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    await expect(readLocal()).rejects.toThrow('ENOENT');
  });

  it('starts a process that dies again, says so, and keeps local.json true', async () => {
    const system = await start({
      services: [fakeService('back'), fakeService('front', { needs: ['back'], public: true })],
    });
    const before = system.processes().find(({ name }) => name === 'back')?.pid ?? 0;
    system.kill('back', 1, 'SIGKILL');
    await soon('a new back in local.json', async () => {
      const pid = (await readLocal()).processes.find(({ name }) => name === 'back')?.pid;
      return pid !== undefined && pid !== before;
    });
    await soon('back answers', async () => (await fetch(`${system.urls.get('back')?.[0] ?? ''}/readyz`)).ok);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'exit', name: 'back', pid: before, how: 'SIGKILL', restartInSeconds: 0.25 }),
    );
  });

  it('scales a service in and out again, in good order, and keeps local.json true', async () => {
    const system = await start({ instances: { back: 3 }, services: [fakeService('back')] });
    const instances = async (): Promise<number[]> => (await readLocal()).processes.map(({ instance }) => instance);
    await system.scale('back', 1);
    expect(await instances()).toEqual([1]);
    const [kept] = (await readLocal()).processes;
    await system.scale('back', 3);
    expect(await instances()).toEqual([1, 2, 3]);
    expect((await readLocal()).processes[0]?.pid).toBe(kept?.pid);
    for (const url of system.urls.get('back') ?? []) expect((await fetch(`${url}/env`)).status).toBe(200);
    await expect(system.scale('back', 4)).rejects.toThrow('back was launched with 3 instances');
  });

  it('fails with the last lines of a service that cannot start, and leaves nothing running', async () => {
    const failing = start({
      services: [fakeService('back'), fakeService('broken', { needs: ['back'], env: { FAKE_FAIL: 'true' } })],
    });
    await expect(failing).rejects.toThrow(/broken #1: ended 3 times before it was ready \(exit 3\)[^]*told to fail/);
    const pids = events.flatMap((event) => (event.type === 'process' ? [event.pid] : []));
    expect(pids.filter(isAlive)).toEqual([]);
    await expect(stat(join(dataDir, 'launcher.json'))).rejects.toThrow('ENOENT');
  });

  it('ends a service that does not listen to SIGTERM after its grace', async () => {
    const system = await start({ services: [fakeService('deaf', { env: { FAKE_DEAF: 'true' }, graceMs: 300 })] });
    const [info] = system.processes();
    await system.stop();
    expect(isAlive(info?.pid ?? 0)).toBe(false);
  });

  it('stops a launch that is still starting', async () => {
    const stop = new AbortController();
    const begun = start({ signal: stop.signal, services: [{ ...fakeService('never'), health: '/never' }] });
    begun.catch(() => {});
    await soon('the service runs', () => events.some(({ type }) => type === 'process'));
    stop.abort();
    await expect(begun).rejects.toThrow();
    const pids = events.flatMap((event) => (event.type === 'process' ? [event.pid] : []));
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('keeps one secret, readable by its owner only', async () => {
    const services = [fakeService('one')].map((service) => ({
      ...service,
      env: { AUTH_SECRET: { kind: 'secret' } as const },
    }));
    const secretOf = async (): Promise<string> => {
      const system = await start({ services });
      const env = (await (await fetch(`${system.url}/env`)).json()) as Record<string, string>;
      await system.stop();
      return env['AUTH_SECRET'] ?? '';
    };
    const first = await secretOf();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(await secretOf()).toBe(first);
    expect((await stat(join(dataDir, 'auth-secret'))).mode & 0o777).toBe(0o600);
  });
});

describe('the data folder', () => {
  it('is held by one launcher: a second one is told by whom', async () => {
    const system = await start({ services: [fakeService('one')] });
    await expect(start({ services: [fakeService('two')] })).rejects.toThrow(
      new RegExp(`in use by the Colloquy with pid ${process.pid}, running since .* at ${system.url}`),
    );
    await system.stop();
    await start({ services: [fakeService('two')] });
  });

  it('outlives a launcher that is killed: no process of it is left, and the next start takes over', async () => {
    const script = join(import.meta.dirname, 'fixtures', 'launch-and-wait.ts');
    const launcher = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    launcher.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await soon('ready', () => said.includes('"type":"ready"'));
    const { processes } = await readLocal();
    expect(processes.map(({ pid }) => isAlive(pid))).toEqual([true, true, true]);
    const dead = once(launcher, 'exit');
    launcher.kill('SIGKILL');
    await dead;
    const system = await start({ services: [fakeService('next')] });
    expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    await system.stop();
  });
});

describe('ports', () => {
  async function occupied(work: (port: number) => Promise<void>): Promise<void> {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      await work(port);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('takes the next free one when the usual one is taken, and says who holds it', async () => {
    await occupied(async (port) => {
      const system = await start({ ports: 'default', services: [fakeService('front', { port, public: true })] });
      expect(system.processes()[0]?.port).toBeGreaterThan(port);
      expect(notes()).toContain(`front: port ${port} is taken`);
      if (process.platform === 'linux') expect(notes()).toContain(`by pid ${process.pid}`);
    });
  });

  it('fails when the port was asked for, naming it and the way out', async () => {
    await occupied(async (port) => {
      await expect(start({ port, services: [fakeService('front', { public: true })] })).rejects.toThrow(
        new RegExp(`port ${port} is taken.*choose another port with --port`),
      );
    });
  });
});
