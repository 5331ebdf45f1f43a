import type { ChatEvent } from '@colloquy/contracts';
import type { ChatSources, Difference, LoggedCommit, Name } from './sources.ts';
import { isSameJson } from './stable-hash.ts';

/** What really happened in a chat: its log, and before its first commit MongoDB's events. */
export interface History {
  /** From 1 on without a hole, as far as there is none. */
  readonly events: readonly ChatEvent[];
  /** `seq` of the log's first event; Infinity when the log holds none. */
  readonly firstOnLog: number;
  /** Stream sequence of the commit of each event that is on the log. */
  readonly places: ReadonlyMap<number, number>;
  readonly differences: readonly Difference[];
}

/** The history, and what is wrong with it: holes, and events that are on the log twice. */
export function historyOf({ log, stored }: ChatSources, name: Name): History {
  const { onLog, places, differences } = readLog(log, name);
  const firstOnLog = onLog[0]?.seq ?? Infinity;
  const before = stored.filter(({ seq }) => seq < firstOnLog);
  const events = unbroken([...before, ...onLog]);
  if (!Number.isFinite(firstOnLog) || before.length >= firstOnLog - 1) {
    return { events, firstOnLog, places, differences };
  }
  const missing = firstMissing(before, firstOnLog);
  const text = `the log begins at event ${firstOnLog}, and event ${missing} is not in MongoDB either`;
  return { events, firstOnLog, places, differences: [...differences, name('events', text, missing)] };
}

/** The log's events in their order, without those that it has twice. */
function readLog(
  log: ChatSources['log'],
  name: Name,
): { onLog: readonly ChatEvent[]; places: ReadonlyMap<number, number>; differences: readonly Difference[] } {
  const differences: Difference[] = [];
  const onLog: ChatEvent[] = [];
  const places = new Map<number, number>();
  for (const { streamSeq, event } of log.flatMap(placedEvents)) {
    const last = onLog.at(-1)?.seq ?? event.seq - 1;
    if (event.seq !== last + 1) {
      differences.push(name('log', outOfLine({ last, event, streamSeq, before: places.get(event.seq) }), event.seq));
      if (event.seq <= last) continue;
    }
    onLog.push(event);
    places.set(event.seq, streamSeq);
  }
  return { onLog, places, differences };
}

const placedEvents = ({ streamSeq, commit }: LoggedCommit): readonly { streamSeq: number; event: ChatEvent }[] =>
  commit.events.map((event) => ({ streamSeq, event }));

function outOfLine(of: { last: number; event: ChatEvent; streamSeq: number; before: number | undefined }): string {
  const { last, event, streamSeq, before } = of;
  if (event.seq > last + 1) {
    return `the log has a hole: event ${event.seq} (stream sequence ${streamSeq}) follows event ${last}`;
  }
  const first = before === undefined ? 'nowhere' : `at stream sequence ${before}`;
  return `event ${event.seq} is on the log again at stream sequence ${streamSeq}, after event ${last}; it was first ${first}`;
}

function firstMissing(events: readonly ChatEvent[], end: number): number {
  const there = new Set(events.map(({ seq }) => seq));
  for (let seq = 1; seq < end; seq += 1) if (!there.has(seq)) return seq;
  return end;
}

function unbroken(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const hole = events.findIndex(({ seq }, at) => seq !== at + 1);
  return hole === -1 ? events : events.slice(0, hole);
}

/** Says what is missing or other in a copy of the events, up to and including `upTo`. */
export function compareEvents(
  expected: readonly ChatEvent[],
  found: readonly ChatEvent[],
  { upTo, differs }: { upTo: number; differs: (text: string, seq: number) => Difference },
): readonly Difference[] {
  const bySeq = new Map(found.map((event) => [event.seq, event]));
  const last = expected.at(-1)?.seq ?? 0;
  const wrong = expected.flatMap((event) => {
    const { seq, type } = event;
    const copy = bySeq.get(seq);
    if (copy === undefined) return seq <= upTo ? [differs(`event ${seq} (${type}) is missing`, seq)] : [];
    if (isSameJson(copy, event)) return [];
    return [differs(`event ${seq} (${type}) differs in ${changedFields(event, copy)}`, seq)];
  });
  const spare = found
    .filter(({ seq }) => seq > last)
    .map(({ seq, type }) => differs(`event ${seq} (${type}) is there, but the log ends at ${last}`, seq));
  const doubled = found
    .filter(({ seq }, at) => found[at - 1]?.seq === seq)
    .map(({ seq, type }) => differs(`event ${seq} (${type}) is there twice`, seq));
  return [...wrong, ...spare, ...doubled];
}

/** Names of the fields in which two events differ. */
export function changedFields(expected: object, found: object): string {
  const [a, b] = [new Map<string, unknown>(Object.entries(expected)), new Map<string, unknown>(Object.entries(found))];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.filter((field) => !isSameJson(a.get(field), b.get(field))).join(', ');
}
