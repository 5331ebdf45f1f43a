/** Many readers at once over a real NATS: who does not read on neither costs memory nor stops the others. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectMessaging, type Messaging } from '@colloquy/messaging';
import { startTestNats, systemClock, systemIds } from '@colloquy/testing';
import { createFileStore } from './create-file-store.ts';
import { connectNatsBlobs } from './nats-blobs.ts';
import type { Bytes, FileStore } from './ports.ts';

const MIB = 1024 * 1024;
const SIZE = 10 * MIB;
const READERS = 16;
const ADA = { ownerId: 'ada' };
const FILE = 'file-large-00-0001';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes outside the heap that somebody still holds. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

let files: FileStore;
let messaging: Messaging;
let nats: Awaited<ReturnType<typeof startTestNats>>;

beforeAll(async () => {
  nats = await startTestNats();
  messaging = await connectMessaging({ url: nats.url, clock: systemClock, ids: systemIds });
  const blobs = await connectNatsBlobs({ url: nats.url });
  files = createFileStore({ records: messaging.files, blobs, clock: systemClock, ids: systemIds });
  await files.put({ owner: ADA, fileId: FILE, name: 'a', bytes: large(), type: () => 'text/plain', maxBytes: SIZE });
});
afterAll(async () => {
  await files.close();
  await messaging.drain();
  await nats.stop();
});

async function* large(): Bytes {
  for (let at = 0; at < SIZE; at += MIB) yield await Promise.resolve(Buffer.alloc(MIB, at / MIB + 1));
}

async function opened(signal?: AbortSignal): Promise<AsyncIterator<Uint8Array>> {
  const found = await files.open(ADA, FILE, signal && { signal });
  if (found === undefined) throw new Error('there is no file');
  return found.bytes[Symbol.asyncIterator]();
}

async function readOn(reader: AsyncIterator<Uint8Array>): Promise<number> {
  let count = 0;
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) count += next.value.length;
  return count;
}

describe('many readers', () => {
  it('all get the whole of it though some stand still, and what stands still is not held in memory', async () => {
    const readers = await Promise.all(Array.from({ length: READERS }, () => opened()));
    const stalled = readers.slice(0, 5);
    // Each of them has begun.
    const begun = await Promise.all(readers.map((reader) => reader.next()));
    const before = held();
    const rest = await Promise.all(readers.slice(5).map(readOn));
    const after = held();
    expect(rest.map((count, index) => count + (begun[index + 5]?.value as Uint8Array).length)).toEqual(
      rest.map(() => SIZE),
    );
    expect(after - before).toBeLessThan(READERS * 4 * MIB);
    // And those go on where they stood.
    const late = await Promise.all(stalled.map(readOn));
    expect(late.map((count, index) => count + (begun[index]?.value as Uint8Array).length)).toEqual(
      stalled.map(() => SIZE),
    );
  }, 60_000);

  it('ends when its signal is aborted', async () => {
    const ending = new AbortController();
    const reader = await opened(ending.signal);
    await reader.next();
    ending.abort(new Error('enough'));
    await expect(readOn(reader)).rejects.toThrow('enough');
  });
});
