/**
 * Files of drafts on their way to the server. They go up at once, a few at a time, while the person writes on; they belong
 * to the draft, not to what shows it, so another chat can be looked at meanwhile. Invariants:
 * 1. One file has one key: tried again it is the same file at the server.
 * 2. What is taken out of the draft stops going up, and what is up already is taken back.
 */
import { ApiError, ClientError, platformClock, platformIds, type Api } from '@colloquy/client';
import { create } from 'zustand';
import { changeFile, draftOf, isUploading, withWords, writeDraft, type DraftFile } from '../chat/draft-store.ts';
import { isImage, refusalOf, type FileLimits, type Refusal } from './file-limits.ts';

const AT_ONCE = 3;
/** How long until a file goes up again, after each time that it was cut off. */
const AGAIN_MS = [1000, 3000];
/** Nobody waits longer than this without being told. */
const LONGEST_ASKED_MS = 10_000;

/** With what files are sent. */
export interface UploadParts {
  readonly api: Pick<Api, 'uploadFile' | 'deleteFile'>;
  readonly limits: FileLimits;
  /** Words of the draft that the file is made of. */
  readonly words?: string | undefined;
}

/** A file that was not taken. */
export interface RefusedFile {
  readonly name: string;
  readonly refusal: Refusal;
}

/** What was not taken of what was added last, by the name of the draft. */
export const useRefusedFiles = create<Readonly<Record<string, readonly RefusedFile[]>>>(() => ({}));

interface Upload {
  readonly key: string;
  readonly id: string;
  readonly file: File;
  readonly api: UploadParts['api'];
  readonly abort: AbortController;
}

/** Files that this page holds, until they are up or taken out. */
const uploads = new Map<string, Upload>();
const waiting: Upload[] = [];
let active = 0;

/** Takes files into a draft and begins to send them; what is not taken is said. */
export function addFiles(key: string, files: readonly File[], { api, limits, words }: UploadParts): void {
  const added: DraftFile[] = [];
  const refused: RefusedFile[] = [];
  const { files: before, text } = draftOf(key);
  for (const file of files) {
    const refusal = refusalOf(file, limits, before.length + added.length);
    if (refusal !== undefined) refused.push({ name: file.name, refusal });
    else added.push(hold(key, file, api));
  }
  forgetRefused(key, refused);
  if (added.length === 0) return;
  const out = words !== undefined && text.includes(words);
  writeDraft(key, {
    files: [...before, ...(out ? added.map((file) => ({ ...file, words })) : added)],
    ...(out ? { text: text.replace(words, () => '').trim() } : {}),
  });
  next();
}

/** Takes a note of what was refused away, or puts another one in its place. */
export function forgetRefused(key: string, instead: readonly RefusedFile[] = []): void {
  useRefusedFiles.setState({ [key]: instead });
}

/** Takes a file out of the draft. Words that it was made of and that are not up go back into the text. */
export function removeFile(key: string, id: string, api: UploadParts['api']): void {
  const { files, text } = draftOf(key);
  const removed = files.filter((file) => file.id === id);
  const attachment = removed[0]?.attachment;
  uploads.get(id)?.abort.abort(new Error('taken out'));
  uploads.delete(id);
  writeDraft(key, { text: withWords(text, removed), files: files.filter((file) => file.id !== id) });
  // Nobody asks for it any more; what cannot be taken back now the service sweeps away.
  if (attachment !== undefined) void api.deleteFile(attachment.fileId).catch(() => undefined);
}

/** Sends a file again that could not be sent. */
export function retryFile(key: string, id: string): void {
  const upload = uploads.get(id);
  if (upload === undefined) return;
  const again = { ...upload, abort: new AbortController() };
  uploads.set(id, again);
  waiting.push(again);
  const files = draftOf(key).files.map((file) => (file.id === id ? untried(file) : file));
  writeDraft(key, { files });
  next();
}

/** Whether this page still has the bytes of a file. */
export function canRetry(id: string): boolean {
  return uploads.has(id);
}

function untried({ error: _, ...file }: DraftFile): DraftFile {
  return { ...file, loaded: 0 };
}

function hold(key: string, file: File, api: UploadParts['api']): DraftFile {
  const id = platformIds.uuid();
  const upload = { key, id, file, api, abort: new AbortController() };
  uploads.set(id, upload);
  waiting.push(upload);
  const { name, type, size } = file;
  const preview = isImage(type) ? { preview: URL.createObjectURL(file) } : {};
  return { id, name, type, size, loaded: 0, ...preview };
}

function next(): void {
  while (active < AT_ONCE) {
    const upload = waiting.shift();
    if (upload === undefined) return;
    if (upload.abort.signal.aborted) continue;
    active += 1;
    void send(upload).finally(() => {
      active -= 1;
      next();
    });
  }
}

async function send({ key, id, file, api, abort: { signal } }: Upload): Promise<void> {
  try {
    const attachment = await tried(signal, () =>
      api.uploadFile(file, {
        name: file.name,
        key: id,
        signal,
        onProgress: (loaded) => {
          changeFile(key, id, { loaded });
        },
      }),
    );
    uploads.delete(id);
    if (signal.aborted) await api.deleteFile(attachment.fileId);
    else changeFile(key, id, { attachment, loaded: file.size });
  } catch (error) {
    if (!signal.aborted) changeFile(key, id, { error: error instanceof ApiError ? error.detail : '' });
  }
}

/** What was cut off, or came to a service that stops, is sent again by itself; then it is the person who decides. */
async function tried<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const waitMs of AGAIN_MS) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof ClientError) || !error.retryable) throw error;
      const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
      if (asked > LONGEST_ASKED_MS) throw error;
      await platformClock.sleep(Math.max(asked, waitMs), signal);
    }
  }
  return work();
}

/** How many files of a draft are on their way. */
export function uploadingOf(files: readonly DraftFile[]): number {
  return files.filter(isUploading).length;
}
