import type { ChatHeader } from '@colloquy/contracts';
import { ownerKey, type LiveFeed } from '@colloquy/messaging';
import { rowOf } from '@colloquy/transcript';

/** Shows the chat as it is now in the sidebar of every device of its owner. */
export function publishRow(live: Pick<LiveFeed, 'publishUser'>, header: ChatHeader): void {
  live.publishUser(ownerKey(header), rowOf(header));
}
