import { NAME_PATTERN } from '@colloquy/contracts';
import { parseExpression } from '@colloquy/engine';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RESERVED_TOOL } from './check/check.ts';
import { isTool, type Tool } from './define-tool.ts';
import { lendPackages } from './lend-packages.ts';
import type { WorkflowFault } from './workflow-fault.ts';

/** The file that holds a workflow's tools, beside its workflow.yaml. */
export const TOOLS_FILE = 'tools.ts';

/** What a tools.ts gave. */
export interface LoadedTools {
  readonly tools: readonly Tool[];
  readonly faults: readonly WorkflowFault[];
}

/**
 * Imports `<dir>/tools.ts` (Node strips the types) and collects what defineTool made: the array `tools`, and every
 * other export. A workflow without the file has no tools.
 * @param dir - absolute folder of the workflow
 * @param file - how faults name the tools file
 */
export async function loadTools(dir: string, file: string): Promise<LoadedTools> {
  const location = path.join(dir, TOOLS_FILE);
  if (!(await exists(location))) return { tools: [], faults: [] };
  lendPackages();
  try {
    const module = (await import(pathToFileURL(location).href)) as Record<string, unknown>;
    return collect(module, file);
  } catch (error) {
    return {
      tools: [],
      faults: [{ file, ...importPosition(error, location), message: `cannot be loaded: ${describe(error)}` }],
    };
  }
}

function collect(module: Readonly<Record<string, unknown>>, file: string): LoadedTools {
  const fault = (message: string): WorkflowFault => ({ file, line: 1, column: 1, message });
  const listed = module['tools'] ?? [];
  if (!Array.isArray(listed) || !listed.every(isTool))
    return { tools: [], faults: [fault('"tools" must be a list of what defineTool returned')] };
  const tools = [...new Set([...listed, ...Object.values(module).filter(isTool)])];
  const names = tools.map(({ name }) => name);
  const faults = tools.flatMap((tool, index) => [
    ...(NAME_PATTERN.test(tool.name)
      ? []
      : [fault(`the tool name "${tool.name}" must be 1 to 64 letters, digits, "_" or "-"`)]),
    ...(RESERVED_TOOL.test(tool.name) ? [fault(`the tool name "${tool.name}" belongs to the engine`)] : []),
    ...(names.indexOf(tool.name) < index ? [fault(`there are two tools "${tool.name}"`)] : []),
    ...schemaFault(tool).map(fault),
    ...settingFaults(tool).map(fault),
  ]);
  return { tools, faults };
}

function schemaFault(tool: Tool): string[] {
  try {
    tool.inputSchema();
    return [];
  } catch (error) {
    return [`the input of the tool "${tool.name}" cannot be told to a model: ${describe(error)}`];
  }
}

function settingFaults({ name, retry, idempotent, approvalWhen }: Tool): string[] {
  const parsed = approvalWhen === undefined ? undefined : parseExpression(approvalWhen);
  return [
    ...(retry !== undefined && !idempotent ? [`the tool "${name}" has "retry", which only an idempotent one may`] : []),
    ...(parsed !== undefined && 'fault' in parsed
      ? [`"approvalWhen" of the tool "${name}" is no expression: ${parsed.fault.message}`]
      : []),
  ];
}

/** The position in the tools file that an import error speaks of, where it does. */
function importPosition(error: unknown, location: string): { line: number; column: number } {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : '';
  const at = stack.indexOf(`${location}:`);
  const match = at < 0 ? null : /^:(\d+)(?::(\d+))?/.exec(stack.slice(at + location.length));
  return { line: Number(match?.[1] ?? 1), column: Number(match?.[2] ?? 1) };
}

const describe = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? (String(error.message).split('\n')[0] ?? '')
    : String(error);

async function exists(location: string): Promise<boolean> {
  return access(location).then(
    () => true,
    () => false,
  );
}
