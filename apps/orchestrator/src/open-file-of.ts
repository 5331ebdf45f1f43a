import type { OpenFile } from '@colloquy/effects';
import type { ChatState } from '@colloquy/engine';
import type { FileStore } from '@colloquy/files';

/** Reads files of the chat's owner, and of nobody else, whole; undefined where nobody keeps files. */
export function openFileOf(
  files: Pick<FileStore, 'open'> | undefined,
  { ownerId, tenantId }: Pick<ChatState, 'ownerId' | 'tenantId'>,
): OpenFile | undefined {
  if (files === undefined || ownerId === undefined) return undefined;
  return async (fileId, signal) => {
    const found = await files.open({ ownerId, tenantId }, fileId, { signal });
    if (found === undefined) return undefined;
    const pieces: Uint8Array[] = [];
    for await (const piece of found.bytes) {
      signal.throwIfAborted();
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  };
}
