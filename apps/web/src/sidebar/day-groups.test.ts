import { describe, expect, it } from '@jest/globals';
import { dateIn, dayGroupOf } from './day-groups.ts';

const at = (now: string, instant: string, zone: string): string =>
  dayGroupOf(instant, dateIn(zone, Date.parse(now)), zone);

describe('the day of a chat', () => {
  it('is that of the person’s calendar, not of the server’s', () => {
    const now = '2026-03-10T02:00:00Z';
    expect(at(now, '2026-03-10T01:00:00Z', 'UTC')).toBe('today');
    expect(at(now, '2026-03-09T23:30:00Z', 'UTC')).toBe('yesterday');
    expect(at(now, '2026-03-09T23:30:00Z', 'Europe/Berlin')).toBe('today');
    expect(at(now, '2026-03-10T01:00:00Z', 'America/New_York')).toBe('today');
    expect(at(now, '2026-03-09T03:00:00Z', 'America/New_York')).toBe('yesterday');
    expect(at(now, '2026-03-09T10:30:00Z', 'Pacific/Kiritimati')).toBe('today');
  });

  it('is counted by dates where the clocks change: a day has 23 hours, or 25', () => {
    // Berlin: forward in the night to 29 March, back in the night to 25 October.
    expect(at('2026-03-29T22:30:00Z', '2026-03-29T21:30:00Z', 'Europe/Berlin')).toBe('yesterday');
    expect(at('2026-03-29T10:00:00Z', '2026-03-28T22:59:00Z', 'Europe/Berlin')).toBe('yesterday');
    expect(at('2026-03-30T10:00:00Z', '2026-03-28T23:30:00Z', 'Europe/Berlin')).toBe('yesterday');
    expect(at('2026-10-25T22:59:00Z', '2026-10-24T22:00:00Z', 'Europe/Berlin')).toBe('today');
    expect(at('2026-10-25T23:00:00Z', '2026-10-24T22:00:00Z', 'Europe/Berlin')).toBe('yesterday');
  });

  it('is one of the seven days before yesterday’s end, then a month', () => {
    const now = '2026-03-10T12:00:00Z';
    expect(at(now, '2026-03-08T12:00:00Z', 'UTC')).toBe('week');
    expect(at(now, '2026-03-03T00:00:00Z', 'UTC')).toBe('week');
    expect(at(now, '2026-03-02T23:59:59Z', 'UTC')).toBe('2026-03');
    expect(at(now, '2025-12-31T23:30:00Z', 'UTC')).toBe('2025-12');
    expect(at(now, '2025-12-31T23:30:00Z', 'Asia/Tokyo')).toBe('2026-01');
  });

  it('is today when a clock goes wrong', () => {
    expect(at('2026-03-10T12:00:00Z', '2026-03-12T12:00:00Z', 'UTC')).toBe('today');
  });
});
