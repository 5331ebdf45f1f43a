/**
 * Going back to an earlier point of the log.
 *
 * Invariants (tests name them):
 * W1  After `rewound` the chat is what it was at `toSeq`, but for what is no matter of what was said: whose it is, its
 *     title, what it has cost, and which commands are on its log.
 * W2  A chat can go back only to where no run was going on: just before what waited was taken up.
 * W3  What is kept of what the person said waits again. Nothing is said twice.
 */
import type { EventOf } from '@colloquy/contracts';
import { AppendList } from './append-list.ts';
import { omit } from './omit.ts';
import type { ChatState, Mark, QueuedMessage, SaidItem } from './types.ts';
import { withFiles } from './with-files.ts';

/** A chat that never took anything up. */
export const NO_MARKS: AppendList<Mark> = AppendList.empty<Mark>();

/** Remembers the chat as it was before the event at `seq`, which takes up what waits. Lists are shared, so it is cheap. */
export function marked(state: ChatState, seq: number): ChatState {
  const { inbox, said, variables } = state;
  return { ...state, marks: state.marks.append({ seq: seq - 1, inbox, said, variables }) };
}

/** The newest place to go back to that lies before the event at `seq`. */
export function markBefore({ marks }: Pick<ChatState, 'marks'>, seq: number): Mark | undefined {
  return findMark(marks, (mark) => mark.seq < seq)?.mark;
}

/** The newest place at which a message of the person waited to be taken up. */
export function markOfMessage({ marks }: Pick<ChatState, 'marks'>, messageId: string): Mark | undefined {
  return findMark(marks, ({ inbox }) => inbox.some((message) => message.messageId === messageId))?.mark;
}

function findMark(
  marks: AppendList<Mark>,
  fits: (mark: Mark) => boolean,
): { readonly mark: Mark; readonly at: number } | undefined {
  for (let at = marks.length - 1; at >= 0; at--) {
    const mark = marks.at(at);
    if (mark !== undefined && fits(mark)) return { mark, at };
  }
  return undefined;
}

/** The chat after `rewound`. Total: a `toSeq` at which nothing was remembered means the newest place before it. */
export function rewound(state: ChatState, { toSeq, kept }: EventOf<'rewound'>): ChatState {
  const found = findMark(state.marks, ({ seq }) => seq <= toSeq);
  if (found === undefined) return state;
  const { inbox, said, variables } = found.mark;
  const known = new Set(inbox.map(({ messageId }) => messageId));
  const wanted = new Set(idsIn(kept).filter((messageId) => !known.has(messageId)));
  const again = messagesOf(state).filter(({ messageId }) => wanted.has(messageId));
  return {
    ...omit(state, 'run'),
    inbox: [...inbox, ...again],
    said,
    variables,
    marks: state.marks.first(found.at),
  };
}

/** What is no list names nothing. */
function idsIn(kept: EventOf<'rewound'>['kept']): readonly string[] {
  return Array.isArray(kept) ? kept : [];
}

/** What the person has said and an agent has heard, or will hear, in order. */
export function messagesOf({ said, inbox }: Pick<ChatState, 'said' | 'inbox'>): readonly QueuedMessage[] {
  const heard = [...said].flatMap((item) => messageIn(item) ?? []);
  return [
    ...heard,
    ...inbox.map(({ seq, messageId, text, ...more }) => ({ seq, messageId, text, ...withFiles(more) })),
  ];
}

function messageIn(item: SaidItem): QueuedMessage | undefined {
  if (item.kind !== 'user' || item.messageId === undefined) return undefined;
  const { seq, messageId, text } = item;
  return { seq, messageId, text, ...withFiles(item) };
}
