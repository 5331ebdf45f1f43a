import type { Identity } from '@colloquy/access';
import type { ChatEvent } from '@colloquy/contracts';
import { UnknownFileError } from '@colloquy/files';
import { ownerOf } from './owner-of.ts';
import type { GatewayParts } from './ports.ts';
import { withinBrokerTime } from './within.ts';

/** A chat that has the events of another one has its files too; those that are gone are gone from it as well. */
export async function keepFiles(
  { files, clock }: GatewayParts,
  identity: Identity,
  { chatId, events }: { chatId: string; events: readonly ChatEvent[] },
): Promise<void> {
  const named = events.flatMap((event) => (event.type === 'user_message' ? (event.attachments ?? []) : []));
  for (const fileId of new Set(named.map((file) => file.fileId))) {
    const kept = files.store.attach(ownerOf(identity), [fileId], chatId).catch((error: unknown) => {
      if (!(error instanceof UnknownFileError)) throw error;
    });
    await withinBrokerTime(clock, kept);
  }
}
