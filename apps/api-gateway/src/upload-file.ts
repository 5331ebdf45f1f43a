import { createHash } from 'node:crypto';
import type { Attachment, UploadFileQuery } from '@colloquy/contracts';
import { checkContent, FileExistsError, FileTooLargeError, type FileOwner, type StoredFile } from '@colloquy/files';
import { ProblemError } from '@colloquy/service';
import { ownerOf } from './owner-of.ts';
import type { Call, GatewayParts, GivenBytes, Handler } from './ports.ts';

/** So many files may wait for the messages that they are for. */
const MOST_LOOSE = 100;
/** And so many bytes of them, in largest files. */
const MOST_LOOSE_FILES = 10;

/**
 * POST /v1/files: the bytes go to the store as they come. What is wrong with them is found on the way, and then nothing
 * of them stays.
 */
export const uploadFile: Handler = async (parts, call) => {
  const { upload } = call;
  if (upload === undefined) throw new TypeError('the body of an upload was read before');
  const owner = ownerOf(call.identity);
  const fileId = fileIdOf(parts, call);
  const before = call.key === undefined ? undefined : await parts.files.store.renew(owner, fileId);
  if (before !== undefined) return { body: attachmentOf(before) };
  const who = JSON.stringify([owner.tenantId ?? '', owner.ownerId]);
  const kept = await parts.uploads.take(who, upload.bytes, async (bytes, signal) => {
    await checkRoom(parts, owner, upload);
    return keep(parts, { owner, fileId, upload: { ...upload, bytes }, call, signal });
  });
  return { body: attachmentOf(kept) };
};

/** One file that comes. */
interface Coming {
  readonly owner: FileOwner;
  readonly fileId: string;
  readonly upload: GivenBytes;
  readonly call: Call;
  readonly signal: AbortSignal;
}

async function keep({ files }: GatewayParts, { owner, fileId, upload, call, signal }: Coming): Promise<StoredFile> {
  const name = plainName((call.query as UploadFileQuery).name);
  const content = checkContent(upload.bytes, { name, claimed: upload.type });
  const { size } = upload;
  const { maxBytes, quotaBytes, store } = files;
  const { bytes } = content;
  const limits = { maxBytes, quotaBytes };
  try {
    return await store.put({ owner, fileId, name, bytes, type: () => content.type(), size, ...limits, signal });
  } catch (error) {
    // The same upload, a moment earlier: it was the answer that was lost.
    const there = error instanceof FileExistsError ? await store.renew(owner, fileId) : undefined;
    if (there !== undefined) return there;
    throw error;
  }
}

/** The same key from the same user is the same file. */
function fileIdOf({ ids }: GatewayParts, { identity, key }: Call): string {
  if (key === undefined) return ids.uuid();
  const of = JSON.stringify(['file', identity.tenantId ?? '', identity.userId, key]);
  return createHash('sha256').update(of).digest('base64url').slice(0, 22);
}

/** @throws FileTooLargeError; ProblemError 429 when too much waits for its message already */
async function checkRoom({ files }: GatewayParts, owner: FileOwner, { size = 0 }: GivenBytes): Promise<void> {
  const { maxBytes, store } = files;
  if (size > maxBytes) throw new FileTooLargeError(maxBytes);
  const loose = await store.loose(owner);
  if (loose.count < MOST_LOOSE && loose.bytes + size <= maxBytes * MOST_LOOSE_FILES) return;
  throw new ProblemError({
    status: 429,
    code: 'too_many_files',
    title: 'Too many files wait',
    detail: `${String(loose.count)} files with ${String(loose.bytes)} bytes are in no message yet. Send or remove some of them; what is in no message for a day goes by itself.`,
    headers: { 'retry-after': '60' },
  });
}

/** Without a path, and without what would confuse who reads it: control characters and marks that turn text round. */
function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return plain === '' ? 'file' : plain;
}

function attachmentOf({ fileId, name, type, size }: StoredFile): Attachment {
  return { fileId, name, type, size };
}
