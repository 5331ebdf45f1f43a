import { describe, expect, it } from '@jest/globals';
import { languageOf } from './language.ts';

describe('the language of a page', () => {
  it('is what the person has chosen, whatever the browser asks for', () => {
    expect(languageOf('de', 'en-GB,en;q=0.9')).toBe('de');
    expect(languageOf('en', 'de')).toBe('en');
  });

  it('is else the one that the browser likes best and the app speaks', () => {
    expect(languageOf(undefined, 'de-AT,de;q=0.9,en;q=0.8')).toBe('de');
    expect(languageOf(undefined, 'fr, de;q=0.7, en;q=0.9')).toBe('en');
    expect(languageOf(undefined, 'en;q=0, de;q=0.1')).toBe('de');
  });

  it('is else English, and nonsense is no language', () => {
    expect(languageOf(undefined, null)).toBe('en');
    expect(languageOf('xx', 'fr;q=x,,;')).toBe('en');
    expect(languageOf('constructor', '*')).toBe('en');
  });
});
