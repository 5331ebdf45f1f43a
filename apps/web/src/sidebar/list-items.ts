/** What stands in the list of chats, line by line. */
import type { ChatRow } from '@colloquy/contracts';
import { groupByDay } from './day-groups.ts';

/** One line of the list. */
export type ListItem =
  | { readonly kind: 'heading'; readonly key: string; readonly title: string; readonly group: string }
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly row: ChatRow;
      readonly group: string;
      readonly place: Place;
    };

/** Where a row stands in its group, from 1, for who hears the list. */
export interface Place {
  readonly nth: number;
  readonly of: number;
}

/** How groups are called. */
export interface GroupNames {
  readonly pinned: string;
  /** The title of a group of `groupByDay`. */
  readonly day: (key: string) => string;
}

/** The lines: pinned chats, then the others by day. Who searches gets them as they are found. */
export function listItems(
  rows: readonly ChatRow[],
  options: { readonly today: string; readonly timeZone: string; readonly names: GroupNames; readonly grouped: boolean },
): ListItem[] {
  const { today, timeZone, names, grouped } = options;
  if (!grouped) return linesOf({ key: 'found', title: undefined, rows });
  const pinned = rows.filter((row) => row.pinned);
  const days = groupByDay(
    rows.filter((row) => !row.pinned),
    today,
    timeZone,
  );
  return [
    ...linesOf({ key: 'pinned', title: names.pinned, rows: pinned }),
    ...days.flatMap((group) => linesOf({ ...group, title: names.day(group.key) })),
  ];
}

function linesOf(group: {
  readonly key: string;
  readonly title: string | undefined;
  readonly rows: readonly ChatRow[];
}): ListItem[] {
  const { key, title, rows } = group;
  if (rows.length === 0) return [];
  const lines = rows.map((row, index): ListItem => {
    return { kind: 'row', key: row.chatId, row, group: key, place: { nth: index + 1, of: rows.length } };
  });
  return title === undefined ? lines : [{ kind: 'heading', key: `heading-${key}`, title, group: key }, ...lines];
}

/** A line that is drawn, and where. */
export interface Placed<Kind extends ListItem['kind'] = ListItem['kind']> {
  readonly item: Extract<ListItem, { readonly kind: Kind }>;
  readonly index: number;
  /** From the top of the list, in px. */
  readonly top: number;
}

/** The lines of one group that are drawn. */
export interface DrawnGroup {
  readonly key: string;
  readonly title: string | undefined;
  readonly heading: Placed<'heading'> | undefined;
  readonly rows: readonly Placed<'row'>[];
}

/** The lines that are drawn, by group: who hears the list is told the group of a row also where its heading is not drawn. */
export function groupsOf(
  items: readonly ListItem[],
  drawn: readonly { readonly index: number; readonly start: number }[],
): DrawnGroup[] {
  const groups = new Map<string, { heading: Placed<'heading'> | undefined; rows: Placed<'row'>[] }>();
  for (const { index, start: top } of drawn) {
    const item = items[index];
    if (item === undefined) continue;
    const group = groups.get(item.group) ?? { heading: undefined, rows: [] };
    groups.set(item.group, group);
    if (item.kind === 'heading') group.heading = { item, index, top };
    else group.rows.push({ item, index, top });
  }
  return [...groups].map(([key, group]) => ({ key, title: titleOfGroup(items, key), ...group }));
}

function titleOfGroup(items: readonly ListItem[], group: string): string | undefined {
  const heading = items.find((item) => item.kind === 'heading' && item.group === group);
  return heading?.kind === 'heading' ? heading.title : undefined;
}
