/** All events of a chat, whatever comes live and whatever is read. Promises: P1, P4. */
import { describe, expect, it } from '@jest/globals';
import { formatCursor, type ChatEvent, type Commits, type EventPage } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { countWork } from '@colloquy/testing/count-work';
import { emptyView } from '@colloquy/transcript';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import type { ChatState } from './chat-handle.ts';
import type { ChatPhase } from './chat-sync.ts';
import { openHistory, type ChatHistory, type HistoryState } from './event-history.ts';

const CHAT = 'chat-0000-0000-0001';

function eventsOf(length: number, title = 'log'): ChatEvent[] {
  return Array.from({ length }, (_, index) => ({
    type: 'chat_renamed' as const,
    seq: index + 1,
    at: '2026-01-01T00:00:00.000Z',
    title: `${title} ${String(index + 1)}`,
    by: 'ada',
  }));
}

/** An open chat and a service that has a part of its log. */
class World {
  readonly clock = new VirtualClock();
  readonly asked: number[] = [];
  readonly history: ChatHistory;
  log: readonly ChatEvent[];
  /** How many events the service gives by HTTP. */
  stored = 0;
  pageSize = 1000;
  failure: Error | undefined;
  #state: ChatState = { chat: emptyView(CHAT), outbox: [], phase: 'loading', error: undefined };
  #message: ((message: { readonly event: string; readonly payload: unknown }) => void) | undefined;
  #changed: (() => void) | undefined;

  constructor(log: readonly ChatEvent[]) {
    this.log = log;
    this.history = openHistory({
      chatId: CHAT,
      clock: this.clock,
      ids: seededIds(3, () => this.clock.now()),
      api: { listEvents: (_chatId, page) => this.#page(page?.after ?? 0) },
      connection: {
        onMessage: (listener) => {
          this.#message = listener;
          return () => (this.#message = undefined);
        },
      },
      chat: {
        getView: () => this.#state,
        subscribe: (listener) => {
          this.#changed = listener;
          return () => (this.#changed = undefined);
        },
      },
      onError: (error) => {
        throw error;
      },
      onClose: () => undefined,
    });
  }

  /** The state with its events as an array. */
  now(): Omit<HistoryState, 'events'> & { readonly events: readonly ChatEvent[] } {
    const state = this.history.getState();
    return { ...state, events: [...state.events] };
  }

  get watched(): boolean {
    return this.#message !== undefined || this.#changed !== undefined;
  }

  /** The open chat shows everything up to `lastSeq`. */
  show(lastSeq: number, { epoch = 'e1', phase = 'live' }: { epoch?: string; phase?: ChatPhase } = {}): void {
    const cursor = formatCursor({ epoch, streamSeq: lastSeq, eventSeq: lastSeq });
    this.#state = { ...this.#state, phase, chat: { ...this.#state.chat, lastSeq, cursor } };
    this.#changed?.();
  }

  live(from: number, to: number, epoch = 'e1'): void {
    const events = this.log.slice(from - 1, to);
    const cursor = formatCursor({ epoch, streamSeq: to, eventSeq: to });
    this.#message?.({ event: 'commits', payload: { chatId: CHAT, cursor, events, deltas: [] } satisfies Commits });
  }

  async #page(after: number): Promise<EventPage> {
    this.asked.push(after);
    await this.clock.sleep(5);
    if (this.failure !== undefined) throw this.failure;
    const there = this.log.slice(0, this.stored).slice(after);
    const events = there.slice(0, this.pageSize);
    return { events, ...(there.length > events.length ? { next: after + events.length } : {}) };
  }
}

describe('the events of an open chat', () => {
  it('are read page by page, and shown as they come', async () => {
    const world = new World(eventsOf(2500));
    world.stored = 2500;
    const lengths: number[] = [];
    world.history.subscribe(() => lengths.push(world.history.getState().events.length));
    world.show(2500);
    await world.clock.advance(100);
    expect(world.asked).toEqual([0, 1000, 2000]);
    expect(lengths).toEqual([1000, 2000, 2500]);
    expect(world.history.getState()).toMatchObject({ complete: true, error: undefined });
  });

  it('go on live without another call', async () => {
    const world = new World(eventsOf(12));
    world.stored = 10;
    world.show(10);
    await world.clock.advance(10);
    world.live(11, 12);
    world.show(12);
    expect(world.history.getState().events).toHaveLength(12);
    await world.clock.advance(10_000);
    expect(world.asked).toEqual([0]);
    expect(world.history.getState().complete).toBe(true);
  });

  it('cost the same for one more when the chat is long', async () => {
    const world = new World(eventsOf(20_002));
    world.stored = 20_000;
    world.show(20_000);
    await world.clock.advance(1_000);
    expect(world.now()).toMatchObject({ complete: true });
    const work = countWork(() => {
      world.live(20_001, 20_002);
    });
    expect(world.history.getState().events).toHaveLength(20_002);
    expect(work.items).toBeLessThan(1_000);
  });

  it('are not asked for before the chat is there', async () => {
    const world = new World(eventsOf(3));
    await world.clock.advance(10_000);
    expect(world.asked).toEqual([]);
    world.live(1, 3);
    await world.clock.advance(0);
    expect(world.now()).toEqual({ events: world.log, complete: true, error: undefined });
    expect(world.asked).toEqual([]);
  });

  it('have no hole when what is read is behind what comes live', async () => {
    const world = new World(eventsOf(9));
    world.stored = 4;
    world.show(4);
    await world.clock.advance(10);
    world.live(7, 9);
    await world.clock.advance(1_000);
    expect(world.history.getState()).toMatchObject({ complete: false });
    expect(world.history.getState().events).toHaveLength(4);
    world.stored = 6;
    await world.clock.advance(10_000);
    expect(world.now()).toEqual({ events: world.log, complete: true, error: undefined });
  });

  it('say what keeps them, and go on when it is over', async () => {
    const world = new World(eventsOf(5));
    world.stored = 5;
    world.failure = new ApiError({ status: 503, code: 'unavailable', detail: 'Later' });
    world.show(5);
    await world.clock.advance(10);
    expect(world.history.getState().error).toBe(world.failure);
    world.failure = undefined;
    await world.clock.advance(10_000);
    expect(world.now()).toEqual({ events: world.log, complete: true, error: undefined });
  });

  it('begin anew in another log, and when the log lost its end', async () => {
    const world = new World(eventsOf(6));
    world.stored = 6;
    world.show(6);
    await world.clock.advance(10);
    world.log = eventsOf(4, 'restored');
    world.stored = 4;
    world.show(4);
    await world.clock.advance(10);
    expect(world.now()).toMatchObject({ events: world.log, complete: true });
    world.log = eventsOf(5, 'other');
    world.stored = 5;
    world.live(5, 5, 'e2');
    await world.clock.advance(10);
    expect(world.now()).toMatchObject({ events: world.log, complete: true });
  });

  it('leave the memory when nobody wants them', async () => {
    const world = new World(eventsOf(6));
    world.stored = 6;
    world.show(6);
    await world.clock.advance(10);
    world.history.close();
    expect(world.now().events).toEqual([]);
    expect(world.watched).toBe(false);
    await world.clock.advance(60_000);
    expect(world.asked).toEqual([0]);
  });

  it('P1, P4: whatever is split, doubled, lost, late or behind, the list ends equal to the log and is never wrong', async () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('live' as const), from: fc.integer({ min: 1, max: 40 }), count: fc.nat(12) }),
      fc.record({ kind: fc.constant('store' as const), count: fc.nat(15) }),
      fc.record({ kind: fc.constant('show' as const), seq: fc.nat(40) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(2_000) }),
      fc.record({ kind: fc.constant('fail' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(act),
        async (...given) => {
          const [length, pageSize, acts] = given;
          const world = new World(eventsOf(length));
          world.pageSize = pageSize;
          let shown = 0;
          for (const step of acts) {
            if (step.kind === 'live') world.live(step.from, step.from + step.count);
            else if (step.kind === 'store') world.stored = Math.min(length, world.stored + step.count);
            else if (step.kind === 'show') world.show((shown = Math.min(length, Math.max(shown, step.seq))));
            else if (step.kind === 'fail')
              world.failure = new ApiError({ status: 502, code: 'unavailable', detail: '' });
            else await world.clock.advance(step.ms);
            const { events } = world.now();
            expect(events).toEqual(world.log.slice(0, events.length));
          }
          world.failure = undefined;
          world.stored = length;
          world.show(length);
          await world.clock.advance(60_000);
          expect(world.now()).toEqual({ events: world.log, complete: true, error: undefined });
        },
      ),
      {
        numRuns: 200,
        examples: [
          // It was complete as far as was known while it rested; then the chat went on.
          [
            2,
            1,
            [
              { kind: 'show', seq: 0 },
              { kind: 'wait', ms: 5 },
              { kind: 'live', from: 1, count: 0 },
            ],
          ],
        ],
      },
    );
  });
});
