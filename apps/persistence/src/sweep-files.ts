import type { FileStore } from '@colloquy/files';
import type { Subscription } from '@colloquy/messaging';
import type { SweepMeters } from './meters.ts';
import { namesFile, type NamingParts } from './names-file.ts';
import type { EraserParts } from './ports.ts';

/** Nobody waits for it: a broken-off upload counts for nothing before it is swept. */
const EVERY_MS = 15 * 60 * 1000;

/** What sweeping files works with. */
export type SweeperParts = Pick<EraserParts, 'clock' | 'logger' | 'ids'> &
  NamingParts & {
    readonly files: Pick<FileStore, 'sweep'>;
    readonly sweeps: SweepMeters;
  };

/**
 * Erases files that nobody will miss, every quarter of an hour, until it is closed. Any number of instances may: what one has written
 * down of a file another does not write over.
 */
export function sweepFiles(parts: SweeperParts): Subscription {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await parts.clock.sleep(EVERY_MS * jitter(parts), signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const gone = await parts.files.sweep({ names: namesFile(parts), signal });
        parts.sweeps.swept(gone);
        if (gone > 0) parts.logger.info({ files: gone }, 'files that no chat has were erased');
      } catch (error) {
        parts.sweeps.failed();
        parts.logger.warn({ err: error }, 'files could not be swept now; trying again in a quarter of an hour');
      }
    }
  })();
  return {
    close: async () => {
      stopping.abort(new Error('the sweeper was closed'));
      await running;
    },
  };
}

/** Between 0.75 and 1.25, so that instances do not look all at once. */
function jitter({ ids }: SweeperParts): number {
  const [byte = 0] = Buffer.from(ids.random(1), 'base64url');
  return 0.75 + byte / 512;
}
