import type { WorkflowDefinition } from '@colloquy/contracts';
import type { ChatState } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';

/**
 * The definition that the chat's run began with: from the bucket; when that has lost it, as the workflow's files have it,
 * if they still say the very same. Undefined when no run is going on, `missing` when nobody has the definition any more.
 */
export async function definitionOfRun(
  parts: Pick<OrchestratorParts, 'messaging' | 'workflows'>,
  { run }: ChatState,
): Promise<WorkflowDefinition | undefined | 'missing'> {
  if (run === undefined) return undefined;
  const kept = await parts.messaging.workflows.get(run.workflowHash);
  if (kept !== undefined) return kept;
  const found = parts.workflows.find(run.workflow);
  return found?.hash === run.workflowHash ? found.definition : 'missing';
}
