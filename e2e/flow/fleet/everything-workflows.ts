/** A folder with the workflow that uses every feature, whose tools write each effect into a ledger, and shipped ones. */
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../../tools/paths.ts';
import type { Effect } from './fleet-workflows.ts';
import { readLedger } from './read-ledger.ts';

/** The folder. */
export interface EverythingWorkflows {
  readonly dir: string;
  /** Every effect of a tool of `everything` so far. */
  effects(): Promise<Effect[]>;
  remove(): Promise<void>;
}

/** How long a payment takes after its line in the ledger, in ms: long enough to kill its process in it. */
export const PAY_MS = 400;

/** The tools as they are, each with a line in the ledger before it does what it does. */
const NOTING = `import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import * as made from './tools-as-made.ts';

const noting = (tool) => ({
  ...tool,
  invoke: async (args, ctx) => {
    const line = { tool: tool.name, callId: ctx.idempotencyKey, attempt: ctx.attempt, pid: process.pid, at: Date.now() };
    appendFileSync(path.join(ctx.workflowDir, '..', 'ledger.jsonl'), JSON.stringify(line) + '\\n');
    if (tool.name === 'pay') await rest(${String(PAY_MS)}, undefined, { signal: ctx.signal });
    return tool.invoke(args, ctx);
  },
});

export const tools = Object.values(made).map(noting);
`;

/** Makes the folder: `everything`, and the shipped workflows that are named. */
export async function makeEverythingWorkflows(...shipped: readonly string[]): Promise<EverythingWorkflows> {
  const dir = await mkdtemp(path.join(tmpdir(), 'colloquy-everything-'));
  await mkdir(path.join(dir, 'everything'));
  await cp(path.join(root, 'e2e/workflows/everything'), path.join(dir, 'everything'), { recursive: true });
  // Links: what they import is found where they really are.
  for (const name of shipped) await symlink(path.join(root, 'workflows', name), path.join(dir, name), 'junction');
  const file = (name: string): string => path.join(dir, 'everything', name);
  await rename(file('tools.ts'), file('tools-as-made.ts'));
  await writeFile(file('tools.ts'), NOTING);
  await writeFile(path.join(dir, 'package.json'), '{ "type": "module" }\n');
  return {
    dir,
    effects: () => readLedger<Effect>(dir),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
