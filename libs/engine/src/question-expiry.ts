import type { QuestionExpiry, WorkflowDefinition } from '@colloquy/contracts';
import { agentOf, asksPerson } from './model-tools.ts';
import type { OpenCall } from './types.ts';

/** What becomes of a question about this call that nobody answers; undefined when it waits for ever. */
export function questionExpiry(
  workflow: WorkflowDefinition,
  call: Pick<OpenCall, 'agent' | 'tool'>,
): QuestionExpiry | undefined {
  const agent = agentOf(workflow, call.agent);
  if (asksPerson(agent, call.tool)) return agent?.questionExpiry;
  return workflow.tools.find(({ name }) => name === call.tool)?.questionExpiry;
}
