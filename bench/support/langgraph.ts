import { execFile, fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Spent } from './cpu-time.ts';
import type { TwoAgents } from './two-agents.ts';

/** Where the peer lives: a package of its own with pinned versions, no part of the workspace's install. */
const FOLDER = path.join(import.meta.dirname, '../peers/langgraph');
const INSTALL_MS = 300_000;

/** The peer cannot be had; says why. Ours is measured nevertheless. */
export class PeerUnavailable extends Error {
  override readonly name = 'PeerUnavailable';
}

/** What the peer keeps its state with. `sqlite` is synced with each write, as its package sets it up. */
export type Checkpointer = 'memory' | 'sqlite' | 'sqlite-unsynced';

/** LangGraph in a process of its own. */
export interface LangGraph {
  /** The version that is measured. */
  readonly version: string;
  /** Runs the loop in so many chats, so many at once. */
  measure(of: { checkpointer: Checkpointer; loop: TwoAgents; chats: number; atOnce: number }): Promise<Spent>;
  stop(): Promise<void>;
}

interface Answer {
  readonly measured?: Spent;
  readonly error?: string;
}

/** Installs the peer when it is not there as its lockfile says, with the npm that came with Node. */
async function install(folder: string): Promise<void> {
  const lock = await readFile(path.join(folder, 'package-lock.json')).catch((cause: unknown) => {
    throw new PeerUnavailable(`${folder} holds no package-lock.json`, { cause });
  });
  const hash = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(folder, 'node_modules', '.installed');
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === hash) return;
  console.error('  installing the peer: @langchain/langgraph');
  // Nothing of it needs a script to be run: its native part comes built.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, timeout: INSTALL_MS });
    await writeFile(stamp, hash);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new PeerUnavailable(`npm ci in bench/peers/langgraph failed: ${words}`, { cause: error });
  }
}

/**
 * Installs LangGraph if need be and starts it.
 * @throws PeerUnavailable when it cannot be installed or does not start
 */
export async function startLangGraph(folder: string = FOLDER): Promise<LangGraph> {
  await install(folder);
  const manifest: unknown = JSON.parse(
    await readFile(path.join(folder, 'node_modules/@langchain/langgraph/package.json'), 'utf8'),
  );
  const version = String((manifest as { version?: unknown }).version);
  // What somebody traces their own agents with is not to be measured.
  const { LANGSMITH_TRACING: _tracing, LANGCHAIN_TRACING_V2: _old, NODE_OPTIONS: _options, ...env } = process.env;
  const child = fork(path.join(folder, 'two-agents.mjs'), [], { env, execArgv: [] });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (first === undefined) throw new PeerUnavailable('LangGraph did not start; what it said is above');
  return {
    version,
    measure: (of) => ask(child, of),
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

async function ask(child: ChildProcess, of: object): Promise<Spent> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const answered = once(child, 'message', { signal });
    // Whichever of the two does not come is given up at the end.
    answered.catch(() => undefined);
    const exited = once(child, 'exit', { signal }).then(() => [{ error: 'its process has ended' }]);
    exited.catch(() => undefined);
    child.send(of);
    const [answer] = (await Promise.race([answered, exited])) as [Answer];
    if (answer.measured === undefined) throw new Error(`LangGraph: ${answer.error ?? 'no answer'}`);
    return answer.measured;
  } finally {
    over.abort();
  }
}
