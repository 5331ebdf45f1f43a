/**
 * What a command puts on the log.
 *
 * Invariants (tests name them):
 * C1  A command that is on the log, carried out or refused, puts nothing there again.
 * C2  Only the owner changes a chat; a timer only ends what still waits for it: one question, or one run.
 * C3  What a command does carries its commandId, in one commit.
 */
import {
  UNDO_DELETE_MS,
  type Command,
  type Json,
  type NewEvent,
  type NewEventOf,
  type QuestionExpiry,
  type RejectionCode,
  type WorkflowDefinition,
} from '@colloquy/contracts';
import { answerFault } from './check-answer.ts';
import type { CutOff } from './cut-off.ts';
import { cancelEvents, timedOutEvents } from './end-run.ts';
import { deadlineText } from './limits.ts';
import { questionExpiry } from './question-expiry.ts';
import { editedMessage, rewindToAnswer, rewindToMessage, rewoundEvent } from './rewind-command.ts';
import { runOfRequest } from './run-tree.ts';
import { markedUpTo } from './seen.ts';
import { statusOf } from './status-of.ts';
import type { ChatState, OpenRequest, Recording } from './types.ts';

type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>;

const NOTHING: Recording = { verdict: 'nothing', events: [] };

const REFUSALS: Readonly<Record<RejectionCode, string>> = {
  not_owner: 'This chat belongs to somebody else.',
  chat_deleted: 'This chat was deleted.',
  not_deleted: 'This chat was not deleted.',
  undo_expired: 'It is too late to undo the deletion of this chat.',
  chat_busy: 'This chat is busy. Send the message again when the answer is complete, or stop it first.',
  nothing_to_cancel: 'There is nothing to stop: nobody is working in this chat.',
  request_not_pending: 'This question is not open any more.',
  invalid_value: 'The answer does not fit the question.',
  nothing_to_regenerate: 'There is no answer yet that another one could stand for.',
  message_not_found: 'This version of the chat has no such message.',
};

/**
 * Decides what a command puts on the log. `workflow` is the definition of the run that is going on; it is not looked at
 * when there is none. What the command cuts off of the run is ended and counted by `cutOff`.
 */
export function recordCommand(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { command, cutOff }: { command: Command; cutOff: CutOff },
): Recording {
  if (state.commandIds.has(command.commandId)) return NOTHING;
  if (command.kind === 'expiry') return expire(state, workflow, { command, cutOff });
  if (command.kind === 'deadline') return endInTime(state, workflow, { command, cutOff });
  if (state.ownerId !== command.userId) return reject(command, 'not_owner');
  if (command.kind === 'restore') return restore(state, command);
  if (state.deletedAt !== undefined) return command.kind === 'seen' ? NOTHING : reject(command, 'chat_deleted');
  switch (command.kind) {
    case 'message':
      return say(state, workflow, { command, cutOff });
    case 'input':
      return answer(state, command);
    case 'cancel':
      return cancel(state, command, cutOff);
    case 'regenerate':
      return regenerate(state, command, cutOff);
    case 'edit':
      return edit(state, command, cutOff);
    case 'delete':
      return remove(state, command, cutOff);
    case 'rename':
      return accept([{ type: 'chat_renamed', title: command.title, by: command.userId, commandId: command.commandId }]);
    case 'share':
      return share(state, command);
    case 'seen':
      return see(state, command);
    case 'pin':
      return accept([{ type: 'chat_pinned', pinned: command.pinned, commandId: command.commandId }]);
  }
}

function accept(events: readonly NewEvent[]): Recording {
  return { verdict: 'accepted', events };
}

function reject({ commandId }: Command, code: RejectionCode, message: string = REFUSALS[code]): Recording {
  return { verdict: 'rejected', code, events: [{ type: 'command_rejected', commandId, code, message }] };
}

/** A chat that waits for an answer is not busy: the message waits with it. One that steers is for a waiting run too. */
function say(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { command, cutOff }: { command: CommandOf<'message'>; cutOff: CutOff },
): Recording {
  const { commandId, userId } = command;
  const said = saidBy(command);
  const running = state.run !== undefined && statusOf(state) === 'running';
  if (state.run !== undefined && workflow?.onNewInput === 'steer')
    return accept([{ ...said, steers: state.run.runId }]);
  const policy = (running ? workflow?.onNewInput : undefined) ?? 'queue';
  if (policy === 'reject') return reject(command, 'chat_busy');
  if (policy === 'interrupt') return accept([...cancelEvents(state, { by: userId, commandId, ...cutOff }), said]);
  return accept([said]);
}

function saidBy({ commandId, messageId, text, attachments, userId }: CommandOf<'message'>): NewEventOf<'user_message'> {
  const files = attachments === undefined ? {} : { attachments };
  return { type: 'user_message', messageId, commandId, text, ...files, by: userId };
}

/** The run that is going on is stopped; another one answers what the person said before the answer. */
function regenerate(state: ChatState, command: CommandOf<'regenerate'>, cutOff: CutOff): Recording {
  const back = rewindToAnswer(state, command.messageId);
  if (typeof back === 'string') return reject(command, back);
  const { commandId, userId: by } = command;
  return accept([...cancelEvents(state, { by, commandId, ...cutOff }), rewoundEvent(back, commandId)]);
}

/** What nobody has taken up is replaced where it waits; else the chat goes back to before it was. */
function edit(state: ChatState, command: CommandOf<'edit'>, cutOff: CutOff): Recording {
  const { commandId, messageId, userId: by } = command;
  const waits = state.inbox.find((message) => message.messageId === messageId);
  if (waits !== undefined) return accept([editedMessage(command, waits)]);
  const back = rewindToMessage(state, messageId, 'without');
  if (back === undefined) return reject(command, 'message_not_found');
  const ended = cancelEvents(state, { by, commandId, ...cutOff });
  return accept([...ended, rewoundEvent(back, commandId), editedMessage(command)]);
}

function answer(state: ChatState, command: CommandOf<'input'>): Recording {
  const request = pending(state, command.requestId);
  if (request === undefined) return reject(command, 'request_not_pending');
  const fault = answerFault(request, command.value);
  if (fault !== undefined) return reject(command, 'invalid_value', fault);
  const { userId: by, value, comment } = command;
  return accept(responseTo(state, command, { by, value, ...(comment === undefined ? {} : { comment }) }));
}

function pending(state: ChatState, requestId: string): OpenRequest | undefined {
  return runOfRequest(state, requestId)?.openRequests.find((request) => request.requestId === requestId);
}

function responseTo(
  state: ChatState,
  { commandId, requestId }: CommandOf<'input' | 'expiry'>,
  said: { by: string; value: Json; comment?: string },
): NewEvent[] {
  const runId = runOfRequest(state, requestId)?.runId;
  return runId === undefined ? [] : [{ type: 'input_response', runId, requestId, ...said, commandId }];
}

/** Late and doubled timers find nothing pending. Silence never approves anything. */
function expire(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { command, cutOff }: { command: CommandOf<'expiry'>; cutOff: CutOff },
): Recording {
  const request = pending(state, command.requestId);
  if (request === undefined || state.deletedAt !== undefined) return NOTHING;
  const expiry = expiryOf(state, workflow, request);
  const value = request.kind === 'approval' ? false : defaultAnswer(request, expiry);
  const response = responseTo(state, command, { by: 'expiry', value });
  if (expiry?.then !== 'end_run') return accept(response);
  const about = { code: 'question_expired', text: 'Nobody answered in time.', commandId: command.commandId } as const;
  return accept([...response, ...timedOutEvents(state, { ...about, ...cutOff })]);
}

function expiryOf(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { requestId, callId, agent, purpose }: OpenRequest,
): QuestionExpiry | undefined {
  // Who is to speak next is nobody's question but the workflow's.
  if (purpose === 'select_speaker') return workflow?.questionExpiry;
  // A question about no call is about the turn of its agent.
  if (callId === undefined) return workflow?.agents.find(({ name }) => name === agent)?.questionExpiry;
  const call = runOfRequest(state, requestId)?.openCalls.find((open) => open.callId === callId);
  return call === undefined || workflow === undefined ? undefined : questionExpiry(workflow, call);
}

/** What stands for the answer; null when nothing does. Of a choice only what can be chosen. */
function defaultAnswer(request: OpenRequest, expiry: QuestionExpiry | undefined): Json {
  const answer = expiry?.defaultAnswer;
  return answer === undefined || answerFault(request, answer) !== undefined ? null : answer;
}

/** Another run, or none, means that the one which was to end has ended. */
function endInTime(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  { command: { runId, commandId }, cutOff }: { command: CommandOf<'deadline'>; cutOff: CutOff },
): Recording {
  const { run, deletedAt } = state;
  if (run?.runId !== runId || run.deadlineAt === undefined || deletedAt !== undefined) return NOTHING;
  // By the times on the log it may have begun late, or after its deadline: the broker has stamped it, not who began it.
  const left = Date.parse(run.deadlineAt) - Date.parse(run.startedAt);
  const text = deadlineText(workflow?.limits.deadlineMs ?? Math.max(1000, left));
  return accept(timedOutEvents(state, { code: 'deadline', text, commandId, ...cutOff }));
}

function cancel(state: ChatState, command: CommandOf<'cancel'>, cutOff: CutOff): Recording {
  const { commandId, userId: by } = command;
  if (state.run !== undefined) return accept(cancelEvents(state, { by, commandId, ...cutOff }));
  if (state.inbox.length === 0) return reject(command, 'nothing_to_cancel');
  // Nobody has begun yet, so there is no run to name: the command stands for it, and what waits is taken up by nobody.
  return accept([{ type: 'run_cancelled', runId: commandId, by, commandId }]);
}

/** There is one link at a time: whoever asks for one is told the one that there is, in an event of their command's own. */
function share(
  { shareId: present }: ChatState,
  { shareId: wanted, commandId, userId: by }: CommandOf<'share'>,
): Recording {
  const shareId = wanted === null ? null : (present ?? wanted);
  return accept([{ type: 'share_changed', shareId, by, commandId }]);
}

function see(state: ChatState, { upToSeq: wanted, commandId }: CommandOf<'seen'>): Recording {
  const upToSeq = markedUpTo(state, wanted);
  return upToSeq === undefined ? NOTHING : accept([{ type: 'chat_seen', upToSeq, commandId }]);
}

function remove(state: ChatState, command: CommandOf<'delete'>, cutOff: CutOff): Recording {
  const { commandId, userId: by } = command;
  return accept([...cancelEvents(state, { by, commandId, ...cutOff }), { type: 'chat_deleted', by, commandId }]);
}

function restore(state: ChatState, command: CommandOf<'restore'>): Recording {
  if (state.deletedAt === undefined) return reject(command, 'not_deleted');
  const passed = Date.parse(command.at) - Date.parse(state.deletedAt);
  if (!(passed <= UNDO_DELETE_MS)) return reject(command, 'undo_expired');
  return accept([{ type: 'chat_restored', by: command.userId, commandId: command.commandId }]);
}
