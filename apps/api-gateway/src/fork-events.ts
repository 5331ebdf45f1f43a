/**
 * The log of a chat that goes on from a place in another one.
 *
 * Invariants (tests name them):
 * F1  It is what the other chat's newest version was at that place, renumbered: without what had been taken back by then.
 * F2  No run goes on in it: one that went on there is cancelled, its calls have failed, and what was half said is left out.
 * F3  What the other chat has cost was paid there: the new one begins at 0.
 * F4  It is a chat of its own: not pinned, not shared; its title is what the other one was called. Who forks has seen it.
 */
import { NEWS_EVENT_TYPES, type ChatEvent, type EventOf, type NewEvent } from '@colloquy/contracts';
import { newestVersion } from '@colloquy/transcript';

/** What a fork is made of. */
export interface Fork {
  readonly parentId: string;
  /** `seq` of the last event that it has of the other chat. */
  readonly atSeq: number;
  readonly commandId: string;
  readonly userId: string;
  /** Instant at which it is made. */
  readonly at: string;
  /** What is said next. */
  readonly message: string | undefined;
}

const LEFT_OUT: ReadonlySet<ChatEvent['type']> = new Set<ChatEvent['type']>([
  'chat_created',
  'chat_renamed',
  'chat_pinned',
  'share_changed',
  'chat_seen',
  'chat_deleted',
  'chat_restored',
  'command_rejected',
  'usage',
]);

const NEWS: ReadonlySet<string> = new Set(NEWS_EVENT_TYPES);

/** The events of the new chat; `events` are those of the other one from the first, at least up to `atSeq`. */
export function forkEvents(events: readonly ChatEvent[], fork: Fork): ChatEvent[] {
  const before = events.filter(({ seq }) => seq <= fork.atSeq);
  const [first] = before;
  if (first?.type !== 'chat_created') throw new RangeError('the events do not begin with the beginning of a chat');
  const copied = withoutHalves(newestVersion(before).filter(({ type }) => !LEFT_OUT.has(type)));
  const places = new Places(copied);
  const ends = endings(copied, fork);
  const added = [...ends, ...saidNext(fork), ...seen(copied, fork)];
  return [
    { ...created(first, before, fork), seq: 1, at: fork.at },
    ...copied.map((event) => places.moved(event)),
    ...added.map((event, index) => ({ ...event, seq: copied.length + 2 + index, at: fork.at })),
  ];
}

function created(
  { ownerId, tenantId, workflow, variables, title }: EventOf<'chat_created'>,
  before: readonly ChatEvent[],
  { parentId, atSeq, commandId }: Fork,
): NewEvent & { type: 'chat_created' } {
  const renamed = before.findLast((event) => event.type === 'chat_renamed');
  const called = renamed?.title ?? title;
  return {
    type: 'chat_created',
    commandId,
    ownerId,
    ...(tenantId === undefined ? {} : { tenantId }),
    workflow,
    variables,
    ...(called === undefined ? {} : { title: called }),
    forkedFrom: { chatId: parentId, seq: atSeq },
  };
}

/** What had begun and not ended is left out: nobody goes on with it. */
function withoutHalves(events: readonly ChatEvent[]): ChatEvent[] {
  const whole = new Set(
    events.flatMap((event) => ('messageId' in event && event.type !== 'message_started' ? [event.messageId] : [])),
  );
  return events.filter((event) => event.type !== 'message_started' || whole.has(event.messageId));
}

/** Ends every run that goes on, children before their parents, each call before its run. */
function endings(events: readonly ChatEvent[], { commandId, userId }: Fork): NewEvent[] {
  const ended = new Set(events.flatMap((event) => (isEnd(event) ? [event.runId] : [])));
  const answered = new Set(events.flatMap((event) => (event.type === 'tool_response' ? [event.callId] : [])));
  const error = { code: 'cancelled', message: 'The chat was forked before this call had answered.' };
  const calls = events.flatMap((event): NewEvent[] => {
    if (event.type !== 'tool_call' || answered.has(event.callId) || ended.has(event.runId)) return [];
    const { runId, agent, callId } = event;
    return [{ type: 'tool_response', runId, agent, callId, ok: false, error, ms: 0, commandId }];
  });
  const runs = events.flatMap((event): NewEvent[] => {
    if (event.type !== 'run_started' || ended.has(event.runId)) return [];
    return [{ type: 'run_cancelled', runId: event.runId, by: userId, commandId }];
  });
  return [...calls, ...runs.reverse()];
}

function isEnd(event: ChatEvent): event is EventOf<'run_completed' | 'run_failed' | 'run_cancelled'> {
  return event.type === 'run_completed' || event.type === 'run_failed' || event.type === 'run_cancelled';
}

/** Who says something has seen what was there; else a mark says so, if the copy ends with anything worth seeing. */
function seen(copied: readonly ChatEvent[], { message, commandId }: Fork): NewEvent[] {
  const last = copied.findLastIndex(({ type }) => NEWS.has(type));
  const said = copied.findLastIndex(({ type }) => type === 'user_message');
  return message !== undefined || last <= said ? [] : [{ type: 'chat_seen', upToSeq: last + 2, commandId }];
}

/** Its id is that of the command, as of any message. */
function saidNext({ message, commandId, userId }: Fork): NewEvent[] {
  if (message === undefined) return [];
  return [{ type: 'user_message', messageId: commandId, commandId, text: message, by: userId }];
}

/** Where the events of the other chat lie in the new one. */
class Places {
  readonly #seqs: readonly number[];

  constructor(copied: readonly ChatEvent[]) {
    this.#seqs = copied.map(({ seq }) => seq);
  }

  /** The event at its new place, with what it says about others' places. */
  moved(event: ChatEvent): ChatEvent {
    const seq = this.#placeOf(event.seq);
    switch (event.type) {
      case 'user_message': {
        // The message that it stands for is not there.
        const { edits: _edits, ...message } = event;
        return { ...message, seq };
      }
      case 'run_started':
        return { ...event, seq, trigger: this.#placeOf(event.trigger) };
      case 'message_taken_up':
      case 'context_summarized':
        return { ...event, seq, upToSeq: this.#placeOf(event.upToSeq) };
      default:
        return { ...event, seq };
    }
  }

  /** The place of the event at `seq`, or of the newest before it that there is; `chat_created` is the first. */
  #placeOf(seq: number): number {
    let [low, high] = [0, this.#seqs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}
