/** F1, F3: an upload that loses an answer anywhere, and whose process then dies anywhere, leaves a whole file or none. */
import { describe, expect, it } from '@jest/globals';
import { createMemoryBroker, type FileRecords } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createFileStore } from './create-file-store.ts';
import { createMemoryBlobs } from './memory-blobs.ts';
import type { BlobStore, Bytes } from './ports.ts';

const ADA = { ownerId: 'ada' };
const FILE = 'file-crash-00-0001';
const CONTENT = 'all of it';

type Harm = 'none' | 'fails' | 'answer lost' | 'dies before' | 'dies after';

async function* bytes(): Bytes {
  for (const letter of CONTENT) yield await Promise.resolve(Buffer.from(letter));
}

const never = (): Promise<never> => new Promise(() => undefined);

/** What the calls of a process come to, in their order. */
function harmed(harmOf: (call: number) => Harm) {
  let [calls, dead] = [0, false];
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    if (dead) return never();
    const harm = harmOf(calls);
    calls += 1;
    if (harm === 'fails') throw new Error('refused');
    dead = harm === 'dies before';
    const result = dead ? await never() : await call();
    if (harm === 'answer lost') throw new Error('no answer');
    dead = harm === 'dies after';
    return dead ? never() : result;
  };
  return { through, made: () => calls };
}

function createWorld(harmOf: (call: number) => Harm) {
  const clock = new VirtualClock();
  const ids = seededIds(1, () => clock.now());
  const { files: records } = createMemoryBroker({ clock, ids }).connect('gateway');
  const blobs = createMemoryBlobs();
  const { through, made } = harmed(harmOf);
  const weakRecords: FileRecords = {
    get: (owner, id) => through(() => records.get(owner, id)),
    put: (owner, id, record) => through(() => records.put(owner, id, record)),
    remove: (owner, id, revision) => through(() => records.remove(owner, id, revision)),
    list: (owner) => records.list(owner),
  };
  const weakBlobs: BlobStore = {
    ...blobs,
    put: (blobId, given, options) => through(() => blobs.put(blobId, given, options)),
    remove: (blobId) => through(() => blobs.remove(blobId)),
  };
  const weak = createFileStore({ records: weakRecords, blobs: weakBlobs, clock, ids });
  const other = createFileStore({ records, blobs, clock, ids });
  const put = (store = weak) =>
    store.put({ owner: ADA, fileId: FILE, name: 'a.txt', bytes: bytes(), type: () => 'text/plain', maxBytes: 100 });
  const read = async (): Promise<string | undefined> => {
    const found = await other.open(ADA, FILE);
    if (found === undefined) return undefined;
    const pieces: Uint8Array[] = [];
    for await (const piece of found.bytes) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  return { clock, blobs, other, put, read, made };
}

/** Uploads under these harms, then does what other processes do; gives how many calls there were. */
async function play(harmOf: (call: number) => Harm): Promise<number> {
  const { clock, blobs, other, put, read, made } = createWorld(harmOf);
  const kept: string[] = [];
  put().then(
    (file) => kept.push(file.fileId),
    () => undefined,
  );
  await clock.advance(1000);
  const calls = made();
  // Whoever sees it sees all of it.
  const seen = await clock.run(read());
  expect([undefined, CONTENT]).toContain(seen);
  if (kept.length > 0) expect(seen).toBe(CONTENT);
  await clock.advance(16_000);
  await clock.run(other.sweep({ names: () => Promise.resolve(false) }));
  const left = await clock.run(read());
  expect(left).toBe(seen);
  expect(blobs.size).toBe(left === undefined ? 0 : 1);
  if (left === undefined) {
    await clock.run(put(other));
    expect(await clock.run(read())).toBe(CONTENT);
  }
  return calls;
}

describe('an upload', () => {
  it('leaves a whole file or none, whatever answer is lost and wherever its process dies then', async () => {
    const calls = await play(() => 'none');
    let played = 0;
    for (const first of ['none', 'fails', 'answer lost'] as const) {
      for (let at = 0; at < calls; at += 1) {
        const all = await play((call) => (call === at ? first : 'none'));
        for (const last of ['dies before', 'dies after'] as const) {
          for (let death = at + 1; death < all; death += 1) {
            await play((call) => (call === at ? first : call === death ? last : 'none'));
            played += 1;
          }
        }
      }
    }
    expect(played).toBeGreaterThan(100);
  }, 60_000);
});
