import { withoutMarkers } from './markers.ts';

const SMALL_WORDS = new Set(
  `a about am an and any are as at be been but by can could did do does for from get give had has have hello help hey hi how i if in
  into is it its just know let like me my need of on or our please should show so some tell than thanks that the their them then there
  these they this to us want was we were what when where which who why will with would you your`.split(/\s+/),
);

/** A title is no longer than this, in words. */
const MOST_TITLE_WORDS = 6;

function words(text: string): string[] {
  return withoutMarkers(text).match(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu) ?? [];
}

/** The words that carry the meaning, at most so many; all words when none does. */
export function keyWords(text: string, most: number): readonly string[] {
  const all = words(text);
  const telling = all.filter((word) => !SMALL_WORDS.has(word.toLowerCase()));
  return (telling.length > 0 ? telling : all).slice(0, most);
}

/** A title from a person's first words, at most six; of the first paragraph, where what was answered follows. */
export function writeTitle(asked: string): string {
  const [text = ''] = asked.split('\n\n', 1);
  const first = words(text).slice(0, MOST_TITLE_WORDS);
  const title = (first.length > 0 ? first : ['Chat', 'about', 'something']).join(' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}
