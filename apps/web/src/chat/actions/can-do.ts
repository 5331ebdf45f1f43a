/** What can be done with an entry of a chat. Only the newest version can be changed, and only by whose chat it is. */
import type { AgentEntry, ChatView, UserEntry } from '@colloquy/transcript';
import type { OutboxItem } from '@colloquy/client';
import { isRegenerating, type ChatStore } from '../chat-store.ts';

type Message = UserEntry | AgentEntry;
type Looked = Pick<ChatStore, 'readOnly'>;

/** Whether a person's message can be changed: not one of which only the beginning is here. */
export function canEdit({ readOnly }: Looked, entry: UserEntry): boolean {
  return !readOnly && entry.imported !== true && entry.truncated !== true;
}

/** Whether an agent can be asked for another answer in place of this one. */
export function canRegenerate({ readOnly }: Looked, entry: Message): boolean {
  return !readOnly && entry.kind === 'agent' && entry.state !== 'streaming' && entry.imported !== true;
}

/** Whether another answer is on its way already, or stands there as one that could not be asked for. */
export function isAskedAgain(outbox: readonly OutboxItem[], { messageId }: Message): boolean {
  return outbox.some(
    (item) => isRegenerating(item) || (item.command.kind === 'regenerate' && item.command.messageId === messageId),
  );
}

/** Whether an entry is the last that an agent has said, with nothing of the person after it. */
export function isNewestAnswer(chat: ChatView, entry: Message): boolean {
  return entry.kind === 'agent' && chat.status === 'idle' && !hasMoreAfter(chat, entry);
}

/** Whether something was said after it: that would be set aside by another message in its place, or another answer. */
export function hasMoreAfter({ entries }: ChatView, entry: Message): boolean {
  for (let index = entries.length - 1; index >= 0; index--) {
    const later = entries.at(index);
    if (later === undefined || later.key === entry.key) return false;
    if (later.kind === 'user' || later.kind === 'agent') return true;
  }
  return false;
}
