import type { Tool } from '../define-tool.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import type { YamlSource } from '../yaml-source.ts';

/** Prices as far as a check needs them. */
export interface PriceList {
  /** Names this list of prices; goes into each definition. */
  readonly hash: string;
  /** Is the price of this model known? */
  has(model: string): boolean;
}

/** What a workflow is checked against. Without `tools` the names of tools are not checked. */
export interface CheckContext {
  /** The tools of tools.ts. */
  readonly tools?: readonly Pick<Tool, 'name' | 'idempotent'>[] | undefined;
  readonly prices?: PriceList | undefined;
  /** What the name of a model stands for; without it nobody knows what `default` will be, and it is let through. */
  readonly modelName?: ((model: string) => string) | undefined;
}

/** A workflow that is being checked. */
export interface Check {
  readonly yaml: WorkflowYaml;
  readonly source: YamlSource;
  readonly context: CheckContext;
  readonly agents: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
}

/** Names that the engine gives to tools of its own. */
export const RESERVED_TOOL = /^(transfer_to_.*|ask_person|select_speaker)$/;
