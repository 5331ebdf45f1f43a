import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Direct } from './adapters/direct.ts';
import { contest } from './contest.ts';
import { figuresOf } from './figures.ts';
import { judgeAll } from './goals.ts';
import { HttpSeat } from './http-seat.ts';
import { installPeer } from './install-peer.ts';
import type { Peer } from './peer.ts';
import { programPeer } from './program-peer.ts';
import { SMALL, type Shape } from './shape.ts';

const TINY: Shape = {
  ...SMALL,
  ...{ rounds: 1, firstTokenChats: 2, shortAtOnce: 2, shortMs: 50, streamChats: 4, streamWords: 10, lastingWords: 80 },
  awayMs: 200,
};

/** Passes the model's stream on as it comes, stops with its reader, and keeps nothing. */
const RELAY = `
import { createServer } from 'node:http';
const [port, model] = process.argv.slice(2);
createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end('ok');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const body = await new Response(request).text();
    const answer = await fetch(model + '/chat/completions', { method: 'POST', body, signal: gone.signal });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for await (const part of answer.body) response.write(part);
    response.end();
  } catch {
    response.destroy();
  }
}).listen(Number(port), '127.0.0.1');
`;

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

let home = '';
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-test-'));
  const folder = path.join(home, 'from/relay');
  await mkdir(folder, { recursive: true });
  const pins = { name: 'relay', version: '1.0.0' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(pins));
  const lock = { ...pins, lockfileVersion: 3, requires: true, packages: { '': pins } };
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(path.join(folder, 'server.mjs'), RELAY);
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A peer of this test alone, with no packages to fetch. */
const relay = (): Peer =>
  programPeer({
    name: 'Relay',
    about: 'passes on what the model says',
    packages: { folder: 'relay', by: 'npm', from: path.join(home, 'from'), to: path.join(home, 'to') },
    program: ({ port, model }) => ({ command: process.execPath, args: ['server.mjs', String(port), model] }),
    health: '/',
    seat: (url) =>
      new HttpSeat({
        ask: (content) => ({
          url,
          body: { stream: true, messages: [{ role: 'user', content }] },
          show: ({ data }, screen) => {
            if (data !== '[DONE]') screen.add((JSON.parse(data) as Chunk).choices[0]?.delta.content ?? '');
          },
        }),
        back: () => undefined,
      }),
  });

const missing = (): Peer =>
  programPeer({
    name: 'Missing',
    about: 'has no folder',
    packages: { folder: 'missing', by: 'npm', from: path.join(home, 'from'), to: path.join(home, 'to') },
    program: () => ({ command: 'true', args: [] }),
    health: '/',
    seat: () => {
      throw new Error('it was never started');
    },
  });

describe('a contest', () => {
  it('measures a peer beside direct, and goes on without one that does not install', async () => {
    const said: string[] = [];
    const peers = [new Direct(), relay(), missing()];
    const [direct, relayed, absent] = await contest({ peers, shape: TINY, say: (text) => said.push(text) });
    if (direct === undefined || relayed === undefined || absent === undefined) throw new Error('somebody was left out');
    expect([direct.failure, relayed.failure]).toEqual([undefined, undefined]);
    expect(absent.failure).toContain('install: does not install');
    expect(said.join('\n')).toContain('✗ Missing: install: does not install');
    const [round] = relayed.rounds;
    expect(round).toMatchObject({ streamed: { tokens: 40, failed: 0 }, shorts: { failed: 0 } });
    const of = figuresOf(relayed, direct, TINY.streamChats);
    expect(of.firstTokenMs?.middle).toBeGreaterThan(0);
    expect(of.idleMib).toBeGreaterThan(10);
    // It has no store: what was said while nobody listened, or by a process that died, is gone.
    expect(relayed.away).toMatchObject({ gap: 0, doubled: 0, modelCalls: 1 });
    expect(relayed.away?.lost).toBeGreaterThan(0);
    expect(relayed.kill?.lost).toBeGreaterThan(0);
    expect(judgeAll([direct, relayed, absent], TINY.streamChats).every(({ kept }) => !kept)).toBe(true);
  }, 60_000);

  it('says of pins that are not there what is missing', async () => {
    await expect(installPeer({ folder: 'colloquy', by: 'npm', to: home })).rejects.toThrow(
      /does not install: .*package-lock/,
    );
  });
});
