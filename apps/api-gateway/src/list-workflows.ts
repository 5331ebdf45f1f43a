import { ProblemError } from '@colloquy/service';
import type { Handler } from './ports.ts';

/** GET /v1/workflows. */
export const listWorkflows: Handler = (parts) => ({ body: { workflows: parts.workflows.list() } });

/** GET /v1/workflows/:name. */
export const getWorkflow: Handler = (parts, call) => {
  const name = call.params['name'] ?? '';
  const card = parts.workflows.find(name);
  if (card) return { body: card };
  const detail = `There is no workflow "${name}". GET /v1/workflows lists them.`;
  throw new ProblemError({ status: 404, code: 'unknown_workflow', title: 'No such workflow', detail });
};
