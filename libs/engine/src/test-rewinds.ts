import type { ScriptedChat } from './test-driver.ts';

/** The person wants another answer, or has said something else, of anything that was ever said; `roll` chooses. */
export function takeBack(chat: ScriptedChat, roll: (sides: number) => number): void {
  const said = chat.events.flatMap((event) =>
    event.type === 'user_message' || event.type === 'text' || event.type === 'tool_call' ? [event.messageId] : [],
  );
  const messageId = said[roll(said.length)] ?? '';
  switch (roll(3)) {
    case 0:
      chat.record({ ...chat.envelope(), kind: 'regenerate' });
      break;
    case 1:
      chat.record({ ...chat.envelope(), kind: 'regenerate', messageId });
      break;
    default:
      chat.record({ ...chat.envelope(), kind: 'edit', messageId, text: 'Rather this' });
  }
}
