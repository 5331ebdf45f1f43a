/** What is to be done about tool calls that have no response yet. */
import type { NewEvent, ToolDefinition } from '@colloquy/contracts';
import { childCallEvents } from './child-runs.ts';
import { agentRunOf } from './agent-run.ts';
import { answerForRun, isAllowedForRun } from './approvals.ts';
import { decide, failedResponse, titleOf, type Context } from './context.ts';
import { argumentsFor } from './engine-arguments.ts';
import { isEngineCall } from './engine-calls.ts';
import { answerEvents } from './judge-result.ts';
import { schemaFault } from './json-schema.ts';
import { cut, jsonText } from './json-text.ts';
import { agentOf, asksPerson, ownTools } from './model-tools.ts';
import { questionExpiry } from './question-expiry.ts';
import { answeredEvents, ASK_PERSON_NEEDS, questionOf } from './question-of-call.ts';
import type { OpenCall, Question, Step, ToolRun } from './types.ts';

/** A call that is interrupted this often is not tried again: it is likely what ends the processes. */
const MAX_TOOL_ATTEMPTS = 5;

/** Longest arguments that a question shows, in UTF-16 code units. */
const SHOWN_LENGTH = 2000;

type Disposition =
  | { readonly do: 'respond'; readonly events: readonly NewEvent[] }
  | { readonly do: 'ask'; readonly call: OpenCall; readonly question: Question }
  | { readonly do: 'run'; readonly run: ToolRun }
  /** Child runs answer it: what there is to do about them now. */
  | { readonly do: 'follow'; readonly events: readonly NewEvent[] }
  | { readonly do: 'wait' };

/**
 * The step that open calls need: responses that follow from the state first, then questions to the person, then the
 * calls that are ready; with none of these the run waits for the person. Undefined when no call is open.
 */
export function openCallsStep(context: Context): Step | undefined {
  const { run } = context;
  if (run.openCalls.length === 0) return run.openRequests.length > 0 ? { kind: 'rest', status: 'waiting' } : undefined;
  // What a call has come to and nobody has seen yet is for guardrails.
  const held = new Set(agentRunOf(run).heldResults.map(({ messageId }) => messageId));
  const open = run.openCalls.filter(({ callId }) => !held.has(callId));
  // No agent speaks while a call has no answer: providers refuse that.
  return stepFor(context, open) ?? { kind: 'rest', status: 'waiting' };
}

/** The step that one open call needs, whatever becomes of the others; undefined when it is not open. */
export function openCallStep(context: Context, callId: string): Step | undefined {
  const call = context.run.openCalls.find((open) => open.callId === callId);
  return call === undefined ? undefined : stepFor(context, [call]);
}

function stepFor(context: Context, open: readonly OpenCall[]): Step | undefined {
  const { run, workflow } = context;
  const dispositions = open.map((call) => followed(context, call, dispositionOf(context, call)));
  const works = dispositions.filter((item) => item.do === 'run' || item.do === 'follow');
  const now = workflow.sequentialTools ? works.slice(0, 1) : works;
  const events = [
    ...dispositions.flatMap((item) => (item.do === 'respond' ? item.events : [])),
    ...now.flatMap((item) => (item.do === 'follow' ? item.events : [])),
  ];
  if (events.length > 0) return decide(events);
  const questions = dispositions.flatMap((item) => (item.do === 'ask' ? [expiring(context, item)] : []));
  if (questions.length > 0) return { kind: 'ask_person', questions };
  const calls = now.flatMap((item) => (item.do === 'run' ? [item.run] : []));
  if (calls.length > 0) return { kind: 'run_tools', calls, sequential: workflow.sequentialTools };
  return dispositions.length > 0 || run.openRequests.length > 0 ? { kind: 'rest', status: 'waiting' } : undefined;
}

/** A call that child runs answer is not run: they begin, go on, and what they come to is its response. */
function followed(context: Context, call: OpenCall, disposition: Disposition): Disposition {
  if (disposition.do !== 'run' || 'unknown' in disposition.run.tool) return disposition;
  const { source, inputSchema } = disposition.run.tool;
  if (source?.kind !== 'child') return disposition;
  const begun = context.run.childRuns.some(({ callId }) => callId === call.callId);
  const fault = begun || isEngineCall(call) ? undefined : schemaFault(inputSchema, call.arguments, 'The arguments');
  if (fault !== undefined) return refused(context, call, { code: 'invalid_arguments', message: fault });
  return { do: 'follow', events: childCallEvents(context, call, source.child) };
}

function expiring({ workflow }: Context, { call, question }: { call: OpenCall; question: Question }): Question {
  const expiresInMs = questionExpiry(workflow, call)?.afterMs;
  return expiresInMs === undefined ? question : { ...question, expiresInMs };
}

function dispositionOf(context: Context, call: OpenCall): Disposition {
  const { run, workflow } = context;
  const agent = agentOf(workflow, call.agent);
  if (run.openRequests.some(({ callId }) => callId === call.callId)) return waiting(context, call);
  if (asksPerson(agent, call.tool)) return dispositionOfQuestion(context, call);
  const own = isEngineCall(call) ? workflow.tools : ownTools(workflow, agent);
  const tool = own.find(({ name }) => name === call.tool);
  if (tool === undefined) {
    const known = own.length === 0 ? 'You have no tools.' : `Your tools: ${own.map(({ name }) => name).join(', ')}.`;
    return refused(context, call, { code: 'unknown_tool', message: `There is no tool "${call.tool}". ${known}` });
  }
  // Steps are taken one after another: who has started and not answered by now was interrupted, flagged or not.
  if (call.attempts > 0) return dispositionOfInterrupted(context, call, tool);
  return call.approval === 'required' ? dispositionOfApproval(context, call, tool) : ready(context, call, tool);
}

/** For its answer; unless the person has allowed that tool for the run meanwhile. */
function waiting({ run, workflow }: Context, call: OpenCall): Disposition {
  const tool = workflow.tools.find(({ name }) => name === call.tool);
  const event = tool === undefined ? undefined : answerForRun(run, tool, call);
  return event === undefined ? { do: 'wait' } : { do: 'respond', events: [event] };
}

function refused(context: Context, call: OpenCall, error: { code: string; message: string }): Disposition {
  return { do: 'respond', events: [failedResponse(context.run, call, error)] };
}

/** Refused by a person: a comment is what a person says, for guardrails too. */
function answeredBy(context: Context, call: OpenCall, error: { code: string; message: string }): Disposition {
  if (call.comment === undefined || isEngineCall(call)) return refused(context, call, error);
  const { callId, agent, tool } = call;
  return { do: 'respond', events: answerEvents(context, { callId, agent, tool, result: { ok: false, error, ms: 0 } }) };
}

function ready(context: Context, call: OpenCall, tool: ToolDefinition): Disposition {
  const { callId, agent, attempts } = call;
  const args = argumentsFor(context, call);
  return { do: 'run', run: { callId, tool, arguments: args, agent, attempt: attempts + 1 } };
}

function dispositionOfApproval(context: Context, call: OpenCall, tool: ToolDefinition): Disposition {
  const { run } = context;
  if (call.approved === true || isAllowedForRun(run, tool)) return ready(context, call, tool);
  if (call.approved === false) {
    const message = call.comment ?? 'The person declined this call.';
    return answeredBy(context, call, { code: 'declined', message });
  }
  const prompt = `${titleOf(context.workflow, call.agent)} wants to use ${call.tool} with ${shownArguments(call)}. Allow it?`;
  return asked(call, prompt);
}

function dispositionOfInterrupted(context: Context, call: OpenCall, tool: ToolDefinition): Disposition {
  const started = `${call.tool} was interrupted while it ran`;
  const unsure = `${started}; it may have taken effect or not.`;
  const tooOften = call.attempts - (call.handedOver ?? 0) >= MAX_TOOL_ATTEMPTS;
  if (tool.onInterrupted === 'fail' || (tool.onInterrupted === 'retry' && tooOften)) {
    return refused(context, call, { code: 'interrupted', message: unsure });
  }
  if (tool.onInterrupted === 'retry' || call.again === true) return ready(context, call, tool);
  if (call.again === false) {
    const message = `${unsure} The person chose not to run it again.`;
    return answeredBy(context, call, { code: 'interrupted', message: withComment(message, call.comment) });
  }
  return asked(call, `${unsure} Its arguments were ${shownArguments(call)}. Run it again?`);
}

function withComment(message: string, comment: string | undefined): string {
  return comment === undefined ? message : `${message} They said: ${comment}`;
}

function asked(call: OpenCall, prompt: string): Disposition {
  return { do: 'ask', call, question: { kind: 'approval', agent: call.agent, prompt, callId: call.callId } };
}

function shownArguments(call: OpenCall): string {
  return cut(jsonText(call.arguments) || 'no arguments', SHOWN_LENGTH);
}

function dispositionOfQuestion(context: Context, call: OpenCall): Disposition {
  if (call.answer !== undefined) return { do: 'respond', events: answeredEvents(context, call, call.answer) };
  const question = questionOf(call);
  if (question !== undefined) return { do: 'ask', call, question };
  return refused(context, call, { code: 'invalid_arguments', message: ASK_PERSON_NEEDS });
}
