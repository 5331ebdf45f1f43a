import { systemClock } from '@colloquy/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ToolDesk } from '../fixtures/tool-desk.ts';

const SCRIPT = path.join(import.meta.dirname, '../fixtures/mcp-process.mjs');
const open: ToolDesk[] = [];

const server = (more = '', env = ''): string => `mcp:
  lab:
    command: ${process.execPath}
    args: [${SCRIPT}, stdio]
    env: { NOTES: TOOL_NOTES${env} }
${more}`;

async function desk(of: { tools?: string; more?: string; env?: string; values?: Record<string, string> } = {}) {
  const opened = await ToolDesk.open({
    clock: systemClock,
    yaml: server(of.more, of.env),
    tools: of.tools ?? '"lab_*"',
    env: { TOOL_NOTES: 'notes', TOOL_OTHER: 'not for everybody', ...of.values },
  });
  open.push(opened);
  return opened;
}

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const pids = async (at: ToolDesk): Promise<number[]> =>
  (await at.notes()).filter((line) => line.startsWith('start ')).map((line) => Number(line.slice(6)));

describe('tools of an MCP server that is a process', () => {
  it('are listed with legal names, the schema as it is, and what their annotations mean', async () => {
    const at = await desk();
    expect(at.names).toEqual(
      expect.arrayContaining(['lab_add', 'lab_show', expect.stringMatching(/^lab_who_am_i_\w{8}$/)]),
    );
    expect(at.tool('lab_add')).toMatchObject({
      description: 'Adds two numbers',
      inputSchema: { type: 'object', properties: { a: { type: 'number', description: 'The first' } } },
      idempotent: true,
      onInterrupted: 'retry',
      approval: 'none',
      source: { kind: 'mcp', server: 'lab', tool: 'add' },
    });
    expect(at.tool('lab_wipe')).toMatchObject({ idempotent: false, onInterrupted: 'ask', approval: 'required' });
    expect(at.tool('lab_refuse')).toMatchObject({ approval: 'none' });
  });

  it('give their structured content, else their texts and a note for what is none', async () => {
    const at = await desk();
    expect(await at.run('lab_add', { a: 1, b: 2 })).toMatchObject({ ok: true, result: { sum: 3 } });
    expect(await at.run('lab_show')).toMatchObject({
      ok: true,
      result:
        'Look:\n[image: image/png, 300 bytes]\n[link: more file:///more.txt]\ninside\n[resource: file:///a.bin, 10 bytes]',
    });
  });

  it('run in the workflow`s folder and get the variables that are named, and no others', async () => {
    const at = await desk({ env: ', TOKEN: TOOL_TOKEN', values: { TOOL_TOKEN: 'sk-1' } });
    const name = at.names.find((each) => each.startsWith('lab_who')) ?? '';
    const answer = await at.run(name);
    expect(answer.ok && typeof answer.result === 'string' && JSON.parse(answer.result)).toEqual({
      cwd: at.dir,
      token: 'sk-1',
    });
  });

  it('tell the model when they fail, and when their arguments are refused', async () => {
    const at = await desk();
    expect(await at.run('lab_refuse')).toMatchObject({ ok: false, error: { message: 'The shelf is empty.' } });
    expect(await at.run('lab_add', { a: 'x' })).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/a/) },
    });
    expect(await at.run('lab_add', 'x{')).toMatchObject({ ok: false, error: { code: 'invalid_arguments' } });
    expect(await at.run('lab_add', [1])).toMatchObject({ ok: false, error: { code: 'invalid_arguments' } });
  });

  it('P5: a stop cancels the call at the server, and what it told meanwhile was seen', async () => {
    const at = await desk();
    const stop = new AbortController();
    const running = at.run('lab_slow', {}, { signal: stop.signal });
    const failed = expect(running).rejects.toThrow('stopped by a person');
    await at.until(async () => (await at.notes()).includes('slow began'));
    stop.abort(new Error('stopped by a person'));
    await failed;
    await at.until(async () => (await at.notes()).includes('slow was cancelled'));
    expect(at.progress).toEqual(['one of three']);
  });

  it('a time that is up cancels it too', async () => {
    const at = await desk({ more: '    timeout: 300ms\n' });
    expect(await at.run('lab_slow')).toMatchObject({ ok: false, error: { code: 'tool_timeout' } });
    await at.until(async () => (await at.notes()).includes('slow was cancelled'));
  });

  it('P3 M3: a server that dies in the middle of a call is an error for the model, once, and is there again after', async () => {
    const at = await desk();
    expect(await at.run('lab_die')).toMatchObject({
      ok: false,
      error: { code: 'tool_failed', message: 'The server "lab" ended while die ran; it may have taken effect or not.' },
    });
    expect((await at.notes()).filter((line) => line === 'die')).toHaveLength(1);
    expect(at.names).toContain('lab_add');
    expect(await at.run('lab_add', { a: 2, b: 2 })).toMatchObject({ ok: true, result: { sum: 4 } });
    expect(await pids(at)).toHaveLength(2);
  });

  it('M5: lines that are no message, and a server too busy to hear, end no call of anybody', async () => {
    const at = await desk();
    const stop = new AbortController();
    const others = at.run('lab_slow', {}, { signal: stop.signal });
    const failed = expect(others).rejects.toThrow('stopped by a person');
    await at.until(async () => (await at.notes()).includes('slow began'));
    expect(await at.run('lab_noise')).toMatchObject({ ok: true, result: 'heard' });
    expect(await at.run('lab_add', { a: 1, b: 1 })).toMatchObject({ ok: true, result: { sum: 2 } });
    stop.abort(new Error('stopped by a person'));
    await failed;
    expect(await pids(at)).toHaveLength(1);
    expect(at.told).not.toContain('an MCP server is gone');
  });

  it('end with a drain: what is deaf to all requests is killed at its deadline', async () => {
    const at = await desk({ env: ', STUBBORN: TOOL_STUBBORN', values: { TOOL_STUBBORN: 'yes' } });
    const [pid = 0] = await pids(at);
    const deadline = new AbortController();
    const drained = at.drain(deadline.signal);
    expect(() => process.kill(pid, 0)).not.toThrow();
    deadline.abort();
    await drained;
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    expect(await at.notes()).not.toContain('SIGTERM');
  });

  it('M6: what one has started ends when it dies itself, and a new one is there after', async () => {
    const shell = server().replace(
      /command: .*\n.*\n/,
      `command: sh\n    args: ['-c', 'echo leader $$$$ >> notes; "${process.execPath}" "${SCRIPT}" stdio; true']\n`,
    );
    const at = await ToolDesk.open({
      clock: systemClock,
      yaml: shell.replace('TOOL_NOTES }', 'TOOL_NOTES, STUBBORN: TOOL_STUBBORN }'),
      tools: '"lab_*"',
      env: { TOOL_NOTES: 'notes', TOOL_STUBBORN: 'yes' },
    });
    open.push(at);
    const leader = (await at.notes()).find((line) => line.startsWith('leader '))?.slice(7);
    const [pid = 0] = await pids(at);
    process.kill(Number(leader), 'SIGKILL');
    await at.until(() => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    });
    expect(await at.run('lab_add', { a: 2, b: 2 })).toMatchObject({ ok: true, result: { sum: 4 } });
    expect(await pids(at)).toHaveLength(2);
  });

  it('P3 M4: killed from outside, it is started again by itself', async () => {
    const at = await desk();
    const running = at.run('lab_slow');
    await at.until(async () => (await at.notes()).includes('slow began'));
    process.kill((await pids(at))[0] ?? 0, 'SIGKILL');
    expect(await running).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/ended while slow ran/) },
    });
    await at.until(async () => (await pids(at)).length === 2);
  });

  it('a changed list counts for new runs; a run keeps its own and is told what is gone', async () => {
    const at = await desk();
    const before = at.tool('lab_shelf');
    const hash = at.workflow.runnable?.hash;
    expect(await at.run(before)).toMatchObject({ ok: true, result: 'here' });
    await at.run('lab_swap');
    await at.until(() => at.names.includes('lab_drawer') && !at.names.includes('lab_shelf'));
    expect(at.workflow.runnable?.hash).not.toBe(hash);
    expect(await at.run('lab_drawer')).toMatchObject({ ok: true, result: 'open' });
    expect(await at.run(before)).toMatchObject({
      ok: false,
      error: { code: 'tool_failed', message: expect.stringMatching(/shelf/) },
    });
  });

  it('only those that the workflow lists are offered, and `approval` is for all of them', async () => {
    const at = await desk({ more: '    tools: [add, wipe]\n    approval: required\n' });
    expect(at.names).toEqual(['lab_add', 'lab_wipe']);
    expect(at.tool('lab_add').approval).toBe('required');
  });

  it('settings of the workflow go before what the server says of its tools', async () => {
    const at = await desk({ more: 'tools:\n  lab_wipe: { approval: none, timeout: 5s, idempotent: true }\n' });
    expect(at.tool('lab_wipe')).toMatchObject({
      approval: 'none',
      timeoutMs: 5000,
      idempotent: true,
      onInterrupted: 'retry',
    });
  });
});

describe('an MCP server that is not there', () => {
  const BROKEN = 'mcp:\n  lab: { command: /nowhere/at-all }\n  opt: { command: /nowhere/at-all, optional: true }\n';

  const broken = async (tools: string, yaml = BROKEN) => {
    const at = await ToolDesk.open({ clock: systemClock, yaml, tools });
    open.push(at);
    return at;
  };

  it('M1: makes its workflow one that cannot be started, and says so', async () => {
    const at = await broken('"lab_*"');
    expect(at.workflow.runnable).toBeUndefined();
    expect(at.workflow.unavailable).toBe('The MCP server "lab" is not there: It cannot be reached.');
    expect(at.told).toContain('an MCP server cannot be reached');
  });

  it('is left out when it is optional', async () => {
    const at = await broken('"opt_*", opt_add', BROKEN.replace('  lab: { command: /nowhere/at-all }\n', ''));
    expect(at.workflow.unavailable).toBeUndefined();
    expect(at.workflow.runnable?.definition.agents[0]?.tools).toEqual([]);
  });

  it('is named with the tool that it does not have', async () => {
    const at = await desk({ tools: 'lab_fly' });
    expect(at.workflow.unavailable).toBe('The MCP server "lab" has no tool "lab_fly".');
  });

  it('is named with the variable that is not set, and no other is read', async () => {
    const at = await broken('"lab_*"', server('', ''));
    expect(at.workflow.unavailable).toBe('The MCP server "lab" is not there: The variable TOOL_NOTES is not set.');
  });

  it('M4: that comes later makes the workflow one that can be started', async () => {
    const at = await ToolDesk.open({
      clock: systemClock,
      yaml: 'mcp:\n  lab: { command: sh, args: ["-c", "test -f ready && exec $0 $1 stdio", "NODE", "SCRIPT"] }\n'
        .replace('NODE', process.execPath)
        .replace('SCRIPT', SCRIPT),
      tools: 'lab_add',
    });
    open.push(at);
    expect(at.workflow.runnable).toBeUndefined();
    writeFileSync(path.join(at.dir, 'ready'), '');
    await at.until(() => at.workflow.runnable !== undefined);
    expect(await at.run('lab_add', { a: 1, b: 1 })).toMatchObject({ ok: true, result: { sum: 2 } });
  });

  it('that never answers is given up after `connect_timeout`', async () => {
    const began = systemClock.monotonic();
    const at = await broken('"lab_*"', 'mcp:\n  lab: { command: sleep, args: ["60"], connect_timeout: 500ms }\n');
    expect(systemClock.monotonic() - began).toBeLessThan(10_000);
    expect(at.workflow.unavailable).toMatch(/cannot be reached/);
  });
});
