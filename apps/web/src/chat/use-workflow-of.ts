'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { useScreen } from './chat-store.ts';
import { useWorkflows } from './use-workflows.ts';

/** The card of the open chat's workflow, when it is known and still installed. */
export function useWorkflowOf(): WorkflowCard | undefined {
  const workflow = useScreen(({ chat }) => chat.workflow);
  const { data } = useWorkflows();
  return data?.find(({ name }) => name === workflow);
}
