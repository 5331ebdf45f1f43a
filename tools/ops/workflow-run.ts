import { platformClock, platformIds } from '@colloquy/client';
import { jsonSchema, type Json, type Totals } from '@colloquy/contracts';
import {
  createEffects,
  createOutsideTools,
  loadPrices,
  modelSettingsFromEnv,
  resolveModelName,
} from '@colloquy/effects';
import { loadWorkflows, type LoadedWorkflow, type LoadedWorkflows } from '@colloquy/workflows';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { startDemoModel } from './run/demo-model.ts';
import { runChat, type RunEnd } from './run/run-chat.ts';
import { processTerminal } from './terminal.ts';
import { workflowPlace } from './workflow-place.ts';

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
      const parts = await loadParts(place.dir, env, context);
      try {
        const workflow = startable(parts.workflows, place.name);
        const clock = platformClock;
        const end = await runChat({ ...parts, workflow, clock, ids: platformIds, text, variables, terminal, json });
        report(end, (line) => json || context.print(line));
      } finally {
        await parts.effects.close();
        await parts.outside.close();
      }
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

const hasModel = ({ env }: OpsContext): boolean =>
  [env['OPENAI_API_KEY'], env['OPENAI_BASE_URL'], env['DEMO_MODEL_URL']].some(
    (value) => value !== undefined && value !== '',
  );

/** Only these may reach a tool: a workflow must not read other secrets. */
const toolEnv = (env: OpsContext['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith('TOOL_') && value !== undefined ? [[name, value]] : [],
    ),
  );

async function loadParts(dir: string, env: OpsContext['env'], { print, env: allEnv }: OpsContext) {
  const models = modelSettingsFromEnv(env);
  const prices = await loadPrices();
  const modelName = (model: string): string => resolveModelName(models, model);
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: (_fields: object, message: string) => print(message), error: quiet };
  const outside = createOutsideTools({ clock: platformClock, env: toolEnv(allEnv), log });
  const workflows = await loadWorkflows(dir, { tools: true, outside, prices, modelName });
  const effects = createEffects({
    clock: platformClock,
    ids: platformIds,
    workflows,
    models,
    prices,
    onToolFault: ({ tool, error }) =>
      print(`the tool ${tool} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  return { workflows, effects, outside };
}

function startable(workflows: LoadedWorkflows, name: string): LoadedWorkflow {
  const workflow = workflows.get(name);
  if (workflow === undefined)
    throw new OpsError(`There is no workflow "${name}"; there are: ${[...workflows.keys()].join(', ')}.`);
  if (workflow.runnable === undefined) throw new OpsError(`"${name}" cannot be started: ${workflow.unavailable ?? ''}`);
  return workflow;
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
