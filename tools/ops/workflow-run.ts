import { platformClock, platformIds } from '@colloquy/client';
import { jsonSchema, type Json, type Totals } from '@colloquy/contracts';
import {
  createEffects,
  createOutsideTools,
  loadPrices,
  modelSettingsFromEnv,
  resolveModelName,
  type ModelSettings,
  type ToolEnv,
  type ToolFault,
} from '@colloquy/effects';
import type { LoadedWorkflow } from '@colloquy/workflows';
import { loadGiven } from './load-given.ts';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { startDemoModel } from './run/demo-model.ts';
import { runChat, type RunChatOptions, type RunEnd } from './run/run-chat.ts';
import { processTerminal } from './terminal.ts';
import { toolEnv } from './tool-env.ts';
import { workflowPlace, type WorkflowPlace } from './workflow-place.ts';

/** Exit code of a process that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** Runs one run of a workflow in this process: no server, nothing is stored. */
export const workflowRun: OpsCommand = {
  usage: 'workflow run <name> <text>',
  text: 'runs it here without any server: prints what happens, asks you; --variables \'{"a": 1}\', --json',
  async run(context) {
    const { name, text } = readArguments(context.args);
    const variables = readVariables(context.options?.variables);
    const place = workflowPlace(name, context.cwd);
    const terminal = context.terminal ?? processTerminal();
    const demo = hasModel(context) ? undefined : await startDemoModel(context.env);
    try {
      const env = demo === undefined ? context.env : { DEMO_MODEL_URL: demo.url };
      const json = context.args.includes('--json');
      if (demo !== undefined && !json)
        terminal.write('The demo model answers; set OPENAI_API_KEY or OPENAI_BASE_URL for a real one.\n');
      const models = modelSettingsFromEnv(env);
      const { warn = writeError } = context;
      await withParts({ ...place, models, env: toolEnv(context.env), warn }, async (parts) => {
        const end = await runChat({ ...parts, text, variables, terminal, json });
        report(end, (line) => json || context.print(line));
      });
    } finally {
      await demo?.stop();
      terminal.close();
    }
  },
};

function readArguments(args: readonly string[]): { name: string; text: string } {
  const [name, text] = args.filter((arg) => !arg.startsWith('--'));
  if (name === undefined || text === undefined)
    throw new OpsError(
      'Which workflow, and what do you say? For example: npm run ops -- workflow run assistant "Hello"',
    );
  return { name, text };
}

function readVariables(given: string | undefined): Record<string, Json> {
  if (given === undefined) return {};
  try {
    const parsed = jsonSchema.parse(JSON.parse(given));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new OpsError('--variables takes a JSON object, for example \'{"company": "Corner Shop"}\'');
}

/** Not among the events that --json prints, nor into the middle of a line of them. */
const writeError = (line: string): void => void process.stderr.write(`${line}\n`);

const hasModel = ({ env }: OpsContext): boolean =>
  [env['OPENAI_API_KEY'], env['OPENAI_BASE_URL'], env['DEMO_MODEL_URL']].some(
    (value) => value !== undefined && value !== '',
  );

type Parts = Pick<RunChatOptions, 'workflow' | 'workflows' | 'effects' | 'clock' | 'ids' | 'warn'>;

interface Place extends WorkflowPlace {
  readonly models: ModelSettings;
  readonly env: ToolEnv;
  readonly warn: (message: string) => void;
}

/** Servers of tools may be running as soon as loading begins: they are ended however this ends. */
async function withParts({ dir, name, models, env, warn }: Place, use: (parts: Parts) => Promise<void>): Promise<void> {
  const [clock, ids] = [platformClock, platformIds];
  const quiet = (): void => undefined;
  const log = { info: quiet, warn: (_fields: object, message: string) => warn(message) };
  const prices = await loadPrices();
  const outside = createOutsideTools({ clock, env, log });
  try {
    const modelName = (model: string): string => resolveModelName(models, model);
    const workflow = startable(await loadGiven(dir, name, { tools: true, outside, prices, modelName }));
    const workflows = new Map([[name, workflow]]);
    const onToolFault = ({ tool, error }: ToolFault): void =>
      warn(`the tool ${tool} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const effects = createEffects({ clock, ids, workflows, models, prices, onToolFault });
    try {
      await use({ workflow, workflows, effects, clock, ids, warn });
    } finally {
      await effects.close();
    }
  } finally {
    await outside.close();
  }
}

function startable(workflow: LoadedWorkflow): LoadedWorkflow {
  if (workflow.runnable !== undefined) return workflow;
  throw new OpsError(`"${workflow.name}" cannot be started: ${workflow.unavailable ?? ''}`);
}

function report({ type, totals, unanswered }: RunEnd, print: (line: string) => void): void {
  if (totals !== undefined) print(usageLine(totals));
  if (unanswered) throw new OpsError('A question stayed open: nobody can answer it here. The run was cancelled.');
  if (type === 'run_failed') throw new OpsError('The run failed.');
  if (type === 'run_cancelled') process.exitCode = INTERRUPTED;
}

const MICRO_USD = 1_000_000;

function usageLine({ modelCalls, promptTokens, completionTokens, costMicroUsd }: Totals): string {
  const tokens = `${promptTokens} tokens in, ${completionTokens} out`;
  return `${modelCalls} model calls, ${tokens}, ${(costMicroUsd / MICRO_USD).toFixed(4)} USD`;
}
