import { systemClock } from '@colloquy/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventOf, serveRawMcp, type RawAnswer } from '../fixtures/raw-mcp-server.ts';
import { ToolDesk } from '../fixtures/tool-desk.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function desk(tools: Readonly<Record<string, RawAnswer>>) {
  const server = await serveRawMcp(tools);
  closing.push(() => server.close());
  const yaml = `mcp:\n  web: { url: "http://127.0.0.1:${String(server.port)}/mcp" }\n`;
  const at = await ToolDesk.open({ clock: systemClock, yaml, tools: '"web_*"' });
  closing.push(() => at.close());
  return { at, server };
}

const textResult = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});
const HUGE = 'x'.repeat(11 * 1024 * 1024);
const stream = (response: Parameters<RawAnswer>[0]) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const TOO_LARGE = { ok: false, error: { message: 'The answer is larger than 10 MiB.' } };
const ENDED = { ok: false, error: { message: expect.stringMatching(/ended while .* ran; it may have taken effect/) } };

const small: RawAnswer = (response, id) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(textResult(id, 'small')));
};

describe('answers of MCP servers that are an address', () => {
  it('F1: are read up to 10 MiB, as JSON and as an event, and the server is there after', async () => {
    const { at, server } = await desk({
      small,
      json: (response, id) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(textResult(id, HUGE)));
      },
      event: (response, id) => void stream(response).end(eventOf(textResult(id, HUGE))),
      resumable: (response, id) => void stream(response).end(`id: 1\n${eventOf(textResult(id, HUGE))}`),
    });
    for (const tool of ['web_json', 'web_event', 'web_resumable'])
      expect([tool, await at.run(tool)]).toEqual([tool, expect.objectContaining({ ok: false })]);
    expect(await at.run('web_json')).toMatchObject(TOO_LARGE);
    expect(await at.run('web_event')).toMatchObject(TOO_LARGE);
    expect(await at.run('web_resumable')).toMatchObject(TOO_LARGE);
    expect(await at.run('web_small')).toMatchObject({ ok: true, result: 'small' });
    expect(server.seen.filter((line) => line.endsWith('initialize'))).toHaveLength(1);
  });

  it('F1: a stream of many small events may be as long as it likes', async () => {
    const { at } = await desk({
      long: (response, id) => {
        stream(response);
        const comment = `: ${'x'.repeat(1024 * 1024)}\n\n`;
        for (let n = 0; n < 12; n += 1) response.write(comment);
        response.end(eventOf(textResult(id, 'at last')));
      },
    });
    expect(await at.run('web_long')).toMatchObject({ ok: true, result: 'at last' });
  });

  it('F2: a stream that ends or breaks off without the answer ends the call, not the server', async () => {
    const { at, server } = await desk({
      small,
      nothing: (response) => void stream(response).end(),
      half: (response, id) => void stream(response).end(eventOf(textResult(id, 'never whole')).slice(0, 40)),
      broken: (response) => {
        stream(response).write(': here\n\n', () => response.destroy());
      },
    });
    for (const tool of ['web_nothing', 'web_half', 'web_broken']) expect(await at.run(tool)).toMatchObject(ENDED);
    expect(await at.run('web_small')).toMatchObject({ ok: true, result: 'small' });
    expect(server.seen.filter((line) => line.endsWith('initialize'))).toHaveLength(1);
    expect(at.told).not.toContain('an MCP server is gone');
  });

  it('M5: a stream that breaks is nothing to the calls of others, though the server does not answer', async () => {
    let finish = (): void => undefined;
    const { at, server } = await desk({
      broken: (response) => {
        stream(response).write(': here\n\n', () => response.destroy());
      },
      other: (response, id) => {
        finish = () => void stream(response).end(eventOf(textResult(id, 'done')));
      },
    });
    const other = at.run('web_other');
    await at.until(() => server.seen.filter((line) => line.endsWith('tools/call')).length === 1);
    const broken = await Promise.all([at.run('web_broken'), at.run('web_broken')]);
    expect(broken).toMatchObject([ENDED, ENDED]);
    await at.until(() => server.seen.some((line) => line.endsWith('ping')));
    // Longer than a ping may take while nobody waits.
    await systemClock.sleep(11_000);
    finish();
    expect(await other).toMatchObject({ ok: true, result: 'done' });
    expect(server.seen.filter((line) => line.endsWith('ping'))).toHaveLength(1);
    expect(at.told).not.toContain('an MCP server is gone');
  });

  it('a server is told that we leave', async () => {
    const { at, server } = await desk({ small });
    await at.drain(new AbortController().signal);
    expect(server.seen).toContain('DELETE visit-1');
  });

  it('a server that lists more than can be used is said to, and is not there', async () => {
    const tools = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`t${String(n)}`, small]));
    const { at } = await desk(tools);
    expect(at.workflow.unavailable).toBe('The MCP server "web" is not there: It lists more than 1000 tools.');
  });
});
