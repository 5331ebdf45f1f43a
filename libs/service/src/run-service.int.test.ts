import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'small-service.ts');
const children: ChildProcess[] = [];

jest.setTimeout(30_000);

interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly line: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly exit: Promise<number | null>;
}

function start(env: Record<string, string>): Child {
  const settings = JSON.stringify({ PORT: '0', HOST: '127.0.0.1', GREETING: 'hello', ...env });
  const child = spawn(process.execPath, ['--conditions=@colloquy/source', FIXTURE, settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const check of waiting) check();
    });
  }
  return {
    process: child,
    output: () => output,
    line: (pattern) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = pattern.exec(output);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    exit: new Promise((resolve) => child.once('close', resolve)),
  };
}

async function urlOf(child: Child): Promise<string> {
  return (await child.line(/"url":"([^"]+)"/))[1] ?? '';
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('runService', () => {
  it('drains in order at SIGTERM, answers the request in hand, and ends with 0', async () => {
    const child = start({});
    const slow = fetch(`${await urlOf(child)}/slow`).then((response) => response.json());
    await child.line(/slow begins/);
    child.process.kill('SIGTERM');
    expect(await slow).toEqual({ text: 'slow' });
    expect(await child.exit).toBe(0);
    const said = [...child.output().matchAll(/"msg":"drain: ([^"]+)"/g)].map((match) => match[1]);
    expect(said).toEqual(['the first', 'http server', 'the last']);
  });

  it('drains at SIGINT too', async () => {
    const child = start({});
    await urlOf(child);
    child.process.kill('SIGINT');
    expect(await child.exit).toBe(0);
  });

  it('ends with 1 when a step of the drain fails, and does the others', async () => {
    const child = start({ MODE: 'throws' });
    await urlOf(child);
    child.process.kill('SIGTERM');
    expect(await child.exit).toBe(1);
    expect(child.output()).toContain('drain: the last');
  });

  it('ends with 0 and at once when it is asked to while it still waits for what it needs', async () => {
    const child = start({ MODE: 'waits' });
    await child.line(/"msg":"waiting"/);
    const began = performance.now();
    child.process.kill('SIGTERM');
    expect(await child.exit).toBe(0);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(child.output()).toContain('stopped before it was up');
  });

  it('gives up a step at the deadline', async () => {
    const child = start({ MODE: 'hangs', DRAIN_MS: '100' });
    await urlOf(child);
    child.process.kill('SIGTERM');
    expect(await child.exit).toBe(1);
    expect(child.output()).toContain('drain: the endless failed');
    expect(child.output()).toContain('"msg":"drain: the last"');
  });

  it('logs an exception that nobody caught and ends with 1', async () => {
    const child = start({});
    void fetch(`${await urlOf(child)}/crash`).catch(() => undefined);
    expect(await child.exit).toBe(1);
    expect(child.output()).toContain('nobody catches this');
    expect(child.output()).toContain('"level":"fatal"');
  });

  it('says every fault of the environment at once and ends with 1', async () => {
    const child = start({ GREETING: '', PORT: 'many', LOG_LEVEL: 'loud' });
    expect(await child.exit).toBe(1);
    expect(child.output()).toContain('small-service cannot start: the environment has 3 faults');
    expect(child.output()).toContain('GREETING: is not set');
    expect(child.output()).toContain('PORT: must be a port number');
    expect(child.output()).not.toContain('    at ');
  });

  it('names the port that is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const child = start({ PORT: String(port) });
    expect(await child.exit).toBe(1);
    expect(child.output()).toContain(`port ${port} is taken by another program: set PORT to a free one`);
    holder.close();
  });

  it('reads a secret from a file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'service-')), 'greeting');
    writeFileSync(file, 'from a file\n');
    const child = start({ GREETING: '', GREETING_FILE: file });
    const answer = await fetch(`${await urlOf(child)}/greet`);
    expect(await answer.json()).toEqual({ text: 'from a file' });
  });
});
