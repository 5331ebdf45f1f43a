/** What is to be done when the person wants another answer, or has said something else. */
import type { Command, NewEvent, NewEventOf } from '@colloquy/contracts';
import { markBefore, markOfMessage, messagesOf } from './evolve-rewound.ts';
import type { ChatState, Mark, QueuedMessage } from './types.ts';

type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** Where the chat goes back to. */
export interface Rewind {
  readonly mark: Mark;
  /** What the person said since then and still wants answered. */
  readonly kept: readonly QueuedMessage[];
}

/**
 * Where the chat goes back to for another answer: to just before the run that gave it. What the person said to that run
 * before the answer came is heard again.
 */
export function rewindToAnswer(
  state: ChatState,
  messageId: string | undefined,
): Rewind | 'nothing_to_regenerate' | 'message_not_found' {
  if (messageId === undefined) {
    // What waits for a run has no answer yet; the answer before it is not what is meant.
    const mark = state.run === undefined && state.inbox.length > 0 ? undefined : state.marks.at(-1);
    return backTo(state, mark, Infinity) ?? 'nothing_to_regenerate';
  }
  const said = [...state.said].findLast(
    (item) => item.kind !== 'user' && 'messageId' in item && item.messageId === messageId,
  );
  if (said !== undefined) return backTo(state, markBefore(state, said.seq), said.seq - 1) ?? 'message_not_found';
  if (state.inbox.some((message) => message.messageId === messageId)) return 'nothing_to_regenerate';
  return rewindToMessage(state, messageId, 'with') ?? 'message_not_found';
}

/** Where the chat goes back to when a message is answered anew, or is not to have been said. */
export function rewindToMessage(state: ChatState, messageId: string, itself: 'with' | 'without'): Rewind | undefined {
  const mark = markOfMessage(state, messageId);
  if (mark !== undefined) return { mark, kept: [] };
  const heard = messagesOf(state).find((message) => message.messageId === messageId);
  if (heard === undefined) return undefined;
  const back = backTo(state, markBefore(state, heard.seq), heard.seq);
  return back && { ...back, kept: back.kept.filter((message) => itself === 'with' || message.messageId !== messageId) };
}

function backTo(state: ChatState, mark: Mark | undefined, upToSeq: number): Rewind | undefined {
  if (mark === undefined) return undefined;
  const waiting = new Set(mark.inbox.map(({ messageId }) => messageId));
  const kept = messagesOf(state).filter(
    ({ seq, messageId }) => seq > mark.seq && seq <= upToSeq && !waiting.has(messageId),
  );
  return { mark, kept };
}

/** The event that goes back; what was said last in what is left is for lists of chats. */
export function rewoundEvent({ mark, kept }: Rewind, commandId: string): NewEventOf<'rewound'> {
  const last = kept.at(-1) ?? mark.inbox.at(-1);
  return {
    type: 'rewound',
    toSeq: mark.seq,
    commandId,
    ...(kept.length === 0 ? {} : { kept: kept.map(({ messageId }) => messageId) }),
    ...(last === undefined ? {} : { lastText: beginningOf(last.text) }),
  };
}

/** Half of a surrogate pair is no character. */
function beginningOf(text: string): string {
  return text.slice(0, 400).replace(/[\uD800-\uDBFF]$/, '');
}

/** What the person said instead. It has the id of its command. */
export function editedMessage(
  { commandId, messageId: edits, text, attachments, userId: by }: CommandOf<'edit'>,
  before?: QueuedMessage,
): NewEvent {
  const steers = before?.steers === undefined ? {} : { steers: before.steers };
  const files = attachments === undefined ? {} : { attachments };
  return { type: 'user_message', messageId: commandId, commandId, text, ...files, by, edits, ...steers };
}
