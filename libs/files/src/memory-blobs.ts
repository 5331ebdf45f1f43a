import { FilesFullError } from './errors.ts';
import type { BlobStore } from './ports.ts';

/**
 * Bytes in memory: the twin of NATS and S3.
 * @param maxBytes - room for the bytes of all files together
 */
export function createMemoryBlobs(maxBytes = Infinity): BlobStore & { readonly size: number } {
  const kept = new Map<string, Uint8Array[]>();
  const used = (): number => [...kept.values()].flat().reduce((all, { length }) => all + length, 0);
  return {
    get size() {
      return kept.size;
    },
    async put(blobId, bytes) {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of bytes) {
        size += piece.length;
        if (used() + size > maxBytes) throw new FilesFullError('there is no room for more files');
        pieces.push(piece.slice());
      }
      kept.set(blobId, pieces);
    },
    open(blobId) {
      const pieces = kept.get(blobId);
      return Promise.resolve(pieces && given(pieces));
    },
    remove(blobId) {
      kept.delete(blobId);
      return Promise.resolve();
    },
    sweep: () => Promise.resolve(0),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function* given(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}
