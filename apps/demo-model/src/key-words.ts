import { withoutMarkers } from './markers.ts';

const SMALL_WORDS = new Set(
  `a about am an and any are as at be been but by can could did do does for from get give had has have hello help hey hi how i if in
  into is it its just know let like me my need of on or our please should show so some tell than thanks that the their them then there
  these they this to us want was we were what when where which who why will with would you your`.split(/\s+/),
);

function words(text: string): string[] {
  return withoutMarkers(text).match(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu) ?? [];
}

/** The words that carry the meaning, at most so many; all words when none does. */
export function keyWords(text: string, most: number): readonly string[] {
  const all = words(text);
  const telling = all.filter((word) => !SMALL_WORDS.has(word.toLowerCase()));
  return (telling.length > 0 ? telling : all).slice(0, most);
}

/** A title of three to six words from a person's words: the first paragraph, where what was answered follows. */
export function writeTitle(asked: string): string {
  const [text = ''] = asked.split('\n\n', 1);
  const telling = keyWords(text, 6);
  const short = telling.length >= 3 ? telling : words(text).slice(0, 6);
  const chosen = short.length >= 3 ? short : ['Chat', 'about', ...(telling.length > 0 ? telling : ['something'])];
  const title = chosen.join(' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}
