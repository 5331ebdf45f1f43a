/** The client on a line that drops, doubles, reorders, cuts and resets, and a service that is behind. Promises: P1, P4. */
import { describe, expect, it } from '@jest/globals';
import { formatCursor, parseCursor, publicEvent, type Commits, type SubscribeReply } from '@colloquy/contracts';
import { randomLog, seededIds, VirtualClock } from '@colloquy/testing';
import {
  applyCommits,
  documentOf,
  emptyView,
  recordOfLog,
  type ChatView,
  type PlacedCommit,
} from '@colloquy/transcript';
import fc from 'fast-check';
import type { ChatHandle } from './chat-handle.ts';
import { createClient, type Client } from './create-client.ts';
import type { TransportHandlers } from './transport.ts';

const CHAT = 'chat-0000-0000-0001';
const EPOCH = 'epoch1';

/** What can become of one thing on its way. */
type Harm = 'none' | 'drop' | 'double' | 'late';
type Act = 'append' | 'wait' | 'cut' | 'reset' | 'lose position' | 'refuse' | 'bye' | 'stale' | 'offline';

/** One chat, its service and the line to it, on virtual time. */
class Hostile {
  readonly clock = new VirtualClock();
  readonly log: readonly PlacedCommit[];
  readonly client: Client;
  readonly chat: ChatHandle;
  /** How much of the log there is by now. */
  #length: number;
  /** How many commits the document is behind. */
  #stale = 0;
  /** What will go wrong, and how often yet. */
  readonly #faults = new Map<Act, number>();
  #harms: Harm[] = [];
  #harmless = false;
  #handlers: TransportHandlers | undefined;
  #connected = false;
  /** True: live commits are sent. */
  #watched = false;
  /** Which connection it is: what was sent on an older one never arrives. */
  #line = 0;
  readonly #ids = seededIds(11, () => this.clock.now());

  constructor(log: readonly PlacedCommit[], known: number, harms: readonly Harm[]) {
    this.log = log;
    this.#length = Math.min(log.length, known);
    this.#harms = [...harms];
    this.client = createClient({
      baseUrl: 'http://service',
      clock: this.clock,
      ids: this.#ids,
      fetch: () => this.#document(),
      onError: (error) => {
        throw error;
      },
      transport: (handlers) => {
        this.#handlers = handlers;
        return {
          connect: () => void this.#connect(),
          disconnect: () => this.#drop(),
          request: (event, payload, timeoutMs) => this.#request(event, payload as { cursor?: string }, timeoutMs),
        };
      },
    });
    this.chat = this.client.openChat(CHAT);
  }

  get whole(): boolean {
    return this.#length === this.log.length;
  }

  async act(act: Act): Promise<void> {
    if (act === 'append') this.#append();
    else if (act === 'wait') await this.clock.advance(700);
    else if (act === 'cut') this.#cut();
    else if (act === 'reset') this.#reset();
    else if (act === 'bye') this.#deliver('bye', { reason: 'drain', reconnectInMs: 40 });
    else if (act === 'stale') this.#stale = 3;
    else this.#faults.set(act, (this.#faults.get(act) ?? 0) + 1);
    await this.clock.advance(3);
  }

  /** Nothing more is harmed; the rest of the log is written, and the last commit arrives: what is missing shows. */
  async settle(): Promise<void> {
    this.#harmless = true;
    this.#stale = 0;
    this.#faults.clear();
    while (!this.whole) this.#append();
    await this.clock.advance(90_000);
    if (this.#watched) this.#send(this.log.slice(-1));
    await this.clock.advance(90_000);
  }

  #takes(fault: Act): boolean {
    const left = this.#faults.get(fault) ?? 0;
    this.#faults.set(fault, Math.max(0, left - 1));
    return left > 0;
  }

  #append(): void {
    if (this.whole) return;
    this.#length += 1;
    if (this.#watched) this.#send(this.log.slice(this.#length - 1, this.#length));
  }

  #send(commits: readonly PlacedCommit[]): void {
    const last = commits.at(-1);
    if (last === undefined) return;
    this.#deliver('commits', {
      chatId: CHAT,
      cursor: this.#cursorAfter(this.log.indexOf(last) + 1),
      events: commits.flatMap(({ commit }) => commit.events.map(publicEvent)),
      deltas: commits.flatMap(({ commit }) => commit.deltas ?? []),
    } satisfies Commits);
  }

  #deliver(event: string, payload: unknown): void {
    const line = this.#line;
    // A line that is there loses no word of the gateway; commits may fall out before it.
    const harm = this.#harmless || event !== 'commits' ? 'none' : (this.#harms.shift() ?? 'none');
    if (harm === 'drop' || !this.#connected) return;
    const arrive = (): void => {
      if (this.#connected && line === this.#line) this.#handlers?.onMessage(event, payload);
    };
    this.clock.setTimeout(arrive, harm === 'late' ? 250 : 1);
    if (harm === 'double') this.clock.setTimeout(arrive, 60);
  }

  async #connect(): Promise<void> {
    await this.clock.sleep(5);
    if (this.#connected) return;
    this.#connected = true;
    this.#line += 1;
    this.#handlers?.onConnect();
  }

  #drop(): void {
    this.#connected = false;
    this.#watched = false;
  }

  #cut(): void {
    if (!this.#connected) return;
    this.#drop();
    this.#handlers?.onDisconnect({ code: 'disconnected', message: 'transport close' });
  }

  #reset(): void {
    this.#deliver('reset', { chatId: CHAT });
    this.#watched = false;
  }

  async #request(event: string, { cursor }: { cursor?: string }, timeoutMs: number): Promise<unknown> {
    if (event !== 'subscribe') return { ok: true };
    const line = this.#line;
    await this.clock.sleep(2);
    if (line !== this.#line || !this.#connected) throw new Error('disconnected');
    const reply = this.#subscribe(cursor);
    const harm = this.#harmless ? 'none' : (this.#harms.shift() ?? 'none');
    if (harm === 'drop') await this.clock.sleep(timeoutMs).then(() => Promise.reject(new Error('timeout')));
    await this.clock.sleep(harm === 'late' ? 300 : 2);
    if (line !== this.#line) throw new Error('disconnected');
    return reply;
  }

  #subscribe(cursor: string | undefined): SubscribeReply {
    if (this.#takes('refuse')) return { ok: false, error: { code: 'unavailable', message: 'Later' } };
    this.#watched = false;
    const end = this.#cursorAfter(this.#length);
    if (this.#takes('lose position')) return { ok: true, recovered: false, cursor: end };
    const after = cursor === undefined ? 0 : (parseCursor(cursor)?.streamSeq ?? 0);
    this.#send(this.log.slice(0, this.#length).filter(({ streamSeq }) => streamSeq > after));
    this.#watched = true;
    return { ok: true, recovered: true, cursor: end };
  }

  async #document(): Promise<Response> {
    await this.clock.sleep(10);
    if (this.#takes('offline')) throw new TypeError('fetch failed');
    const record = recordOfLog(this.log.slice(0, Math.max(1, this.#length - this.#stale)), publicEvent);
    if (record === undefined) throw new Error('a log without its beginning');
    return Response.json(documentOf(record));
  }

  #cursorAfter(length: number): string {
    const commits = this.log.slice(0, length);
    const eventSeq = commits.reduce((last, { commit }) => commit.events.at(-1)?.seq ?? last, 0);
    return formatCursor({ epoch: EPOCH, streamSeq: commits.at(-1)?.streamSeq ?? 0, eventSeq });
  }
}

const foldOf = (log: readonly PlacedCommit[]): ChatView =>
  log.reduce(
    (view, { commit }) => applyCommits(view, { events: commit.events.map(publicEvent), deltas: commit.deltas ?? [] }),
    emptyView(CHAT),
  );

/** What a person sees of it; how far a running tool has come is told by deltas alone, which expire. */
function shown({ memory: _memory, entries, cursor: _cursor, speaker: _speaker, ...rest }: ChatView) {
  return {
    ...rest,
    entries: [...entries].map((entry) => (entry.kind === 'tool' ? { ...entry, progress: '' } : entry)),
  };
}

describe('a hostile line', () => {
  it('P1, P4: whatever is dropped, doubled, late, cut, reset, refused or stale, the fold ends equal to the log', async () => {
    const acts = fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.constant<Act>('append') },
        { weight: 3, arbitrary: fc.constant<Act>('wait') },
        {
          weight: 4,
          arbitrary: fc.constantFrom<Act>('cut', 'reset', 'lose position', 'refuse', 'bye', 'stale', 'offline'),
        },
      ),
      { maxLength: 60 },
    );
    const harms = fc.array(fc.constantFrom<Harm>('none', 'none', 'drop', 'double', 'late'), { maxLength: 40 });
    const choices = fc.array(fc.nat(239), { minLength: 5, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(choices, fc.integer({ min: 1, max: 20 })), acts, harms, async (log, play, harm) => {
        const [chosen, known] = log;
        const world = new Hostile(randomLog(chosen, CHAT), known, harm);
        for (const act of play) await world.act(act);
        await world.settle();
        const { chat, phase, error } = world.chat.getView();
        expect({ phase, error, gap: chat.gap }).toEqual({ phase: 'live', error: undefined, gap: false });
        expect(shown(chat)).toEqual(shown(foldOf(world.log)));
        world.client.close();
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
