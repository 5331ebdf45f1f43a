import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-terminal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Asks twice, says what it got, closes. */
const PROGRAM = `
import { processTerminal } from ${JSON.stringify(join(import.meta.dirname, 'terminal.ts'))};
const terminal = processTerminal();
const { signal } = new AbortController();
for (const name of ['first', 'second']) terminal.write(name + '=' + (await terminal.ask('? ', signal)) + ';');
terminal.close();
`;

/** Runs the program with a file, or an open pipe, as its standard input; fails unless it comes to its end by itself. */
async function answers(stdin: string | undefined): Promise<string> {
  const file = stdin === undefined ? undefined : await open(stdin);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM],
    {
      stdio: [file?.fd ?? 'pipe', 'pipe', 'pipe'],
      timeout: 20_000,
    },
  );
  // The pipe stays open: nobody says that nothing more comes.
  child.stdin?.write('one\ntwo\n');
  const [said, complaint, code] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    new Promise<unknown>((resolve) => child.once('close', (exit, signal) => resolve(exit ?? signal))),
  ]);
  await file?.close();
  expect([code, complaint]).toEqual([0, '']);
  return said;
}

describe('the terminal of a process', () => {
  it('has no answer where standard input is /dev/null, and lets the process end', async () => {
    expect(await answers('/dev/null')).toBe('? first=undefined;? second=undefined;');
  }, 30_000);

  it('takes answers from a file', async () => {
    const file = join(folder, 'answers');
    await writeFile(file, 'yes\n');
    expect(await answers(file)).toBe('? first=yes;? second=undefined;');
  }, 30_000);

  it('takes answers from a pipe that stays open, and does not wait for its end', async () => {
    expect(await answers(undefined)).toBe('? first=one;? second=two;');
  }, 30_000);
});
