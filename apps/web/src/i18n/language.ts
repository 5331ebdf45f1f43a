/** Languages that the app speaks; the first one is there without loading anything. */
export const LANGUAGES = ['en', 'de'] as const;

/** A language of the app, as BCP 47 has it. */
export type Language = (typeof LANGUAGES)[number];

/** The cookie by which the server learns what a person has chosen. */
export const LANGUAGE_COOKIE = 'colloquy_lang';

/** What one of the app's languages is called in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };

/** Whether a text names a language of the app. */
export function isLanguage(text: string | null | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/**
 * The language of a page.
 * @param chosen - what the person has chosen, by the cookie
 * @param accepted - the browser's Accept-Language: the one that it likes best and the app speaks
 */
export function languageOf(chosen: string | undefined, accepted: string | null): Language {
  if (isLanguage(chosen)) return chosen;
  const wishes = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { language: tag.toLowerCase().split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wishes.map(({ language }) => language).find(isLanguage) ?? 'en';
}
