/** A folder of workflows for tests of crashes: its tools write each effect into a ledger, and some end their process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readLedger } from './read-ledger.ts';

/** A line of the ledger: one effect. */
export interface Effect {
  readonly tool: string;
  readonly callId: string;
  readonly attempt: number;
  readonly pid: number;
  /** When it was made, in ms since the epoch. */
  readonly at: number;
}

/** The folder. */
export interface FleetWorkflows {
  readonly dir: string;
  /** Every effect so far. */
  effects(): Promise<Effect[]>;
  /** Replaces the YAML and the tools: another prompt and name of its agent; `hold` takes `holdMs`, or no tool is left. */
  change(of: { prompt: string; agent: string; holdMs?: number; tools?: false }): Promise<void>;
  remove(): Promise<void>;
}

const TOOLS = ['note_retry', 'note_fail', 'note_ask', 'hold', 'die'] as const;

const yaml = (agent: string, prompt: string, tools: readonly string[]): string => `title: Workshop
description: Agents whose tools leave a trace
sequential_tools: true
agents:
  - name: ${agent}
    title: Smith
    description: Does what it is told
    system_message: ${JSON.stringify(prompt)}
    tools: [${tools.join(', ')}]
limits:
  max_turns: 50
  max_tool_calls: 50
`;

const toolsFile = (holdMs?: number): string => `import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { defineTool } from '@colloquy/workflows';
import { z } from 'zod';

const input = z.object({ ms: z.number().optional() });

function effect(tool, ctx) {
  const { callId, attempt } = ctx;
  const line = JSON.stringify({ tool, callId, attempt, pid: process.pid, at: Date.now() });
  appendFileSync(path.join(ctx.workflowDir, '..', 'ledger.jsonl'), line + '\\n');
}

const rest = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });

const note = (name, onInterrupted) =>
  defineTool({
    name,
    description: 'Leaves a note, then takes its time.',
    idempotent: onInterrupted === 'retry',
    onInterrupted,
    timeoutMs: 60_000,
    input,
    async run({ ms = 1500 }, ctx) {
      effect(name, ctx);
      await rest(name === 'hold' ? ${holdMs === undefined ? 'ms' : String(holdMs)} : ms, ctx.signal);
      return { noted: ctx.callId };
    },
  });

export const tools = [
  note('note_retry', 'retry'),
  note('note_fail', 'fail'),
  note('note_ask', 'ask'),
  note('hold', 'retry'),
  defineTool({
    name: 'die',
    description: 'Ends the process that runs it.',
    idempotent: true,
    timeoutMs: 60_000,
    input,
    async run(_input, ctx) {
      effect('die', ctx);
      process.kill(process.pid, 'SIGKILL');
      await rest(60_000, ctx.signal);
    },
  }),
];
`;

/** Makes the folder, with one workflow `workshop`. */
export async function makeFleetWorkflows(): Promise<FleetWorkflows> {
  const dir = await mkdtemp(path.join(tmpdir(), 'colloquy-workshop-'));
  const folder = path.join(dir, 'workshop');
  await mkdir(folder);
  const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);
  await write('workflow.yaml', yaml('smith', 'You are the smith.', TOOLS));
  await write('tools.ts', toolsFile());
  return {
    dir,
    effects: () => readLedger<Effect>(dir),
    change: async ({ prompt, agent, holdMs, tools }) => {
      await write('workflow.yaml', yaml(agent, prompt, tools === false ? [] : TOOLS));
      if (tools === false) await rm(path.join(folder, 'tools.ts'));
      else await write('tools.ts', toolsFile(holdMs));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
