/**
 * Audits one chat of a system that runs. Invariants:
 * 1. Nothing is written.
 * 2. A chat that is being written is not called wrong: MongoDB is behind by what persistence has in hand, so it gets
 *    some time to come to where the log was at the first look; and what differs is looked at again.
 * 3. What is really wrong is still wrong at the second look, and is reported as that look found it.
 */
import type { Clock } from '@colloquy/contracts';
import { compareSources, type Comparison } from './compare-sources.ts';
import { eventsOnLog, readSources, storedEvents, type AuditParts } from './read-sources.ts';
import { naming, type ChatSources, type Difference } from './sources.ts';

/** Between two looks, ms: time enough for one more batch of persistence. */
const LOOK_AGAIN_MS = 500;

/** How an audit is made. */
export interface AuditOptions extends AuditParts {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** How long MongoDB may take to get to where the log was, in ms. */
  readonly waitMs: number;
  /** What persistence has marked, by chatId. */
  readonly conflicts?: ReadonlyMap<string, string>;
}

/** What became of an audit; `unknown`: no copy has such a chat, and none was erased. */
export type Audited =
  | ({ readonly kind: 'audited' } & Comparison)
  | { readonly kind: 'erased'; readonly chatId: string; readonly differences: readonly Difference[] }
  | { readonly kind: 'unknown'; readonly chatId: string };

/**
 * Audits one chat.
 * @throws what the log, the store or the API throws when it does not answer
 */
export async function auditChat(options: AuditOptions, chatId: string): Promise<Audited> {
  const { clock, waitMs } = options;
  const deadline = clock.monotonic() + waitMs;
  let target: number | undefined;
  let before: string | undefined;
  for (;;) {
    const { audited, logEnd } = await look(options, chatId);
    target ??= logEnd;
    const said = JSON.stringify([audited, logEnd]);
    const caughtUp = (audited.documentSeq ?? Infinity) >= target;
    if (caughtUp && (isFaultless(audited) || said === before)) return withoutSeen(audited);
    if (clock.monotonic() >= deadline) return caughtUp ? withoutSeen(audited) : behind(audited, waitMs);
    before = said;
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

const isFaultless = (audited: Audited): boolean => audited.kind === 'unknown' || audited.differences.length === 0;

type Looked = Audited & { readonly documentSeq?: number };

async function look(options: AuditOptions, chatId: string): Promise<{ audited: Looked; logEnd: number }> {
  if (await options.store.isErased(chatId)) return { audited: await lookAtErased(options, chatId), logEnd: 0 };
  const sources = await readSources(options, chatId);
  const conflict = options.conflicts?.get(chatId);
  const audited: Looked = isEmpty(sources)
    ? { kind: 'unknown', chatId }
    : {
        kind: 'audited',
        documentSeq: sources.document?.lastSeq ?? 0,
        ...compareSources(conflict === undefined ? sources : { ...sources, conflict }),
      };
  return { audited, logEnd: sources.log.at(-1)?.commit.events.at(-1)?.seq ?? 0 };
}

const isEmpty = ({ log, stored, document }: ChatSources): boolean =>
  log.length === 0 && stored.length === 0 && document === undefined;

function withoutSeen({ documentSeq: _, ...audited }: Looked): Audited {
  return audited;
}

/** MongoDB has had its time. */
function behind(audited: Looked, waitMs: number): Audited {
  if (audited.kind !== 'audited' || audited.documentSeq === 0) return withoutSeen(audited);
  const { chatId, events, documentSeq } = audited;
  const text = `it is at event ${documentSeq} of ${events}, and did not get on within ${waitMs / 1000} s: does persistence run?`;
  const difference = naming(chatId)('document', text, documentSeq);
  return withoutSeen({ ...audited, differences: [...audited.differences, difference] });
}

/** Of a chat that is gone for good nothing may be left but its id. */
async function lookAtErased({ log, store }: AuditParts, chatId: string): Promise<Looked> {
  const name = naming(chatId);
  const [commits, events] = [await eventsOnLog(log, chatId), await storedEvents(store, chatId)];
  const first = commits[0]?.commit.events[0]?.seq;
  return {
    kind: 'erased',
    chatId,
    differences: [
      ...(first === undefined ? [] : [name('log', `the chat was erased, but event ${first} is on the log`, first)]),
      ...(events[0] === undefined
        ? []
        : [name('events', `the chat was erased, but ${events.length} events are in MongoDB`, events[0].seq)]),
    ],
  };
}
