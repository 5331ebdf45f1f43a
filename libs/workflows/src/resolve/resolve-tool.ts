import type { ToolDefinition } from '@colloquy/contracts';
import { expiryOf, toolQuestions } from '../question-settings.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { durationMs } from '../yaml/scalars.ts';
import type { ToolYaml } from '../yaml/tool.ts';
import { withoutUndefined } from './without-undefined.ts';

/** A tool with what the workflow.yaml says about it, over what the tool says itself. */
export function withSettings(tool: ToolDefinition, yaml: WorkflowYaml): ToolDefinition {
  const settings: ToolYaml = (Object.hasOwn(yaml.tools, tool.name) ? yaml.tools[tool.name] : undefined) ?? {};
  return {
    ...(settings.approval === undefined ? tool : withoutApproval(tool)),
    ...withoutUndefined({
      idempotent: settings.idempotent,
      onInterrupted:
        settings.on_interrupted ?? (settings.idempotent === undefined ? undefined : interrupted(settings.idempotent)),
      timeoutMs: settings.timeout === undefined ? undefined : durationMs(settings.timeout),
      questionExpiry: expiryOf(toolQuestions(tool.name, yaml)),
      retry: retryOf(settings.retry),
      maxConcurrent: settings.max_concurrent,
      maxResultLength: settings.max_result_length,
    }),
    ...approvalOf(settings.approval),
  };
}

const interrupted = (idempotent: boolean): 'retry' | 'ask' => (idempotent ? 'retry' : 'ask');

function retryOf(retry: ToolYaml['retry']): ToolDefinition['retry'] {
  if (retry === undefined) return undefined;
  if (typeof retry === 'number') return { attempts: retry, backoffMs: 1000 };
  return { attempts: retry.attempts, backoffMs: durationMs(retry.backoff) ?? 0 };
}

/** What is said in the YAML replaces all that the tool says about its approval: a condition of the tool's own would undo it. */
function withoutApproval(tool: ToolDefinition): ToolDefinition {
  const { approvalWhen: _when, approvalSticky: _sticky, ...others } = tool;
  return others;
}

function approvalOf(approval: ToolYaml['approval']): Partial<ToolDefinition> {
  if (approval === undefined || typeof approval === 'string') return withoutUndefined({ approval });
  const { when, sticky } = approval;
  return { approval: 'required', approvalSticky: sticky, ...withoutUndefined({ approvalWhen: when }) };
}
