import type { ChatStreams } from './chat-streams.ts';
import type { StreamParts } from './ports.ts';

/** How often all open chats are compared with the log, in ms. */
const EVERY_MS = 10_000;

/** Compares all open chats with the log every ten seconds, until the signal aborts. */
export async function checkPositions(parts: StreamParts, streams: ChatStreams, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await parts.clock.sleep(EVERY_MS, signal).catch(() => undefined);
    if (!signal.aborted) await checkOnce(parts, streams);
  }
}

/** Compares them now: after a reconnect live messages may have been missed. */
export async function checkOnce(parts: StreamParts, streams: ChatStreams): Promise<void> {
  await streams.checkAll().catch((error: unknown) => {
    parts.logger.warn({ err: error }, 'the open chats could not be compared with the log; they will be');
  });
}
