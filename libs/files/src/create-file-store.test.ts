import { createMemoryBroker } from '@colloquy/messaging';
import { describeFiles, systemClock, systemIds } from '@colloquy/testing';
import { movedClock } from './fixtures/moved-clock.ts';
import { createFileStore } from './create-file-store.ts';
import { createMemoryBlobs } from './memory-blobs.ts';

describeFiles('memory', () => {
  const { clock, pass } = movedClock(systemClock);
  const messaging = createMemoryBroker({ clock: systemClock, ids: systemIds }).connect('files');
  const blobs = createMemoryBlobs();
  const files = createFileStore({ records: messaging.files, blobs, clock, ids: systemIds });
  const count = (): Promise<number> => Promise.resolve(blobs.size);
  return Promise.resolve({ files, blobs, pass, count, close: () => messaging.drain() });
});
