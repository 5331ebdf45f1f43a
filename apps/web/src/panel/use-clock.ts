'use client';

import { useLanguage } from '../i18n/define-words.ts';

const known = new Map<string, Intl.DateTimeFormat>();

/** The time of day of an instant, with its seconds. */
export function useClock(): (at: string) => string {
  const language = useLanguage();
  const clock =
    known.get(language) ??
    new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  known.set(language, clock);
  return (at) => clock.format(new Date(at));
}
