/**
 * Which tool calls a person must allow.
 *
 * Invariants (tests name them):
 * A1  Whether a call needs approval is decided once, from what is known when it is made, and stands in its event.
 * A2  In doubt it needs approval: a condition that is no expression counts as true.
 * A3  What a person allowed for the run follows from the log alone, and ends with the run.
 */
import type { ChatEvent, Json, NewEvent, ToolDefinition } from '@colloquy/contracts';
import { truth } from './expression/evaluate-expression.ts';
import { parseExpression } from './expression/parse-expression.ts';
import { ASK_PERSON } from './reserved-tools.ts';
import type { OpenCall, RunState } from './types.ts';

/** Does a call of this tool, made now, need approval? A tool that there is not needs none: it does not run. */
export function approvalOf(
  { variables }: Pick<RunState, 'variables'>,
  tool: ToolDefinition | undefined,
  args: Json,
): 'none' | 'required' {
  if (tool === undefined || tool.approval === 'none') return 'none';
  if (tool.approvalWhen === undefined) return 'required';
  const parsed = parseExpression(tool.approvalWhen);
  return 'fault' in parsed || truth(parsed, { variables, args }) ? 'required' : 'none';
}

/** The tools that a person has allowed in this run, where one of its events changes them. */
export function evolveApprovedTools(run: RunState, event: ChatEvent): Pick<RunState, 'approvedTools'> {
  if (event.type !== 'input_response' || event.value !== true) return {};
  const request = run.openRequests.find(({ requestId }) => requestId === event.requestId);
  const call = run.openCalls.find(({ callId }) => callId === request?.callId);
  // A question of the call's own, and whether to run it once more, are no approvals.
  if (call === undefined || call.tool === ASK_PERSON || call.attempts > 0) return {};
  return { approvedTools: [...new Set([...(run.approvedTools ?? []), call.tool])] };
}

/** Has a person allowed this tool for the whole run? */
export function isAllowedForRun({ approvedTools = [] }: RunState, tool: ToolDefinition): boolean {
  return tool.approvalSticky === true && approvedTools.includes(tool.name);
}

/** Who answers for the person where they have allowed a tool for the whole run. */
const FOR_THE_RUN = 'run';

/** The answer to a question that another answer has made needless: the tool is allowed for the run by now. */
export function answerForRun(run: RunState, tool: ToolDefinition, call: OpenCall): NewEvent | undefined {
  if (call.attempts > 0 || call.approved !== undefined || !isAllowedForRun(run, tool)) return undefined;
  const request = run.openRequests.find(({ callId }) => callId === call.callId);
  if (request === undefined) return undefined;
  const { runId } = run;
  return {
    type: 'input_response',
    runId,
    agent: call.agent,
    requestId: request.requestId,
    by: FOR_THE_RUN,
    value: true,
  };
}
