/**
 * What a person has written and not sent: a text and files, under a name (a chat's id, `new`, a question's, a changed message's). Invariants:
 * 1. It outlives the page: over a reload it is as it was, but for files that were still on their way up.
 * 2. Another tab's is taken over only when it is newer than ours; what was sent there goes here too, if it is the same.
 * 3. What cannot be kept (storage full or off) is still on the screen.
 */
import type { Attachment } from '@colloquy/contracts';

const PREFIX = 'colloquy.draft.';

/** The draft of the message that begins a chat. */
export const NEW_DRAFT = 'new';

/** A file of a draft. Neither `attachment` nor `error`: it is on its way up. */
export interface DraftFile {
  /** Of this page only. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Bytes that are up. */
  readonly loaded: number;
  /** Known once the server has it. */
  readonly attachment?: Attachment;
  /** Why it is not up, in words for the person. */
  readonly error?: string;
  /** The text that it was made of: until it is up, the words are kept as what they were. */
  readonly words?: string;
  /** A `blob:` URL of an image; revoked when the file leaves the draft. */
  readonly preview?: string;
}

/** What was written and not sent. */
export interface Draft {
  readonly text: string;
  readonly files: readonly DraftFile[];
  /** When it was last written: milliseconds since the Unix epoch. */
  readonly at: number;
}

const NOTHING: Draft = { text: '', files: [], at: 0 };

const drafts = new Map<string, Draft>();
const listeners = new Map<string, Set<() => void>>();
const inserted = new Map<string, Set<() => void>>();
let watching = false;

/** The draft of that name; the same object as long as nothing changed. */
export function draftOf(key: string): Draft {
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const kept = parse(read(key)) ?? NOTHING;
  drafts.set(key, kept);
  return kept;
}

/** The draft of who has none: on the server there is no storage. */
export function noDraft(): Draft {
  return NOTHING;
}

/** Changes a draft and keeps it. */
export function writeDraft(key: string, change: Partial<Pick<Draft, 'text' | 'files'>>): void {
  const before = draftOf(key);
  const draft = { ...before, ...change, at: Date.now() };
  keep(key, draft);
  put(key, draft);
}

/** Changes one file of a draft; one that is gone stays gone. What only says how far it is up is not worth keeping. */
export function changeFile(key: string, id: string, change: Partial<DraftFile>): void {
  const before = draftOf(key);
  if (!before.files.some((file) => file.id === id)) return;
  const files = before.files.map((file) => (file.id === id ? { ...file, ...change } : file));
  if (change.attachment === undefined) put(key, { ...before, files });
  else writeDraft(key, { files });
}

/** Whether a file is on its way up. */
export function isUploading({ attachment, error }: DraftFile): boolean {
  return attachment === undefined && error === undefined;
}

/** It was sent, or given up. */
export function clearDraft(key: string): void {
  writeDraft(key, { text: '', files: [] });
}

/** Puts a text at the end of a chat's draft, on lines of its own, and asks its field to take the focus. */
export function insertIntoDraft(key: string, text: string): void {
  const before = draftOf(key).text.trimEnd();
  writeDraft(key, { text: before === '' ? text : `${before}\n\n${text}` });
  for (const listener of inserted.get(key) ?? []) listener();
}

/** Calls `listener` at every change of that draft; returns a function that stops it. */
export function onDraftChange(key: string, listener: () => void): () => void {
  watch();
  return add(listeners, key, listener);
}

/** Calls `listener` after something was inserted; returns a function that stops it. */
export function onInsert(key: string, listener: () => void): () => void {
  return add(inserted, key, listener);
}

function add(all: Map<string, Set<() => void>>, key: string, listener: () => void): () => void {
  const some = all.get(key) ?? new Set();
  all.set(key, some.add(listener));
  return () => {
    some.delete(listener);
  };
}

function put(key: string, draft: Draft): void {
  const left = new Set(draft.files.map(({ preview }) => preview));
  for (const { preview } of drafts.get(key)?.files ?? []) {
    if (preview !== undefined && !left.has(preview)) URL.revokeObjectURL(preview);
  }
  drafts.set(key, draft);
  for (const listener of listeners.get(key) ?? []) listener();
}

/** Another tab has written, or sent. */
function watch(): void {
  if (watching || typeof window === 'undefined') return;
  watching = true;
  window.addEventListener('storage', ({ key, newValue, oldValue }) => {
    if (key?.startsWith(PREFIX) !== true) return;
    const name = key.slice(PREFIX.length);
    const ours = drafts.get(name);
    if (ours === undefined) return;
    const theirs = newValue === null ? sentElsewhere(ours, parse(oldValue)) : parse(newValue);
    if (theirs === undefined || theirs.at < ours.at) return;
    // Files that this tab is sending up, or could not, only this tab knows.
    put(name, {
      ...theirs,
      files: [...theirs.files, ...ours.files.filter(({ attachment }) => attachment === undefined)],
    });
  });
}

function sentElsewhere(ours: Draft, sent: Draft | undefined): Draft | undefined {
  return sent?.text === ours.text ? { ...NOTHING, at: ours.at } : undefined;
}

function keep(key: string, draft: Draft): void {
  const files = draft.files.flatMap(({ attachment }) => attachment ?? []);
  const { at } = draft;
  const text = withWords(draft.text, draft.files);
  try {
    if (text === '' && files.length === 0) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ text, at, ...(files.length === 0 ? {} : { files }) }));
  } catch {
    // full or switched off: it is still in the field
  }
}

/** A text with the words of files that are not up. */
export function withWords(text: string, files: readonly DraftFile[]): string {
  const parts = files.flatMap(({ attachment, words }) => (attachment === undefined ? (words ?? []) : []));
  return parts.length === 0 ? text : [text, ...parts].filter((part) => part !== '').join('\n\n');
}

function read(key: string): string | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage.getItem(PREFIX + key);
  } catch {
    return null; // storage is switched off
  }
}

function parse(kept: string | null): Draft | undefined {
  try {
    const {
      text,
      at,
      files = [],
    } = JSON.parse(kept ?? '{}') as Partial<Omit<Draft, 'files'>> & {
      readonly files?: readonly Attachment[];
    };
    if (typeof text !== 'string' || typeof at !== 'number') return undefined;
    return { text, at, files: files.map(uploaded) };
  } catch {
    return undefined; // not ours, or cut off
  }
}

/** A file that the server has, as a file of a draft. */
export function uploaded(attachment: Attachment): DraftFile {
  const { fileId, name, type, size } = attachment;
  return { id: fileId, name, type, size, loaded: size, attachment };
}
