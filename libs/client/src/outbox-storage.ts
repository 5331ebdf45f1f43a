/** Keeps what is not accepted yet where it outlives the page. A storage that fails costs the memory, never the chat. */
import type { KeyValueStorage, OutboxItem } from './outbox-item.ts';

/** Each command is an item of its own, so that two tabs do not overwrite each other's. */
const PREFIX = 'colloquy.outbox.';
const INDEX = 'colloquy.outbox';

/** What a page before this one, or another tab, has not got accepted, in the order in which it was asked for. */
export function loadItems(storage: KeyValueStorage | undefined): OutboxItem[] {
  return indexOf(storage).flatMap((key) => parseItem(read(storage, PREFIX + key)));
}

/** Keeps an item until it is forgotten. A cancel is not kept: what it should stop may be over by the next page. */
export function keepItem(storage: KeyValueStorage | undefined, item: OutboxItem): void {
  if (item.command.kind === 'cancel') return;
  write(storage, PREFIX + item.key, JSON.stringify(item));
  write(storage, INDEX, JSON.stringify([...new Set([...indexOf(storage), item.key])]));
}

/** What is kept of an item; `unknown` when the storage does not say. */
export function keptItem(storage: KeyValueStorage | undefined, key: string): OutboxItem | 'gone' | 'unknown' {
  try {
    const text = storage?.getItem(PREFIX + key);
    if (text === undefined) return 'unknown';
    return text === null ? 'gone' : (parseItem(text)[0] ?? 'unknown');
  } catch {
    return 'unknown'; // storage is switched off
  }
}

/** Whether an item is kept: a storage may be full. */
export function isKept(storage: KeyValueStorage | undefined, key: string): boolean {
  return typeof keptItem(storage, key) === 'object';
}

/** Forgets an item. */
export function forgetItem(storage: KeyValueStorage | undefined, key: string): void {
  const rest = indexOf(storage).filter((other) => other !== key);
  write(storage, PREFIX + key, undefined);
  write(storage, INDEX, rest.length === 0 ? undefined : JSON.stringify(rest));
}

function indexOf(storage: KeyValueStorage | undefined): string[] {
  const value = parse(read(storage, INDEX));
  return Array.isArray(value) ? value.filter((key) => typeof key === 'string') : [];
}

function parseItem(text: string | null): OutboxItem[] {
  const value = parse(text) as Partial<OutboxItem> | null;
  if (typeof value?.key !== 'string' || typeof value.chatId !== 'string') return [];
  return typeof value.command?.kind === 'string' ? [value as OutboxItem] : [];
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // not ours, or cut off
  }
}

function read(storage: KeyValueStorage | undefined, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null; // storage is switched off
  }
}

function write(storage: KeyValueStorage | undefined, key: string, value: string | undefined): void {
  try {
    if (value === undefined) storage?.removeItem(key);
    else storage?.setItem(key, value);
  } catch {
    // full or switched off: the command is still sent, it only does not outlive the page
  }
}
