import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EmptyFileError,
  FileExistsError,
  FileTooLargeError,
  UnknownFileError,
  type BlobStore,
  type Bytes,
  type FileOwner,
  type FileStore,
} from '@colloquy/files';

/** A store of files under test, and how its time is moved. */
export interface FilesUnderTest {
  readonly files: FileStore;
  readonly blobs: BlobStore;
  /** Moves the store's clock. */
  pass(ms: number): void;
  /** How many files have bytes, when it can be told. */
  count?(): Promise<number>;
  close(): Promise<void>;
}

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const MAX = 6 * 1024 * 1024;
const ADA: FileOwner = { ownerId: 'ada' };
const CHAT = 'chat-0000-0000-0001';
const OTHER = 'chat-0000-0000-0002';
const always = (): Promise<boolean> => Promise.resolve(true);
const never = (): Promise<boolean> => Promise.resolve(false);

let made = 0;
const freshId = (): string => `file-${String((made += 1)).padStart(12, '0')}`;

async function* given(...pieces: readonly (string | Uint8Array)[]): Bytes {
  for (const piece of pieces) yield await Promise.resolve(typeof piece === 'string' ? Buffer.from(piece) : piece);
}

/** The promises of every `FileStore`: over NATS, over S3 and in memory. */
export function describeFiles(name: string, make: () => Promise<FilesUnderTest>): void {
  describe(`files on ${name}`, () => {
    let under: FilesUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under.close());
    describe('keeping', () => describeKeeping(() => under));
    describe('chats', () => describeChats(() => under));
    describe('sweeping', () => describeSweeping(() => under));
    describe('quota', () => describeQuota(() => under));
  });
}

type Under = () => FilesUnderTest;

/** Uploads bytes; gives the id. */
async function put(
  { files }: FilesUnderTest,
  bytes: Bytes,
  more: { owner?: FileOwner; size?: number; quotaBytes?: number; fileId?: string; signal?: AbortSignal } = {},
): Promise<string> {
  const { owner = ADA, fileId = freshId(), ...rest } = more;
  await files.put({ owner, fileId, name: 'notes.md', bytes, type: () => 'text/markdown', maxBytes: MAX, ...rest });
  return fileId;
}

async function bytesOf({ files }: FilesUnderTest, fileId: string, owner = ADA): Promise<Buffer | undefined> {
  const found = await files.open(owner, fileId);
  if (found === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of found.bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

function describeKeeping(under: Under): void {
  it('gives back what it was given, in any pieces, with and without a size', async () => {
    const large = Buffer.from(Array.from({ length: 1_500_000 }, (_, index) => index % 251));
    const pieces = [large.subarray(0, 1), large.subarray(1, 400_000), large.subarray(400_000)];
    const sized = await put(under(), given(...pieces), { size: large.length });
    const unsized = await put(under(), given(...pieces));
    const small = await put(under(), given('a', 'ö'));
    expect((await bytesOf(under(), sized))?.equals(large)).toBe(true);
    expect((await bytesOf(under(), unsized))?.equals(large)).toBe(true);
    expect((await bytesOf(under(), small))?.toString()).toBe('aö');
    const about = { fileId: small, name: 'notes.md', type: 'text/markdown', size: 3, chats: [] };
    expect(await under().files.head(ADA, small)).toMatchObject(about);
  });

  it('F4: finds nothing for another owner, nor for the same name in another tenant', async () => {
    const fileId = await put(under(), given('secret'));
    for (const owner of [{ ownerId: 'bob' }, { ownerId: 'ada', tenantId: 'acme' }]) {
      expect(await under().files.head(owner, fileId)).toBeUndefined();
      expect(await under().files.open(owner, fileId)).toBeUndefined();
      expect(await under().files.remove(owner, fileId)).toBe('unknown');
      await expect(under().files.attach(owner, [fileId], CHAT)).rejects.toBeInstanceOf(UnknownFileError);
    }
  });

  it('F1: keeps nothing of what is empty, too large, broken off or not wanted any more', async () => {
    const before = await under().count?.();
    const owner = { ownerId: freshId() };
    const failed: [Bytes, unknown, { signal?: AbortSignal; size?: number }?][] = [
      [given(), EmptyFileError],
      [given(Buffer.alloc(MAX), 'x'), FileTooLargeError],
      [brokenOff(), BrokenOff],
      [brokenOff(), BrokenOff, { size: 200_000 }],
      [given('some'), Unwanted, { signal: AbortSignal.abort(new Unwanted()) }],
    ];
    for (const [bytes, kind, more] of failed) {
      const fileId = freshId();
      await expect(put(under(), bytes, { owner, fileId, ...more })).rejects.toBeInstanceOf(kind);
      expect(await under().files.head(owner, fileId)).toBeUndefined();
    }
    expect(await under().files.loose(owner)).toEqual({ count: 0, bytes: 0 });
    expect(await under().count?.()).toBe(before);
  });

  it('takes an id once', async () => {
    const fileId = await put(under(), given('first'));
    await expect(put(under(), given('second'), { fileId })).rejects.toBeInstanceOf(FileExistsError);
    expect((await bytesOf(under(), fileId))?.toString()).toBe('first');
  });

  it('takes back what no chat has, once', async () => {
    const fileId = await put(under(), given('x'));
    expect(await under().files.remove(ADA, fileId)).toBe('removed');
    expect(await under().files.remove(ADA, fileId)).toBe('unknown');
    expect(await under().files.open(ADA, fileId)).toBeUndefined();
  });

  it('counts what waits for its message', async () => {
    const owner = { ownerId: freshId() };
    const [one] = [await put(under(), given('123'), { owner }), await put(under(), given('45'), { owner })];
    expect(await under().files.loose(owner)).toEqual({ count: 2, bytes: 5 });
    await under().files.attach(owner, [one], CHAT);
    expect(await under().files.loose(owner)).toEqual({ count: 1, bytes: 2 });
  });

  it('answers', async () => {
    await expect(under().files.ping()).resolves.toBeUndefined();
  });
}

class BrokenOff extends Error {}
class Unwanted extends Error {}

async function* brokenOff(): Bytes {
  yield await Promise.resolve(Buffer.alloc(150_000, 'x'));
  throw new BrokenOff();
}

function describeChats(under: Under): void {
  it('keeps a file as long as a chat has it', async () => {
    const fileId = await put(under(), given('x'));
    await under().files.attach(ADA, [fileId], CHAT);
    await under().files.attach(ADA, [fileId], CHAT);
    expect(await under().files.attach(ADA, [fileId], OTHER)).toMatchObject([{ fileId, chats: [CHAT, OTHER] }]);
    expect(await under().files.remove(ADA, fileId)).toBe('attached');
    expect(await under().files.release(ADA, CHAT)).toBe(0);
    expect((await bytesOf(under(), fileId))?.toString()).toBe('x');
    expect(await under().files.release(ADA, OTHER)).toBeGreaterThan(0);
    expect(await under().files.head(ADA, fileId)).toBeUndefined();
    expect(await under().files.release(ADA, OTHER)).toBe(0);
  });

  it('takes all files of a message or none', async () => {
    const fileId = await put(under(), given('x'));
    const missing = freshId();
    const taking = under().files.attach(ADA, [fileId, missing], CHAT);
    await expect(taking).rejects.toMatchObject({ fileId: missing });
    expect(await under().files.head(ADA, fileId)).toMatchObject({ chats: [] });
  });

  it('F2: never both gives a file to a chat and erases it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const fileId = await put(under(), given('x'));
      const [taken, removed] = await Promise.allSettled([
        under().files.attach(ADA, [fileId], CHAT),
        under().files.remove(ADA, fileId),
      ]);
      const there = (await under().files.head(ADA, fileId)) !== undefined;
      expect(there).toBe(taken.status === 'fulfilled');
      expect(removed).toMatchObject({ value: there ? 'attached' : 'removed' });
    }
  });
}

function describeSweeping(under: Under): void {
  it('takes what no chat has had for a day, and what a chat has of which no message names it', async () => {
    const owner = { ownerId: freshId() };
    const [loose, kept, never] = [
      await put(under(), given('1'), { owner }),
      await put(under(), given('2'), { owner }),
      await put(under(), given('3'), { owner }),
    ];
    await under().files.attach(owner, [kept], CHAT);
    await under().files.attach(owner, [never], OTHER);
    const left = async (): Promise<boolean[]> =>
      Promise.all([loose, kept, never].map(async (id) => (await under().files.head(owner, id)) !== undefined));
    const names = (chatId: string): Promise<boolean> => Promise.resolve(chatId === CHAT);
    under().pass(23 * HOUR);
    await under().files.sweep({ names });
    expect(await left()).toEqual([true, true, true]);
    under().pass(2 * HOUR);
    expect(await under().files.sweep({ names })).toBeGreaterThanOrEqual(2);
    expect(await left()).toEqual([false, true, false]);
    // It was asked for once.
    expect(await under().files.sweep({ names: () => Promise.reject(new Error('asked again')) })).toBe(0);
  });

  it('F3: ends what broke off: an upload whose process died, an erasure whose bytes could not be reached', async () => {
    const owner = { ownerId: freshId() };
    const fileId = freshId();
    const endless = Promise.withResolvers<never>();
    const dying = (async function* (): Bytes {
      yield Buffer.alloc(200_000);
      await endless.promise;
    })();
    const uploading = put(under(), dying, { owner, fileId }).catch(() => undefined);
    while ((await under().files.loose(owner)).count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await under().files.head(owner, fileId)).toBeUndefined();
    under().pass(14 * SECOND);
    await under().files.sweep({ names: always });
    expect((await under().files.loose(owner)).count).toBe(1);
    under().pass(2 * SECOND);
    expect(await under().files.loose(owner)).toEqual({ count: 0, bytes: 0 });
    await under().files.sweep({ names: always });
    endless.reject(new Error('the test is over'));
    await uploading;
    expect(await under().files.head(owner, fileId)).toBeUndefined();
  });

  it('F3: lets the next upload of the same id in, fifteen seconds after the process of the first has died', async () => {
    const owner = { ownerId: freshId() };
    const fileId = freshId();
    const endless = Promise.withResolvers<never>();
    const dying = (async function* (): Bytes {
      yield Buffer.alloc(200_000);
      await endless.promise;
    })();
    const uploading = put(under(), dying, { owner, fileId }).catch((error: unknown) => error);
    while ((await under().files.loose(owner)).count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(put(under(), given('x'), { owner, fileId })).rejects.toBeInstanceOf(FileExistsError);
    under().pass(16 * SECOND);
    await put(under(), given('the second'), { owner, fileId });
    // What comes of the first harms nothing of the second.
    endless.reject(new BrokenOff());
    expect(await uploading).toBeInstanceOf(BrokenOff);
    expect((await bytesOf(under(), fileId, owner))?.toString()).toBe('the second');
  });

  it('F5: counts the day from when a message was to have it, and from when it was uploaded again', async () => {
    const owner = { ownerId: freshId() };
    const [beginning, renewed] = [await put(under(), given('1'), { owner }), await put(under(), given('2'), { owner })];
    under().pass(23 * HOUR);
    expect(await under().files.renew(owner, renewed)).toMatchObject({ fileId: renewed });
    await under().files.attach(owner, [beginning], CHAT);
    under().pass(23 * HOUR);
    await under().files.sweep({ names: never });
    expect(await under().files.head(owner, beginning)).toBeDefined();
    expect(await under().files.head(owner, renewed)).toBeDefined();
    under().pass(2 * HOUR);
    await under().files.sweep({ names: never });
    expect(await under().files.head(owner, beginning)).toBeUndefined();
    expect(await under().files.renew(owner, renewed)).toBeUndefined();
  });

  it('F5: a sweep that asked before a message was stored does not take what the message has', async () => {
    const owner = { ownerId: freshId() };
    const fileId = await put(under(), given('x'), { owner });
    await under().files.attach(owner, [fileId], CHAT);
    under().pass(25 * HOUR);
    const again = async (chatId: string, asked: string): Promise<boolean> => {
      if (asked === fileId) await under().files.attach(owner, [fileId], chatId);
      return false;
    };
    await under().files.sweep({ names: again });
    expect((await bytesOf(under(), fileId, owner))?.toString()).toBe('x');
  });

  it('leaves a file alone as long as it cannot be told whether a message names it', async () => {
    const owner = { ownerId: freshId() };
    const fileId = await put(under(), given('x'), { owner });
    await under().files.attach(owner, [fileId], CHAT);
    under().pass(25 * HOUR);
    await under().files.sweep({ names: () => Promise.resolve('later') });
    expect(await under().files.head(owner, fileId)).toBeDefined();
    await under().files.sweep({ names: never });
    expect(await under().files.head(owner, fileId)).toBeUndefined();
  });
}

function describeQuota(under: Under): void {
  const quotaBytes = 1000;
  const of = (bytes: number): Bytes => given(Buffer.alloc(bytes, 'x'));

  it('refuses what is more than an owner may keep, says how much it is, and keeps nothing of it', async () => {
    const owner = { ownerId: freshId() };
    const first = await put(under(), of(600), { owner, size: 600, quotaBytes });
    const refused = put(under(), of(500), { owner, size: 500, quotaBytes });
    await expect(refused).rejects.toMatchObject({ name: 'FilesQuotaError', used: 600, limit: 1000 });
    await put(under(), of(400), { owner, size: 400, quotaBytes });
    expect(await under().files.loose(owner)).toEqual({ count: 2, bytes: 1000 });
    await under().files.remove(owner, first);
    await put(under(), of(500), { owner, size: 500, quotaBytes });
    await put(under(), of(900), { owner: { ownerId: freshId() }, size: 900, quotaBytes });
  });

  it('lets in what has room when many come at once, and not one more', async () => {
    const owner = { ownerId: freshId() };
    const coming = Array.from({ length: 9 }, () => put(under(), of(200), { owner, size: 200, quotaBytes }));
    const came = (await Promise.allSettled(coming)).filter(({ status }) => status === 'fulfilled');
    expect(came).toHaveLength(5);
    expect(await under().files.loose(owner)).toEqual({ count: 5, bytes: 1000 });
  });

  it('counts nothing any more of an upload whose process has died', async () => {
    const owner = { ownerId: freshId() };
    const endless = Promise.withResolvers<never>();
    const dying = (async function* (): Bytes {
      yield Buffer.alloc(10);
      await endless.promise;
    })();
    const uploading = put(under(), dying, { owner, size: 800, quotaBytes }).catch(() => undefined);
    while ((await under().files.loose(owner)).count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(put(under(), of(300), { owner, size: 300, quotaBytes })).rejects.toMatchObject({ used: 800 });
    under().pass(16 * SECOND);
    await put(under(), of(300), { owner, size: 300, quotaBytes });
    endless.reject(new BrokenOff());
    await uploading;
  });
}
