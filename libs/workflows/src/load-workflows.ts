import type { ToolDefinition, WorkflowCard, WorkflowDefinition } from '@colloquy/contracts';
import { NAME_PATTERN } from '@colloquy/contracts';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cardOf } from './card-of.ts';
import type { PriceList } from './check/check.ts';
import { checkWorkflow } from './check-workflow.ts';
import { schemaFileFaults } from './check/check-schemas.ts';
import { outsideToolFaults } from './check/outside-tool-faults.ts';
import type { Tool } from './define-tool.ts';
import { faultsOf } from './explain-issue.ts';
import { liveWorkflow } from './live-workflow.ts';
import { loadTools, TOOLS_FILE, type LoadedTools } from './load-tools.ts';
import type { OutsideTools } from './outside-tools.ts';
import { readSchemaFiles, schemasOf, type SchemaFiles } from './schema-files.ts';
import { WorkflowFaultsError, type WorkflowFault } from './workflow-fault.ts';
import { workflowYamlSchema, type WorkflowYaml } from './workflow-yaml.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

/** The file that makes a folder a workflow. */
export const WORKFLOW_FILE = 'workflow.yaml';

/** How much to load. */
export interface LoadOptions {
  /** True: import each tools.ts and resolve the definitions (orchestrators). False: read the YAML only (gateways). */
  readonly tools: boolean;
  /** Opens MCP servers and HTTP tools. Without it a workflow that has any is loaded and checked, but cannot be started. */
  readonly outside?: OutsideTools | undefined;
  /** With prices, a budget in dollars over a model without a price is a fault. */
  readonly prices?: PriceList | undefined;
  /** What the name of a model stands for, for that check: above all `default`. */
  readonly modelName?: ((model: string) => string) | undefined;
}

/** What can be run of a workflow. */
export interface RunnableWorkflow {
  readonly definition: WorkflowDefinition;
  /** Names the definition by its content. */
  readonly hash: string;
  readonly tools: ReadonlyMap<string, Tool>;
}

/** A workflow of the folder. */
export interface LoadedWorkflow {
  readonly name: string;
  /** Absolute path of its folder. */
  readonly dir: string;
  readonly card: WorkflowCard;
  /** What a run is started with now. Undefined when loaded without tools, and as long as it is `unavailable`. */
  readonly runnable?: RunnableWorkflow | undefined;
  /** Why it cannot be started now, in words: a server of its tools is not there. Other workflows do not care. */
  readonly unavailable?: string | undefined;
  /** The tool that the definition of a run speaks of; runs that were started before go on with it. */
  findTool?(definition: Pick<ToolDefinition, 'name' | 'source'>): Tool | undefined;
}

/** All workflows of a folder, by name. */
export type LoadedWorkflows = ReadonlyMap<string, LoadedWorkflow>;

/**
 * Loads every `<dir>/<name>/workflow.yaml`, in the order of names.
 * @throws WorkflowFaultsError with everything that is wrong in any of them
 */
export async function loadWorkflows(dir: string, options: LoadOptions): Promise<LoadedWorkflows> {
  const root = path.resolve(dir);
  const folders = await workflowFolders(root, dir);
  const loaded = await Promise.all(folders.map((name) => tryToLoad(root, name, options)));
  const faults = loaded.flatMap((item) => item.faults);
  if (faults.length > 0) throw new WorkflowFaultsError(faults);
  const workflows = loaded.flatMap(({ workflow }) => workflow ?? []);
  return new Map(workflows.map((workflow) => [workflow.name, workflow]));
}

/**
 * Loads `<dir>/<name>/workflow.yaml` and nothing beside it: neither is code of other workflows run nor a server of theirs
 * started.
 * @throws WorkflowFaultsError with everything that is wrong in it
 */
export async function loadWorkflow(dir: string, name: string, options: LoadOptions): Promise<LoadedWorkflow> {
  const { workflow, faults } = await tryToLoad(path.resolve(dir), name, options);
  if (workflow === undefined) throw new WorkflowFaultsError(faults);
  return workflow;
}

/** A file of the wrong name is a fault of that workflow; passed over in silence the workflow would just be missing. */
const MISNAMED_FILE = 'workflow.yml';

async function workflowFolders(root: string, dir: string): Promise<string[]> {
  const fault = (message: string): WorkflowFaultsError =>
    new WorkflowFaultsError([{ file: dir, line: 1, column: 1, message }]);
  const entries = await readdir(root, { withFileTypes: true }).catch(() => {
    throw fault('is no folder that can be read: WORKFLOWS_DIR must name the folder that holds the workflows');
  });
  const names: string[] = [];
  for (const { name } of entries.filter((entry) => !entry.name.startsWith('.'))) {
    const files = await filesOf(path.join(root, name));
    if (files.includes(WORKFLOW_FILE) || files.includes(MISNAMED_FILE)) names.push(name);
  }
  if (names.length === 0) throw fault(`has no workflow: none of its folders has a ${WORKFLOW_FILE}`);
  return names.sort();
}

const filesOf = async (dir: string): Promise<string[]> => readdir(dir).catch((): string[] => []);

interface LoadAttempt {
  readonly workflow?: LoadedWorkflow;
  readonly faults: readonly WorkflowFault[];
}

/** One of the two: the workflow, or at least one fault. */
async function tryToLoad(root: string, name: string, options: LoadOptions): Promise<LoadAttempt> {
  const dir = path.join(root, name);
  const there = await filesOf(dir);
  if (!there.includes(WORKFLOW_FILE)) return { faults: [withoutFile(name, there)] };
  const source = readYaml(`${name}/${WORKFLOW_FILE}`, await readFile(path.join(dir, WORKFLOW_FILE), 'utf8'));
  const loaded = options.tools ? await loadTools(dir, `${name}/${TOOLS_FILE}`) : undefined;
  const files = await readSchemaFiles(dir, source.value);
  const { yaml, faults } = readWorkflow(source, { name, loaded, files, options });
  if (yaml === undefined || faults.length > 0) return { faults: sorted(faults) };
  if (loaded === undefined)
    return { workflow: { name, dir, card: cardOf({ name, yaml, schemas: schemasOf(files) }) }, faults: [] };
  const settings = { mcp: yaml.mcp, http: yaml.http, allow_hosts: yaml.allow_hosts };
  const outside = await options.outside?.open({ workflow: name, dir, settings });
  const parts = {
    name,
    dir,
    yaml,
    outside,
    tools: loaded.tools,
    schemas: schemasOf(files),
    pricesHash: options.prices?.hash,
  };
  return { workflow: liveWorkflow(parts), faults: [] };
}

function withoutFile(name: string, there: readonly string[]): WorkflowFault {
  const [file, message] = there.includes(MISNAMED_FILE)
    ? [MISNAMED_FILE, `must be called ${WORKFLOW_FILE}`]
    : [WORKFLOW_FILE, 'is not there'];
  return { file: `${name}/${file}`, line: 1, column: 1, message };
}

interface ReadContext {
  readonly name: string;
  readonly loaded: LoadedTools | undefined;
  readonly files: SchemaFiles;
  readonly options: LoadOptions;
}

/** Shape first; meaning only when the shape is right, since half a workflow would give faults that are not there. */
function readWorkflow(source: YamlSource, context: ReadContext): { yaml?: WorkflowYaml; faults: WorkflowFault[] } {
  const { name, loaded, options } = context;
  const faults = [...folderName(name, source), ...source.faults, ...(loaded?.faults ?? [])];
  if (source.faults.length > 0) return { faults };
  const parsed = workflowYamlSchema.safeParse(source.value);
  if (!parsed.success)
    return { faults: [...faults, ...parsed.error.issues.flatMap((issue) => faultsOf(issue, source))] };
  const yaml = parsed.data;
  const tools = loaded?.faults.length === 0 ? loaded.tools : undefined;
  return {
    yaml,
    faults: [
      ...faults,
      ...checkWorkflow(yaml, source, { ...options, tools }),
      ...outsideToolFaults(yaml, source),
      ...schemaFileFaults(yaml, source, context.files),
    ],
  };
}

function folderName(name: string, source: YamlSource): WorkflowFault[] {
  return NAME_PATTERN.test(name)
    ? []
    : [source.fault([], `the folder name "${name}" must be 1 to 64 letters, digits, "_" or "-"`)];
}

const sorted = (faults: readonly WorkflowFault[]): WorkflowFault[] =>
  [...faults].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
