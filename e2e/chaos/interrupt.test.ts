import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../tools/paths.ts';
import { processToken } from '../../tools/servers/process-identity.ts';
import { waitFor } from '../support/wait-for.ts';
import { drawSchedule, type Fault } from './schedule.ts';

const MINUTES = 0.2;
const START_MS = 90_000;
/** From Ctrl-C to the prompt, with the processes of three NATS nodes and all services ended. */
const END_MS = 20_000;

/** A process, and what tells it from a later one with its pid. */
interface Owned {
  readonly pid: number;
  readonly token: string;
}

/** A seed whose faults are such. */
function seedOf(wanted: (faults: readonly Fault[]) => boolean): number {
  for (let seed = 0; ; seed += 1) {
    if (wanted(drawSchedule({ seed, minutes: MINUTES, natsNodes: 3 }))) return seed;
  }
}

const frozenNats = ([first]: readonly Fault[]): boolean => first?.kind === 'hang' && first.name === 'nats';
const short = (faults: readonly Fault[]): boolean => faults.every(({ lastsMs }) => lastsMs === 0);

let folder: string;
let chaos: ChildProcess | undefined;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-interrupt-'));
  printed = '';
});

function startChaos(seed: number): ChildProcess {
  const command = path.join(root, 'tools', 'commands', 'chaos.ts');
  const options = ['--seed', String(seed), '--minutes', String(MINUTES), '--chats', '2', '--nats-nodes', '3'];
  const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@colloquy/source'];
  const child = spawn(process.execPath, [...flags, command, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return child;
}

afterEach(async () => {
  if (chaos?.exitCode === null && chaos.signalCode === null) chaos.kill('SIGKILL');
  chaos = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
});

/** What the run has started so far, by what it notes for whoever would come after it. */
async function started(): Promise<readonly Owned[]> {
  const [run = ''] = (await readdir(folder)).filter((name) => name.startsWith('colloquy-chaos-'));
  const text = await readFile(path.join(folder, run, 'data', 'launcher.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { children?: readonly Owned[] }).children ?? [];
}

/** Waits for a line of the timeline; the plan that stands before it says the same words. */
const says = (what: string): Promise<true> =>
  waitFor(() => (/the system is up[^]*/.exec(printed)?.[0].includes(what) === true ? true : undefined), {
    what,
    withinMs: START_MS,
  });

describe('Ctrl-C of a chaos run ends it within 20 s and leaves nothing', () => {
  it.each([
    {
      moment: 'while the system is being started',
      signal: 'SIGINT',
      faults: short,
      come: () =>
        waitFor(async () => ((await started()).length > 3 ? true : undefined), {
          what: 'the first processes',
          withinMs: START_MS,
        }),
    },
    { moment: 'while a process is frozen', signal: 'SIGTERM', faults: frozenNats, come: () => says('hang nats #') },
    { moment: 'during the last checks', signal: 'SIGINT', faults: short, come: () => says('everybody finishes') },
  ] as const)('$moment', async ({ signal, faults, come }) => {
    chaos = startChaos(seedOf(faults));
    await come();
    const processes = await started();
    const began = performance.now();
    chaos.kill(signal);
    const [code] = (await once(chaos, 'exit')) as [number | null];
    expect({ code, printed }).toMatchObject({ code: 130 });
    expect(performance.now() - began).toBeLessThan(END_MS);
    expect(processes.length).toBeGreaterThan(3);
    expect(processes.filter(({ pid, token }) => processToken(pid) === token)).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.startsWith('colloquy-'))).toEqual([]);
  });
});
