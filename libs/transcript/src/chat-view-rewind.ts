/** What the person takes back: older versions leave the view, and what stands in their place says where they are. */
import type { EventOf } from '@colloquy/contracts';
import { settle, withEntry, without, type Draft } from './chat-view-draft.ts';
import type { Entry, Question, UserEntry, Version } from './chat-view-entries.ts';
import { SharedList } from './chat-view-list.ts';

/** `rewound`: what came after `toSeq` is undone, but for what is kept. Rare, so it may look at the whole history. */
export function rewind(draft: Draft, { seq, toSeq, kept = [] }: EventOf<'rewound'>): void {
  const wanted = new Set(kept);
  const stays = (entry: Entry): boolean => entry.seq <= toSeq || (entry.kind === 'user' && wanted.has(entry.messageId));
  resettleAll(draft, [...draft.settled].filter(stays));
  for (const entry of draft.queued) if (stays(entry)) settle(draft, { ...entry, queued: false });
  draft.queued = [];
  draft.activeRun = undefined;
  draft.rewoundSeq = seq;
  markOlder(draft, seq - 1);
}

/** The messages at the end are answered anew: each remembers where the older version ends. */
function markOlder(draft: Draft, upToSeq: number): void {
  for (let index = draft.settled.length - 1; index >= 0; index--) {
    const entry = draft.settled.at(index);
    if (entry?.kind === 'user') {
      const versions = [...(entry.versions ?? []), { messageId: entry.messageId, upToSeq }];
      draft.settled = draft.settled.with(index, { ...entry, versions });
    } else if (entry?.kind !== 'rejected') return;
  }
}

/** Takes the message away that another one stands for; gives the versions that the other one has. */
export function takeOlder(draft: Draft, messageId: string, seq: number): readonly Version[] {
  const isOlder = (entry: Entry): entry is UserEntry => entry.kind === 'user' && entry.messageId === messageId;
  const older = draft.queued.find(isOlder) ?? [...draft.settled].find(isOlder);
  const upToSeq = draft.rewoundSeq === seq - 1 ? seq - 2 : seq - 1;
  if (older === undefined) return [{ messageId, upToSeq }];
  if (draft.queued.includes(older)) draft.queued = draft.queued.filter((entry) => entry !== older);
  else
    resettleAll(
      draft,
      [...draft.settled].filter((entry) => entry !== older),
    );
  const { versions = [] } = older;
  return versions.at(-1)?.upToSeq === upToSeq ? versions : [...versions, { messageId, upToSeq }];
}

/** `message_taken_up`: the run that goes on has heard these messages. */
export function takeUp(draft: Draft, { runId, upToSeq }: EventOf<'message_taken_up'>): void {
  const isHeard = (entry: UserEntry): boolean => entry.steers === runId && entry.seq <= upToSeq;
  for (const entry of draft.queued) if (isHeard(entry)) settle(draft, { ...entry, queued: false });
  draft.queued = draft.queued.filter((entry) => !isHeard(entry));
}

function resettleAll(draft: Draft, entries: readonly Entry[]): void {
  draft.settled = SharedList.of(entries);
  draft.calls = placesOf(draft, draft.calls);
  draft.requests = placesOf(draft, draft.requests, (entry) =>
    'question' in entry ? (entry.question as Question | undefined)?.requestId : undefined,
  );
}

function placesOf(
  draft: Draft,
  old: ReadonlyMap<string, number>,
  idOf: (entry: Entry) => string | undefined = (entry) => entry.key,
): ReadonlyMap<string, number> {
  let places: ReadonlyMap<string, number> = new Map<string, number>();
  [...draft.settled].forEach((entry, index) => {
    const id = idOf(entry);
    if (id !== undefined && old.has(id)) places = withEntry(without(places, id), id, index);
  });
  return places;
}
