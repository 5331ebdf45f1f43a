import type { ChatEvent } from '@colloquy/contracts';

/** What is true of the chat whatever was taken back: whose it is, what it is called, what it has cost. */
const LASTING: ReadonlySet<ChatEvent['type']> = new Set<ChatEvent['type']>([
  'chat_created',
  'chat_renamed',
  'chat_pinned',
  'share_changed',
  'chat_deleted',
  'chat_restored',
  'chat_seen',
  'usage',
]);

/**
 * The events of a log that its newest version is made of, in order: without what was taken back, the messages that others
 * stand for, and the `rewound` events themselves.
 */
export function newestVersion(events: readonly ChatEvent[]): ChatEvent[] {
  let newest: ChatEvent[] = [];
  for (const event of events) {
    if (event.type === 'rewound') {
      const kept = new Set(event.kept);
      newest = newest.filter(
        (before) => before.seq <= event.toSeq || LASTING.has(before.type) || isOneOf(before, kept),
      );
      continue;
    }
    if (event.type === 'user_message' && event.edits !== undefined) {
      const older = new Set([event.edits]);
      newest = newest.filter((before) => !isOneOf(before, older));
    }
    newest.push(event);
  }
  return newest;
}

function isOneOf(event: ChatEvent, messageIds: ReadonlySet<string>): boolean {
  return event.type === 'user_message' && messageIds.has(event.messageId);
}
