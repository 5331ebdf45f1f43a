import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { durableRound } from './engine-durable.ts';
import { pureRound } from './engine-pure.ts';
import { perCpuSecond, perSecond, type Spent } from './support/cpu-time.ts';
import { withDurableEngine } from './support/durable-engine.ts';
import { warmed, withLangGraph } from './support/langgraph-rounds.ts';
import { PeerUnavailable, startLangGraph } from './support/langgraph.ts';
import { PureEngine } from './support/pure-engine.ts';
import { stepsOf, TWO_AGENTS } from './support/two-agents.ts';

const LOOP = { ...TWO_AGENTS, turns: 3 };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function expectFigures(spent: Spent): void {
  expect(spent.wallMs).toBeGreaterThan(0);
  expect(perSecond(spent)).toBeGreaterThan(0);
  expect(perCpuSecond(spent)).toBeGreaterThan(0);
}

describe('the benchmark of the engine', () => {
  it('takes the steps of the loop without anything around them', async () => {
    const spent = await pureRound(new PureEngine(LOOP), { oursMs: 5 });
    expect(spent.steps % stepsOf(LOOP)).toBe(0);
    expectFigures(spent);
  });

  it('takes them with the orchestrator on a broker, whose CPU counts', async () => {
    const spent = await withDurableEngine({ loop: LOOP, atOnce: 2 }, (engine, pids) => {
      expect(pids).toHaveLength(1);
      return durableRound(engine, { chats: 4, atOnce: 2 }, pids);
    });
    expect(spent.steps).toBe(4 * stepsOf(LOOP));
    expectFigures(spent);
  }, 120_000);

  it('counts no round that warms up', async () => {
    let goes = 0;
    const side = warmed(() => Promise.resolve({ steps: (goes += 1), wallMs: 1000, cpuMs: 500 }));
    for (let round = 0; round < 3; round += 1) await side.go(perSecond);
    expect(side.counted.map(({ steps }) => steps)).toEqual([5, 6]);
    expect([side.middle(perSecond), side.middle(perCpuSecond)]).toEqual([5.5, 11]);
  });

  it('says of a peer that cannot be had why, and what ours comes to alone', async () => {
    await expect(startLangGraph(folder)).rejects.toThrow(PeerUnavailable);
    const without = () => Promise.resolve('Ours alone: 7 steps/s.');
    const work = () => Promise.reject(new Error('there is no peer'));
    await expect(withLangGraph({ folder, without, work })).rejects.toThrow(
      /package-lock\.json\nOurs alone: 7 steps\/s/,
    );
  });

  it('gets what a peer has measured, and hears of one that fails or dies', async () => {
    await peerOf(`process.on('message', ({ chats }) => {
      if (chats === 0) process.exit(1);
      process.send(chats === 1 ? { error: 'no luck' } : { measured: { steps: chats, wallMs: 1, cpuMs: 1 } });
    });
    process.on('disconnect', () => process.exit(0));
    process.send('ready');`);
    const peer = await startLangGraph(folder);
    expect(peer.version).toBe('0.0.1');
    const measure = (chats: number) => peer.measure({ checkpointer: 'memory', loop: LOOP, chats, atOnce: 1 });
    expect(await measure(2)).toEqual({ steps: 2, wallMs: 1, cpuMs: 1 });
    await expect(measure(1)).rejects.toThrow('no luck');
    await expect(measure(0)).rejects.toThrow('its process has ended');
    await peer.stop();
  });
});

/** A stand-in for the peer's package, installed. */
async function peerOf(program: string): Promise<void> {
  const lock = '{}';
  const modules = path.join(folder, 'node_modules');
  await mkdir(path.join(modules, '@langchain/langgraph'), { recursive: true });
  await writeFile(path.join(folder, 'package-lock.json'), lock);
  await writeFile(path.join(modules, '.installed'), createHash('sha256').update(lock).digest('hex'));
  await writeFile(path.join(modules, '@langchain/langgraph/package.json'), '{ "version": "0.0.1" }');
  await writeFile(path.join(folder, 'two-agents.mjs'), program);
}
