import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';
import { root } from '../../tools/paths.ts';
import { allPeers } from './all-peers.ts';
import { contest } from './contest.ts';
import { FLOOR, OURS } from './figures.ts';
import { judgeAll } from './goals.ts';
import { machineFacts } from './machine.ts';
import { FULL, SMALL } from './shape.ts';
import { between, report, type Contest } from './table.ts';

const PAGE = path.join(root, 'docs/reference/performance.md');
const RESULTS = path.join(root, 'bench/results');

/** How the contest was asked for. */
export interface PeersOptions {
  readonly full: boolean;
  readonly json: boolean;
  /** Parts of the names of those who are measured besides direct and ours; none: everybody. */
  readonly only: readonly string[];
  /** Rounds that count, instead of those of the shape. */
  readonly rounds?: number;
}

/** With fewer rounds the figures are for finding faults, and are not kept. */
const KEPT_ROUNDS = 5;

/**
 * Measures ours against everybody else and prints the table. A whole contest of enough rounds also goes into the page and the history.
 * Gives whether every goal holds and nobody failed.
 */
export async function runPeers({ full, json, only, rounds }: PeersOptions): Promise<boolean> {
  if (process.platform !== 'linux') throw new Error('CPU and memory of the peers are counted from /proc: Linux only');
  const sized = full ? FULL : SMALL;
  const shape = { ...sized, rounds: rounds ?? sized.rounds };
  const wanted = ({ name }: { name: string }): boolean =>
    [FLOOR, OURS].includes(name) || only.some((part) => name.toLowerCase().includes(part.toLowerCase()));
  const peers = allPeers().filter((peer) => only.length === 0 || wanted(peer));
  const machine = await machineFacts();
  const entries = await contest({ peers, shape, say: (text) => console.error(`  ${text}`) });
  const result: Contest = { machine, shape, entries, goals: judgeAll(entries, shape.streamChats) };
  const text = await format(report(result), { parser: 'markdown', printWidth: 120 });
  if (only.length === 0 && shape.rounds >= KEPT_ROUNDS) await keep(result, text);
  console.log(json ? JSON.stringify(result) : text);
  return result.goals.every(({ kept }) => kept) && entries.every(({ failure }) => failure === undefined);
}

async function keep(result: Contest, text: string): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const file = `peers-${result.machine.at.slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-')}.json`;
  await writeFile(path.join(RESULTS, file), await format(JSON.stringify(result), { parser: 'json', printWidth: 120 }));
  await writeFile(PAGE, between(await readFile(PAGE, 'utf8'), text.trim()));
}
