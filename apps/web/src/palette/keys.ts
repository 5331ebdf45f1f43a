/**
 * Keys of commands. `Mod+K` is Ctrl+K, or ⌘K on a Mac; `Mod+Shift+O` asks for shift too; `/` is the character, however a
 * keyboard makes it; `G I` is one key after the other.
 */

/** What is known of a pressed key; a KeyboardEvent has it. */
export interface PressedKey {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** How a pressed key is called, as commands call theirs; undefined when it is none that a command could have. */
export function nameOfKey(pressed: PressedKey): string | undefined {
  const mod = pressed.ctrlKey || pressed.metaKey;
  if (pressed.altKey && !mod) return undefined; // letters of other languages
  const key = keyOf(pressed);
  if (key === undefined) return undefined;
  if (!mod) return key;
  return ['Mod', ...(pressed.shiftKey ? ['Shift'] : []), ...(pressed.altKey ? ['Alt'] : []), key].join('+');
}

function keyOf({ key, code, shiftKey }: PressedKey): string | undefined {
  if (key.length !== 1 || key === ' ') return undefined;
  // With shift the letter itself is upper case; on keyboards without Latin letters the key's place says which it is.
  const latin = /^[a-z]$/i.test(key) ? key : /^Key([A-Z])$/.exec(code)?.[1];
  if (latin !== undefined) return shiftKey || latin !== latin.toUpperCase() ? latin.toUpperCase() : latin;
  return key;
}

/** Whether keys are pressed together with Ctrl or ⌘, so that they can do nothing else. */
export function isModified(keys: string): boolean {
  return keys.startsWith('Mod+');
}

/**
 * The keys as they stand on a keyboard: one list for each press.
 * @param names - what keys are called in a language, such as `Strg` for `Mod`
 */
export function shownKeys(keys: string, names: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return keys.split(' ').map((press) => press.split('+').map((part) => names[part] ?? part));
}

/** What keys have on them on a Mac, in every language. */
export const MAC_KEYS: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Esc: '⎋' };

/** Whether this machine's modifier is ⌘. */
export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);
}

/** How long the first of two keys waits for the second, in ms. */
const SEQUENCE_MS = 1_200;

/** Finds out of pressed keys which command they mean. */
export interface KeyReader {
  /** The keys that are complete with this one, out of `wanted`; or that a sequence has begun. `now` is in ms. */
  press(
    pressed: PressedKey,
    wanted: readonly string[],
    now: number,
  ): { readonly keys?: string; readonly begun: boolean };
}

/** Remembers the beginning of a sequence. */
export function createKeyReader(): KeyReader {
  let first: { readonly name: string; readonly at: number } | undefined;
  return {
    press(pressed, wanted, now) {
      const name = nameOfKey(pressed);
      const before = first !== undefined && now - first.at <= SEQUENCE_MS ? first.name : undefined;
      first = undefined;
      if (name === undefined) return { begun: false };
      const sequence = before === undefined ? undefined : `${before} ${name}`;
      const keys = wanted.find((candidate) => candidate === sequence) ?? wanted.find((candidate) => candidate === name);
      if (keys !== undefined) return { keys, begun: false };
      const begun = wanted.some((candidate) => candidate.startsWith(`${name} `));
      if (begun) first = { name, at: now };
      return { begun };
    },
  };
}
