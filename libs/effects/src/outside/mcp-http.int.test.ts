import { systemClock } from '@colloquy/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ToolDesk } from '../fixtures/tool-desk.ts';

const SCRIPT = path.join(import.meta.dirname, '../fixtures/mcp-process.mjs');
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Served {
  readonly port: number;
  kill(): Promise<void>;
}

async function serve(port = 0, env: Record<string, string> = {}): Promise<Served> {
  const child: ChildProcess = spawn(process.execPath, [SCRIPT, 'http', String(port)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  closing.push(kill);
  if (child.stdout === null) throw new Error('no output');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(line.toString()), kill };
}

async function desk(port: number, more = '', env: Record<string, string> = {}): Promise<ToolDesk> {
  const yaml = `mcp:\n  web:\n    url: http://127.0.0.1:${port}/mcp\n${more}`;
  const at = await ToolDesk.open({ clock: systemClock, yaml, tools: '"web_*"', env });
  closing.push(() => at.close());
  return at;
}

describe('tools of an MCP server that is an address (streamable HTTP)', () => {
  it('are listed and called, with the headers that the environment fills in', async () => {
    const { port } = await serve(0, { AUTHORIZATION: 'Bearer sk-1' });
    const at = await desk(port, '    headers: { Authorization: "Bearer ${TOOL_KEY}" }\n', { TOOL_KEY: 'sk-1' });
    expect(at.names).toContain('web_add');
    expect(await at.run('web_add', { a: 1, b: 2 })).toMatchObject({ ok: true, result: { sum: 3 } });
    const refused = await desk(port, '    headers: { Authorization: "Bearer ${TOOL_KEY}" }\n', { TOOL_KEY: 'no' });
    expect(refused.workflow.unavailable).toMatch(/"web" is not there/);
    expect(refused.workflow.unavailable).not.toMatch(/401|no\b.*sk/);
  });

  it('P3 M3: killed in the middle of a call it is an error; restarted, it is found again at the next one', async () => {
    const first = await serve();
    const at = await desk(first.port);
    const running = at.run('web_slow');
    await at.until(() => at.progress.length > 0);
    expect(at.progress).toEqual(['one of three']);
    await first.kill();
    expect(await running).toMatchObject({ ok: false, error: { code: 'tool_failed' } });
    expect(await at.run('web_add', { a: 1, b: 1 })).toMatchObject({
      ok: false,
      error: { message: 'The server "web" cannot be reached.' },
    });
    await serve(first.port);
    expect(await at.run('web_add', { a: 1, b: 1 })).toMatchObject({ ok: true, result: { sum: 2 } });
  });

  it('M3: a server that has forgotten us between two calls is greeted again, and the call made once', async () => {
    const first = await serve();
    const at = await desk(first.port);
    await first.kill();
    await serve(first.port);
    expect(await at.run('web_add', { a: 2, b: 3 })).toMatchObject({ ok: true, result: { sum: 5 } });
  });

  it('a changed list counts for new runs; a run keeps its own and is told what is gone', async () => {
    const { port } = await serve();
    const at = await desk(port);
    const before = at.tool('web_shelf');
    await at.run('web_swap');
    await at.until(() => at.names.includes('web_drawer') && !at.names.includes('web_shelf'));
    expect(await at.run(before)).toMatchObject({ ok: false, error: { message: expect.stringMatching(/shelf/) } });
  });

  it('H2: never takes its headers along to where it is sent on', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    }).listen(0, '127.0.0.1');
    const here = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` }).end();
    }).listen(0, '127.0.0.1');
    for (const each of [elsewhere, here]) closing.push(async () => each.close());
    await Promise.all([elsewhere, here].map(async (each) => each.listening || once(each, 'listening')));
    const at = await desk((here.address() as AddressInfo).port, '    headers: { Authorization: secret }\n');
    expect(at.workflow.unavailable).toMatch(/"web" is not there/);
    expect(seen).toEqual([]);
  });
});
