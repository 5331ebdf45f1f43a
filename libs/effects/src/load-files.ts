/**
 * What is in the files of a request, as far as a model can have it. Invariants (the tests name them):
 * L1 A file that is gone becomes a line that says so: no run fails of it.
 * L2 Of a text no more than MAX_FILE_TEXT bytes go, as budgets count them, and it is said where it was cut.
 * L3 Pictures go as long as they are few and small enough for one request, the newest first; of the others a line tells.
 */
import { MAX_FILE_TEXT, type Attachment } from '@colloquy/contracts';
import type { ModelMessage, ModelRequest } from '@colloquy/engine';
import { ModelError } from './model-error.ts';
import type { OpenFile } from './types.ts';

/** What a model gets of a file. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string; readonly cut: boolean }
  | { readonly kind: 'picture'; readonly url: string }
  /** A line in its place. */
  | { readonly kind: 'line'; readonly why: string };

/** What is in files, by their ids. */
export type FileContents = ReadonlyMap<string, FileContent>;

/** How a model takes files. */
export interface FileRules {
  /** False: it cannot look at pictures. */
  readonly vision: boolean;
  /** How the bytes of a file of this chat's owner are had; undefined when nobody keeps files. */
  readonly openFile: OpenFile | undefined;
  readonly signal: AbortSignal;
}

/** Bytes of pictures in one request: twice as base64, and once more as the body, it is in memory while the model answers. */
const MOST_PICTURE_BYTES = 10 * 1024 * 1024;
const MOST_PICTURES = 20;
const GONE: FileContent = { kind: 'line', why: 'is gone' };

/** The files of messages, each once, the newest first. */
export function filesIn(messages: readonly ModelMessage[]): readonly Attachment[] {
  const found = new Map<string, Attachment>();
  for (const message of messages.toReversed()) {
    if (message.role !== 'user' && message.role !== 'system') continue;
    for (const file of message.files ?? []) if (!found.has(file.fileId)) found.set(file.fileId, file);
  }
  return [...found.values()];
}

/**
 * Fetches what is in the files of a request.
 * @throws ModelError that may be tried again, when they cannot be read now; the signal's reason
 */
export async function loadFiles({ messages }: ModelRequest, rules: FileRules): Promise<FileContents> {
  const contents = new Map<string, FileContent>();
  const left = { pictures: MOST_PICTURES, bytes: MOST_PICTURE_BYTES };
  for (const file of filesIn(messages)) {
    rules.signal.throwIfAborted();
    contents.set(
      file.fileId,
      file.type.startsWith('image/') ? await picture(file, rules, left) : await text(file, rules),
    );
  }
  return contents;
}

async function picture(
  file: Attachment,
  rules: FileRules,
  left: { pictures: number; bytes: number },
): Promise<FileContent> {
  if (!rules.vision) return { kind: 'line', why: 'is a picture, and this model cannot look at pictures' };
  if (left.pictures === 0 || file.size > left.bytes) {
    return { kind: 'line', why: 'is a picture that is not shown here: there are too many, or it is too large' };
  }
  const bytes = await read(file, rules);
  if (bytes === undefined) return GONE;
  left.pictures -= 1;
  left.bytes -= file.size;
  return { kind: 'picture', url: `data:${file.type};base64,${Buffer.from(bytes).toString('base64')}` };
}

async function text(file: Attachment, rules: FileRules): Promise<FileContent> {
  const bytes = await read(file, rules);
  if (bytes === undefined) return GONE;
  const cut = bytes.byteLength > MAX_FILE_TEXT;
  // As if more were to come: the beginning of a character at the cut is left out.
  return { kind: 'text', text: new TextDecoder().decode(bytes.subarray(0, MAX_FILE_TEXT), { stream: cut }), cut };
}

async function read(file: Attachment, { openFile, signal }: FileRules): Promise<Uint8Array | undefined> {
  if (openFile === undefined) return undefined;
  try {
    return await untilAborted(openFile(file.fileId, signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = `The file "${file.name}" could not be read.`;
    throw new ModelError({ code: 'files_unavailable', message, retryable: true }, { cause: error });
  }
}

/** What is awaited, or the signal's reason: whoever answers may not look at the signal. */
async function untilAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** At most so many bytes of pictures are in a request with these messages. */
export function pictureBytes({ messages }: ModelRequest): number {
  const all = filesIn(messages).reduce((sum, { type, size }) => sum + (type.startsWith('image/') ? size : 0), 0);
  return Math.min(all, MOST_PICTURE_BYTES);
}

/** The same without pictures, for a model that did not take them; undefined when there are none. */
export function withoutPictures(contents: FileContents): FileContents | undefined {
  if (![...contents.values()].some(({ kind }) => kind === 'picture')) return undefined;
  const line: FileContent = { kind: 'line', why: 'is a picture that this model did not take' };
  return new Map([...contents].map(([id, content]) => [id, content.kind === 'picture' ? line : content]));
}
