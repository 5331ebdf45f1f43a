/** What is to be done about tool calls that have no response yet. */
import type { Json, NewEvent, ToolDefinition } from '@colloquy/contracts';
import { decide, failedResponse, titleOf, type Context } from './context.ts';
import { cut, jsonText } from './json-text.ts';
import { agentOf, asksPerson, ownTools } from './model-tools.ts';
import { questionExpiry } from './question-expiry.ts';
import type { OpenCall, Question, Step, ToolRun } from './types.ts';

/** A call that is interrupted this often is not tried again: it is likely what ends the processes. */
const MAX_TOOL_ATTEMPTS = 5;

/** Longest arguments that a question shows, in UTF-16 code units. */
const SHOWN_LENGTH = 2000;

type Disposition =
  | { readonly do: 'respond'; readonly event: NewEvent }
  | { readonly do: 'ask'; readonly call: OpenCall; readonly question: Question }
  | { readonly do: 'run'; readonly run: ToolRun }
  | { readonly do: 'wait' };

/**
 * The step that open calls need: responses that follow from the state first, then questions to the person, then the
 * calls that are ready; with none of these the run waits for the person. Undefined when no call is open.
 */
export function openCallsStep(context: Context): Step | undefined {
  const { run, workflow } = context;
  const dispositions = run.openCalls.map((call) => dispositionOf(context, call));
  const events = dispositions.flatMap((item) => (item.do === 'respond' ? [item.event] : []));
  if (events.length > 0) return decide(events);
  const questions = dispositions.flatMap((item) => (item.do === 'ask' ? [expiring(context, item)] : []));
  if (questions.length > 0) return { kind: 'ask_person', questions };
  const calls = dispositions.flatMap((item) => (item.do === 'run' ? [item.run] : []));
  if (calls.length > 0) return { kind: 'run_tools', calls, sequential: workflow.sequentialTools };
  return dispositions.length > 0 || run.openRequests.length > 0 ? { kind: 'rest', status: 'waiting' } : undefined;
}

function expiring({ workflow }: Context, { call, question }: { call: OpenCall; question: Question }): Question {
  const expiresInMs = questionExpiry(workflow, call)?.afterMs;
  return expiresInMs === undefined ? question : { ...question, expiresInMs };
}

function dispositionOf(context: Context, call: OpenCall): Disposition {
  const { run, workflow } = context;
  const agent = agentOf(workflow, call.agent);
  if (run.openRequests.some(({ callId }) => callId === call.callId)) return { do: 'wait' };
  if (asksPerson(agent, call.tool)) return dispositionOfQuestion(context, call);
  const own = ownTools(workflow, agent);
  const tool = own.find(({ name }) => name === call.tool);
  if (tool === undefined) {
    const known = own.length === 0 ? 'You have no tools.' : `Your tools: ${own.map(({ name }) => name).join(', ')}.`;
    return refused(context, call, { code: 'unknown_tool', message: `There is no tool "${call.tool}". ${known}` });
  }
  // Steps are taken one after another: who has started and not answered by now was interrupted, flagged or not.
  if (call.attempts > 0) return dispositionOfInterrupted(context, call, tool);
  return call.approval === 'required' ? dispositionOfApproval(context, call, tool) : ready(call, tool);
}

function refused(context: Context, call: OpenCall, error: { code: string; message: string }): Disposition {
  return { do: 'respond', event: failedResponse(context.run, call, error) };
}

function ready(call: OpenCall, tool: ToolDefinition): Disposition {
  const { callId, arguments: args, agent, attempts } = call;
  return { do: 'run', run: { callId, tool, arguments: args, agent, attempt: attempts + 1 } };
}

function dispositionOfApproval(context: Context, call: OpenCall, tool: ToolDefinition): Disposition {
  if (call.approved === true) return ready(call, tool);
  if (call.approved === false) {
    const message = call.comment ?? 'The person declined this call.';
    return refused(context, call, { code: 'declined', message });
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
  if (tool.onInterrupted === 'retry' || call.again === true) return ready(call, tool);
  if (call.again === false) {
    const message = `${unsure} The person chose not to run it again.`;
    return refused(context, call, { code: 'interrupted', message: withComment(message, call.comment) });
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
  if (call.answer !== undefined) return { do: 'respond', event: answerOf(context, call, call.answer) };
  const question = questionOf(call);
  if (question !== undefined) return { do: 'ask', call, question };
  const message = 'ask_person needs {"question": "…"}, and for a choice a list of options.';
  return refused(context, call, { code: 'invalid_arguments', message });
}

function answerOf({ run }: Context, call: OpenCall, answer: NonNullable<OpenCall['answer']>): NewEvent {
  // A default stands for the answer; the agent is told whose it is.
  if (answer.by === 'expiry' && typeof answer.value !== 'string') {
    return failedResponse(run, call, { code: 'expired', message: 'The person did not answer in time.' });
  }
  const { value, comment } = answer;
  const result: Json = comment === undefined ? value : { answer: value, comment };
  const { callId, agent } = call;
  return { type: 'tool_response', runId: run.runId, agent, callId, ok: true, result, ms: 0 };
}

function questionOf(call: OpenCall): Question | undefined {
  const prompt = argument(call, 'question');
  if (typeof prompt !== 'string' || prompt.trim() === '') return undefined;
  const given = argument(call, 'options');
  const options = Array.isArray(given) ? given.filter((option) => typeof option === 'string') : [];
  const kind = argument(call, 'kind') ?? (options.length > 0 ? 'choice' : 'text');
  const about = { agent: call.agent, prompt, callId: call.callId };
  if (kind === 'choice') return options.length > 0 ? { kind, schema: { enum: options }, ...about } : undefined;
  return { kind: kind === 'approval' ? 'approval' : 'text', ...about };
}

function argument({ arguments: args }: OpenCall, name: string): Json | undefined {
  const named = typeof args === 'object' && args !== null && !Array.isArray(args);
  return named && Object.hasOwn(args, name) ? args[name] : undefined;
}
