import { loadWorkflows } from '@colloquy/workflows';
import type { WorkflowCards } from './ports.ts';

/**
 * Reads the YAML of every workflow; tools are the orchestrators' business.
 * @throws WorkflowFaultsError with everything that is wrong, by file and line
 */
export async function loadCards(dir: string): Promise<WorkflowCards> {
  const loaded = await loadWorkflows(dir, { tools: false });
  const cards = [...loaded.values()].map((workflow) => workflow.card);
  return { list: () => cards, find: (name) => loaded.get(name)?.card };
}
