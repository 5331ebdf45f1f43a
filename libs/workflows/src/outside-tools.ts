/** Where the tools of a workflow come from that are not in its tools.ts. Effects make them; loading only asks. */
import type { ToolDefinition } from '@colloquy/contracts';
import type { Tool } from './define-tool.ts';
import type { OutsideToolsYaml } from './yaml/outside-tools.ts';

/** Whose tools. */
export interface OutsideToolsOf {
  readonly workflow: string;
  /** Absolute path of the workflow's folder. */
  readonly dir: string;
  readonly settings: OutsideToolsYaml;
}

/** The tools of one workflow that lie outside: they come and go with the servers that have them. */
export interface OutsideToolSet {
  /** Those that are known now. */
  readonly tools: readonly Tool[];
  /** Why some are not known that must be; in words, without secrets. */
  readonly missing: readonly string[];
  /** Calls `listener` whenever `tools` or `missing` has changed. */
  onChange(listener: () => void): void;
  /**
   * The tool that the definition of a run speaks of. A run keeps its own list, so it is found as long as its server is,
   * though the server may not have it any more: then calling it says so.
   */
  find(definition: Pick<ToolDefinition, 'name' | 'source'>): Tool | undefined;
}

/** Opens the tools that a workflow.yaml names. */
export interface OutsideTools {
  /** Connects and lists, each server within its `connect_timeout`. What cannot be had now is `missing`: never throws. */
  open(of: OutsideToolsOf): Promise<OutsideToolSet>;
}
