'use client';

import type { ChatView, Entry } from '@colloquy/transcript';

/** How a jump ends. */
export interface JumpOptions {
  /** The row lights up for a moment, so that the eye finds it. */
  readonly flash?: boolean;
  /** The row takes the focus, so that who cannot see it goes on from there. Leave it out to stay where one is. */
  readonly focus?: boolean;
}

/** Moves the transcript of one chat from outside: a search, the run panel, a link to a message. */
export interface TranscriptHandle {
  /**
   * Shows the entry with this key; the id of a message and of a tool call is a key. What lies before the loaded part of
   * a long chat is loaded first.
   * @returns false when the chat has no such entry
   */
  scrollTo(key: string, options?: JumpOptions): Promise<boolean>;
  /**
   * Shows what the event with this `seq` made: its own entry, or the one before it that it belongs to.
   * @returns false when the chat is empty
   */
  scrollToSeq(seq: number, options?: JumpOptions): Promise<boolean>;
  /** Goes to the end and stays there. */
  scrollToEnd(): void;
}

/** A list on the screen that can be moved. */
export interface MovableList {
  show(key: string, options: JumpOptions): void;
  end(): void;
}

/** What the handle asks of the chat. */
interface HandleParts {
  view(): ChatView;
  loadHistory(): Promise<void>;
}

/** A handle, and where the list that it moves is hung in and taken out. */
export interface TranscriptRelay extends TranscriptHandle {
  /** From now on this list is moved; one jump that came before it is made up for. The function takes it out again. */
  attach(list: MovableList): () => void;
}

/** A handle for a chat whose list may not be drawn yet. */
export function createTranscriptRelay(parts: HandleParts): TranscriptRelay {
  let list: MovableList | undefined;
  let missed: ((to: MovableList) => void) | undefined;
  const move = (how: (to: MovableList) => void): void => {
    missed = list === undefined ? how : undefined;
    if (list !== undefined) how(list);
  };
  const jump = async (find: (view: ChatView) => Entry | undefined, options: JumpOptions = {}): Promise<boolean> => {
    if (find(parts.view()) === undefined && parts.view().earlier > 0) await parts.loadHistory();
    const entry = find(parts.view());
    if (entry === undefined) return false;
    move((to) => {
      to.show(entry.key, options);
    });
    return true;
  };
  return {
    scrollTo: (key, options) => jump((view) => findLast(view, (entry) => entry.key === key), options),
    scrollToSeq: (seq, options) => jump((view) => entryOf(view, seq), options),
    scrollToEnd() {
      move((to) => {
        to.end();
      });
    },
    attach(attached) {
      list = attached;
      missed?.(attached);
      missed = undefined;
      return () => {
        if (list === attached) list = undefined;
      };
    },
  };
}

/** The entry that an event made or belongs to; undefined when it lies before what is loaded. */
function entryOf(view: ChatView, seq: number): Entry | undefined {
  const found = findLast(view, (entry) => entry.seq <= seq);
  return found === undefined && view.earlier === 0 ? view.entries.at(0) : found;
}

function findLast({ entries }: ChatView, matches: (entry: Entry) => boolean): Entry | undefined {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry !== undefined && matches(entry)) return entry;
  }
  return undefined;
}
