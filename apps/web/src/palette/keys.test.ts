import { describe, expect, it } from '@jest/globals';
import { createKeyReader, MAC_KEYS, nameOfKey, shownKeys, type PressedKey } from './keys.ts';
import { matches } from './match.ts';

const pressed = (key: string, more: Partial<PressedKey> = {}): PressedKey => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const WANTED = ['Mod+K', 'Mod+Shift+O', 'Mod+.', '/', '?', 'G I', 'G S'];

describe('keys of commands', () => {
  it('are called the same on every machine and keyboard', () => {
    expect(nameOfKey(pressed('k', { ctrlKey: true }))).toBe('Mod+K');
    expect(nameOfKey(pressed('k', { metaKey: true }))).toBe('Mod+K');
    expect(nameOfKey(pressed('O', { ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+O');
    expect(nameOfKey(pressed('/', { shiftKey: true }))).toBe('/'); // a German keyboard
    expect(nameOfKey(pressed('?', { shiftKey: true }))).toBe('?');
    expect(nameOfKey(pressed('л', { code: 'KeyK', ctrlKey: true }))).toBe('Mod+K'); // a Russian one
    for (const key of ['Control', 'Enter', 'Escape', ' ', 'Tab']) expect(nameOfKey(pressed(key))).toBeUndefined();
    expect(nameOfKey(pressed('@', { altKey: true }))).toBeUndefined();
  });

  it('mean a command alone, or one after the other in time', () => {
    const reader = createKeyReader();
    expect(reader.press(pressed('k', { ctrlKey: true }), WANTED, 0)).toEqual({ keys: 'Mod+K', begun: false });
    expect(reader.press(pressed('g'), WANTED, 1_000)).toEqual({ begun: true });
    expect(reader.press(pressed('i'), WANTED, 1_500)).toEqual({ keys: 'G I', begun: false });
    expect(reader.press(pressed('i'), WANTED, 1_600)).toEqual({ begun: false });
  });

  it('are forgotten when the second comes late, or is another', () => {
    const reader = createKeyReader();
    reader.press(pressed('g'), WANTED, 0);
    expect(reader.press(pressed('i'), WANTED, 5_000).keys).toBeUndefined();
    reader.press(pressed('g'), WANTED, 6_000);
    expect(reader.press(pressed('/'), WANTED, 6_100).keys).toBe('/');
    expect(reader.press(pressed('i'), WANTED, 6_200).keys).toBeUndefined();
  });

  it('stand in the help as they stand on the keyboard', () => {
    expect(shownKeys('Mod+Shift+O', MAC_KEYS)).toEqual([['⌘', '⇧', 'O']]);
    expect(shownKeys('Mod+Shift+O', { Mod: 'Strg' })).toEqual([['Strg', 'Shift', 'O']]);
    expect(shownKeys('G I', {})).toEqual([['G'], ['I']]);
  });
});

describe('a search among commands', () => {
  it('finds words in any order, whatever their case and accents', () => {
    expect(matches('Dunkle Farben', 'farb dunk')).toBe(true);
    expect(matches('Öffnen', 'offn')).toBe(true);
    expect(matches('Light colours', 'dark')).toBe(false);
    expect(matches('Anything', '  ')).toBe(true);
  });
});
