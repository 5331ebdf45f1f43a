/** What the person has said and nobody has taken up yet. */
import type { EventOf } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import { omit } from './omit.ts';
import type { ChatState, QueuedMessage, RunState } from './types.ts';
import { withFiles } from './with-files.ts';

/** What waits after one more message. One that stands for another takes its place among what was said: at the end. */
export function inboxAfter(
  inbox: readonly QueuedMessage[],
  { seq, messageId, text, attachments, edits, steers }: EventOf<'user_message'>,
): readonly QueuedMessage[] {
  const others = edits === undefined ? inbox : inbox.filter((message) => message.messageId !== edits);
  return [
    ...others,
    { seq, messageId, text, ...withFiles({ attachments }), ...(steers === undefined ? {} : { steers }) },
  ];
}

/** `seq` of the newest message that this run is to hear while it goes on; undefined when there is none. */
export function newestFor({ inbox }: Pick<ChatState, 'inbox'>, runId: string): number | undefined {
  return inbox.findLast(({ steers }) => steers === runId)?.seq;
}

/** A run that goes on hears what was said to it: its agents know it, and who has just spoken speaks once more. */
export function heard(state: ChatState, { runId, upToSeq, seq }: EventOf<'message_taken_up'>): ChatState {
  const { run } = state;
  if (run === undefined || run.runId !== runId) return state;
  const isHeard = (message: QueuedMessage): boolean => message.steers === runId && message.seq <= upToSeq;
  const said = state.inbox
    .filter(isHeard)
    // It stands where it is heard: what agents know is in the order in which they came to know it.
    .reduce(
      (list, message) =>
        list.append({ kind: 'user', text: message.text, seq, messageId: message.messageId, ...withFiles(message) }),
      state.said,
    );
  return { ...state, said, inbox: state.inbox.filter((message) => !isHeard(message)), run: turnGoesOn(run) };
}

/** What was made of the run for its end was made without this. */
function turnGoesOn(run: RunState): RunState {
  return { ...omit(run, 'lastReply'), turnEnded: false, agentRun: omit(agentRunOf(run), 'summary') };
}
