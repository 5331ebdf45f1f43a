/** A real NATS that takes no more bytes of files. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectMessaging, provisionMessaging, type Messaging } from '@colloquy/messaging';
import { startTestNats, systemClock, systemIds } from '@colloquy/testing';
import { createFileStore } from './create-file-store.ts';
import { FilesFullError } from './errors.ts';
import { connectNatsBlobs } from './nats-blobs.ts';
import type { Bytes, FileStore, StoredFile } from './ports.ts';

const MIB = 1024 * 1024;
const ADA = { ownerId: 'ada' };

let files: FileStore;
let messaging: Messaging;
let nats: Awaited<ReturnType<typeof startTestNats>>;

beforeAll(async () => {
  nats = await startTestNats();
  await provisionMessaging({ url: nats.url, filesMaxBytes: 4 * MIB });
  messaging = await connectMessaging({ url: nats.url, clock: systemClock, ids: systemIds });
  const blobs = await connectNatsBlobs({ url: nats.url });
  files = createFileStore({ records: messaging.files, blobs, clock: systemClock, ids: systemIds });
});
afterAll(async () => {
  await files.close();
  await messaging.drain();
  await nats.stop();
});

async function* bytes(): Bytes {
  for (let at = 0; at < 3; at += 1) yield await Promise.resolve(Buffer.alloc(MIB, at + 1));
}

const put = (fileId: string): Promise<StoredFile> =>
  files.put({ owner: ADA, fileId, name: 'a', bytes: bytes(), type: () => 'text/plain', maxBytes: 10 * MIB });

it('says that there is no room, keeps nothing of what came, and takes files again when there is room', async () => {
  await put('file-first-00-0001');
  await expect(put('file-second-0-0001')).rejects.toThrow(FilesFullError);
  expect(await files.head(ADA, 'file-second-0-0001')).toBeUndefined();
  expect(await files.loose(ADA)).toEqual({ count: 1, bytes: 3 * MIB });
  expect(await files.remove(ADA, 'file-first-00-0001')).toBe('removed');
  // What was left of the second would be in its way.
  await put('file-third-00-0001');
});
