/** Chats by the day on which something happened in them last, as the person's calendar has it. */
import type { ChatRow } from '@colloquy/contracts';

/** A part of the list: `today`, `yesterday`, `week` for the seven days before those, or a month as `2026-03`. */
export interface DayGroup {
  readonly key: string;
  readonly rows: readonly ChatRow[];
}

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
const calendars = new Map<string, Intl.DateTimeFormat>();

/** The date of an instant in a time zone, as `2026-03-29`. */
export function dateIn(timeZone: string, at: number): string {
  const known = calendars.get(timeZone);
  // This locale writes a date as ISO does.
  const calendar = known ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  calendars.set(timeZone, calendar);
  return calendar.format(at);
}

/**
 * The part of the list to which an instant belongs, seen from `today` (a date as {@link dateIn} gives it). Days are counted
 * by the calendar: where clocks are put forward, a day has 23 hours. A clock that goes wrong puts nothing into the future.
 */
export function dayGroupOf(at: string, today: string, timeZone: string): string {
  const date = dateIn(timeZone, Date.parse(at));
  const days = Math.round((Date.parse(today) - Date.parse(date)) / DAY_MS);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  return days <= WEEK_DAYS ? 'week' : date.slice(0, 7);
}

/** The rows in their parts, in their order. */
export function groupByDay(rows: readonly ChatRow[], today: string, timeZone: string): DayGroup[] {
  const groups = new Map<string, ChatRow[]>();
  for (const row of rows) {
    const key = dayGroupOf(row.updatedAt, today, timeZone);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].map(([key, members]) => ({ key, rows: members }));
}
