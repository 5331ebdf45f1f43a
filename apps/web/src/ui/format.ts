/** How numbers, money and times are written. */
import { useLanguage } from '../i18n/define-words.ts';
import type { Language } from '../i18n/language.ts';

/** Numbers, money and times in one language. */
export interface Format {
  /** Millionths of a US dollar, with as many digits as say something. */
  cost(microUsd: number): string;
  /** A number of things, short: 1.2K. */
  count(count: number): string;
  /** A number of things with all its digits. */
  number(count: number): string;
  /** A part of a whole; 1 is all of it. */
  percent(part: number): string;
  /** A number of bytes. */
  bytes(bytes: number): string;
  /** A span of milliseconds. */
  span(ms: number): string;
  /** The time of day of an instant. */
  clock(at: string): string;
  /** The time of day of an instant; with the date when it was not today. */
  time(at: string): string;
  /** The date of an instant: 3 May, with the year when it is another one. */
  date(at: string): string;
  /** The day of an instant from today's view: today, yesterday, a weekday of the last week, or its date. */
  day(at: string): string;
  /** The date and the time of an instant, complete. */
  instant(at: string): string;
  /** How long ago an instant was, or how far off it is: 5 min ago, in 2 h. `now` is in ms. */
  ago(at: string, now: number): string;
}

const known = new Map<Language, Format>();

/** How numbers, money and times are written in the language of the page. */
export function useFormat(): Format {
  return formatOf(useLanguage());
}

/** How numbers, money and times are written in a language. */
export function formatOf(language: Language): Format {
  const found = known.get(language) ?? createFormat(language);
  known.set(language, found);
  return found;
}

function createFormat(language: Language): Format {
  return { ...createNumbers(language), ...createTimes(regionOf(language)) };
}

type Numbers = Pick<Format, 'cost' | 'count' | 'number' | 'percent' | 'bytes' | 'span'>;

function createNumbers(language: Language): Numbers {
  const counts = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const numbers = new Intl.NumberFormat(language);
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const fixed = (value: number, digits: number): string =>
    value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  /** One decimal below ten: 9.9, then 10. */
  const short = (value: number): string => fixed(value, Math.round(value * 10) < 100 ? 1 : 0);
  const dollars = (usd: number, digits: number): string =>
    usd.toLocaleString(language, {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  return {
    cost(microUsd) {
      const usd = microUsd / 1_000_000;
      if (usd === 0) return dollars(0, 2);
      if (usd < 0.0001) return `< ${dollars(0.0001, 4)}`;
      return dollars(usd, usd < 0.01 ? 4 : usd < 1 ? 3 : 2);
    },
    count: (count) => counts.format(count),
    number: (count) => numbers.format(count),
    percent: (part) => percents.format(part),
    bytes(bytes) {
      if (bytes < 1024) return `${String(bytes)} B`;
      const kib = bytes / 1024;
      return Math.round(kib) < 1024 ? `${short(kib)} KiB` : `${short(kib / 1024)} MiB`;
    },
    span(ms) {
      if (Math.round(ms) < 1000) return `${String(Math.round(ms))} ms`;
      // Rounded before it is divided: 59.96 s is a minute, never "60 s".
      const seconds = Math.round(ms / 1000);
      if (seconds < 60) return `${short(ms / 1000)} s`;
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
      return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
    },
  };
}

type Times = Pick<Format, 'clock' | 'time' | 'date' | 'day' | 'instant' | 'ago'>;

function createTimes(region: string): Times {
  const clocks = new Intl.DateTimeFormat(region, { hour: '2-digit', minute: '2-digit' });
  const dayMonth = new Intl.DateTimeFormat(region, { day: 'numeric', month: 'short' });
  const dayYear = new Intl.DateTimeFormat(region, { day: 'numeric', month: 'short', year: 'numeric' });
  const weekday = new Intl.DateTimeFormat(region, { weekday: 'long' });
  const complete = new Intl.DateTimeFormat(region, { dateStyle: 'long', timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(region, { numeric: 'auto', style: 'short' });
  const clock = (at: string): string => clocks.format(new Date(at));
  const date = (at: string): string => {
    const when = new Date(at);
    return (when.getFullYear() === new Date().getFullYear() ? dayMonth : dayYear).format(when);
  };
  return {
    date,
    clock,
    time: (at) => (daysBefore(at) === 0 ? clock(at) : `${date(at)}, ${clock(at)}`),
    day(at) {
      const days = daysBefore(at);
      if (days >= 0 && days < 2)
        return upperFirst(new Intl.RelativeTimeFormat(region, { numeric: 'auto' }).format(-days, 'day'));
      return days >= 2 && days < 7 ? weekday.format(new Date(at)) : date(at);
    },
    instant: (at) => complete.format(new Date(at)),
    ago(at, now) {
      const seconds = Math.round((Date.parse(at) - now) / 1000);
      for (const [unit, size] of UNITS) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      }
      return relative.format(0, 'second');
    },
  };
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** How many midnights lie between an instant and now, on this machine's clock. */
function daysBefore(at: string): number {
  const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(new Date()) - midnight(new Date(at))) / 86_400_000);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The language as it is spoken where the person is: times are written differently in en-GB and en-US. */
function regionOf(language: Language): string {
  const spoken = typeof navigator === 'undefined' ? [] : navigator.languages;
  return spoken.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

/** A name from a workflow file as people write it: `billing_expert` → `Billing expert`. */
export function formatName(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? name : upperFirst(words);
}
