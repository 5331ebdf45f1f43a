/** @jest-environment @happy-dom/jest-environment */
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  changeFile,
  clearDraft,
  draftOf,
  insertIntoDraft,
  onDraftChange,
  onInsert,
  writeDraft,
} from './draft-store.ts';

const attachment = { fileId: 'file-0000-0000-0001', name: 'a.txt', type: 'text/plain', size: 5 };
const coming = { id: '1', name: 'a.txt', type: 'text/plain', size: 5, loaded: 0 };
let used = 0;
/** A name that no test before had: the store lives as long as the page. */
let key = '';

/** What another tab does, as this one hears of it. */
function elsewhere(newValue: object | null, oldValue: object | null = null): void {
  const text = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
  window.dispatchEvent(
    new StorageEvent('storage', {
      key: `colloquy.draft.${key}`,
      newValue: text(newValue),
      oldValue: text(oldValue),
    }),
  );
}

const kept = (): unknown => JSON.parse(localStorage.getItem(`colloquy.draft.${key}`) ?? 'null');

describe('a draft', () => {
  beforeEach(() => {
    key = `chat-${String(++used)}`;
  });

  it('is kept with the files that are up, and gone when it is sent', () => {
    writeDraft(key, { text: 'Look', files: [coming] });
    expect(kept()).toEqual({ text: 'Look', at: expect.any(Number) });
    changeFile(key, '1', { attachment });
    expect(kept()).toMatchObject({ text: 'Look', files: [attachment] });
    clearDraft(key);
    expect(localStorage.getItem(`colloquy.draft.${key}`)).toBeNull();
  });

  it('is as it was when the page is loaded again, without files that were on their way', () => {
    localStorage.setItem(`colloquy.draft.${key}`, JSON.stringify({ text: 'Look', at: 5, files: [attachment] }));
    expect(draftOf(key)).toMatchObject({ text: 'Look', at: 5, files: [{ attachment, loaded: 5 }] });
  });

  it('is empty when what was kept is not ours', () => {
    localStorage.setItem(`colloquy.draft.${key}`, 'half a {');
    expect(draftOf(key)).toMatchObject({ text: '', files: [] });
  });

  it('keeps no note of how far a file is up, and forgets one that was taken out', () => {
    writeDraft(key, { text: '', files: [coming] });
    const write = jest.spyOn(Storage.prototype, 'setItem');
    changeFile(key, '1', { loaded: 3 });
    expect(draftOf(key).files[0]?.loaded).toBe(3);
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
    writeDraft(key, { files: [] });
    changeFile(key, '1', { attachment });
    expect(draftOf(key).files).toEqual([]);
  });

  it('of another tab counts only when it is newer, and takes no file away that is on its way here', () => {
    const changed = jest.fn();
    onDraftChange(key, changed);
    writeDraft(key, { text: 'Mine', files: [coming] });
    const { at } = draftOf(key);
    elsewhere({ text: 'Older', at: at - 1 });
    expect(draftOf(key).text).toBe('Mine');
    elsewhere({ text: 'Newer', at: at + 1 });
    expect(draftOf(key)).toMatchObject({ text: 'Newer', files: [coming] });
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('that was sent in another tab goes here too, but only when it is the same', () => {
    onDraftChange(key, () => undefined);
    writeDraft(key, { text: 'Same' });
    elsewhere(null, { text: 'Other', at: 1 });
    expect(draftOf(key).text).toBe('Same');
    elsewhere(null, { text: 'Same', at: 1 });
    expect(draftOf(key).text).toBe('');
  });

  it('takes what is inserted at its end, on lines of its own, and tells its field', () => {
    const told = jest.fn();
    onInsert(key, told);
    insertIntoDraft(key, '> quoted\n\n');
    expect(draftOf(key).text).toBe('> quoted\n\n');
    insertIntoDraft(key, '> more');
    expect(draftOf(key).text).toBe('> quoted\n\n> more');
    expect(told).toHaveBeenCalledTimes(2);
  });

  it('is still in the field when it cannot be kept', () => {
    const full = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('full');
    });
    writeDraft(key, { text: 'Mine' });
    expect(draftOf(key).text).toBe('Mine');
    full.mockRestore();
  });
});
