/** Which events the inspector shows. */
import type { ChatEvent } from '@colloquy/contracts';
import { SharedList } from '@colloquy/transcript';

/** What is looked for; what is undefined or empty does not matter. */
export interface EventFilter {
  readonly type: string | undefined;
  readonly agent: string | undefined;
  readonly text: string;
}

/** Every event. */
export const ALL_EVENTS: EventFilter = { type: undefined, agent: undefined, text: '' };

const texts = new WeakMap<ChatEvent, string>();

/** All of an event as text in lower case. Each event is written once: a list of ten thousand is searched while typing. */
function textOf(event: ChatEvent): string {
  const known = texts.get(event) ?? JSON.stringify(event).toLowerCase();
  texts.set(event, known);
  return known;
}

/** Whether an event is looked for. */
export function matchesFilter(event: ChatEvent, { type, agent, text }: EventFilter): boolean {
  if (type !== undefined && event.type !== type) return false;
  if (agent !== undefined && event.agent !== agent) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => textOf(event).includes(word));
}

/** Finds events, again and again while more of them come. */
export interface EventSearch {
  /** The events that are looked for, oldest first; the same list as long as it holds the same. */
  of(events: SharedList<ChatEvent>, filter: EventFilter): SharedList<ChatEvent>;
}

/** A search that looks at each event once, until something else is looked for or the log is another one. */
export function createSearch(): EventSearch {
  let looked = SharedList.of<ChatEvent>();
  let found = looked;
  let last = ALL_EVENTS;
  return {
    of(events, filter) {
      if (isEverything(filter)) return events;
      const goesOn = filter === last && events.at(0) === looked.at(0) && events.length >= looked.length;
      if (!goesOn) found = looked = SharedList.of();
      for (const event of events.from(looked.length)) if (matchesFilter(event, filter)) found = found.push(event);
      looked = events;
      last = filter;
      return found;
    },
  };
}

const isEverything = ({ type, agent, text }: EventFilter): boolean =>
  type === undefined && agent === undefined && text.trim() === '';

/** Where the event with this `seq` is in a list in order; -1 when it is not there. */
export function indexOfSeq(events: SharedList<ChatEvent>, seq: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events.at(middle)?.seq ?? seq) < seq) low = middle + 1;
    else high = middle;
  }
  return events.at(low)?.seq === seq ? low : -1;
}

/** What can be chosen: the types with their numbers, and the agents, each in the order of the alphabet. */
export interface Choices {
  readonly types: readonly (readonly [string, number])[];
  readonly agents: readonly string[];
}

/** Of no events. */
export const NO_CHOICES: Choices = { types: [], agents: [] };

/** The choices after more events. */
export function choicesWith(before: Choices, added: readonly ChatEvent[]): Choices {
  const types = new Map(before.types);
  const agents = new Set(before.agents);
  for (const { type, agent } of added) {
    types.set(type, (types.get(type) ?? 0) + 1);
    if (agent !== undefined) agents.add(agent);
  }
  return { types: [...types].sort(([a], [b]) => (a < b ? -1 : 1)), agents: [...agents].sort() };
}
