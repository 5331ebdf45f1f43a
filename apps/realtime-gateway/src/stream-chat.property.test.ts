import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import fc from 'fast-check';
import { seqsOf, StreamWorld, type Client } from './fixtures/stream-world.ts';
import { SupersededError } from './watch-chat.ts';

type Act =
  | { kind: 'say'; count: number }
  | { kind: 'stream' }
  | { kind: 'wait'; ms: number }
  | { kind: 'watch' | 'leave' | 'cut' | 'full' | 'drain'; who: number }
  | { kind: 'lose'; live: number }
  | { kind: 'loseReads'; count: number }
  | { kind: 'away'; ms: number };

const who = fc.nat({ max: 3 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('stream' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 0.1, 0.3, 1, 5, 20, 300) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('watch' as const, 'leave', 'cut', 'full', 'drain'), who }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), live: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('loseReads' as const), count: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('away' as const), ms: fc.constantFrom(1, 50, 3000) }) },
);

/** Carries out acts while nothing waits for anything, then lets everything settle with all four watching. */
class Play {
  readonly clock = new VirtualClock();
  readonly world = new StreamWorld(
    this.clock,
    seededIds(1, () => this.clock.now()),
  );
  readonly clients: Client[];
  #live = 0;
  #reads = 0;
  #writing: Promise<void>;

  constructor() {
    this.world.lose = ({ kind, subject }) => {
      if (kind === 'republish') return this.#live-- > 0;
      return kind === 'read' && subject.startsWith('chat.') && this.#reads-- > 0;
    };
    this.#writing = this.world.say(2);
    this.clients = Array.from({ length: 4 }, () => this.world.connect());
  }

  async act(act: Act): Promise<void> {
    if (act.kind === 'say') this.#writing = this.#also(this.world.say(act.count));
    else if (act.kind === 'stream') this.#writing = this.#also(this.world.stream());
    else if (act.kind === 'wait') await this.clock.advance(act.ms);
    else if (act.kind === 'lose') this.#live = act.live;
    else if (act.kind === 'loseReads') this.#reads = act.count;
    else if (act.kind === 'away') await this.#away(act.ms);
    else this.#client(act.kind, act.who);
  }

  #also(write: Promise<void>): Promise<void> {
    return Promise.all([this.#writing, write]).then(() => undefined);
  }

  async #away(ms: number): Promise<void> {
    this.world.connection.cut();
    await this.clock.advance(ms);
    this.world.connection.restore();
  }

  #client(kind: 'watch' | 'leave' | 'cut' | 'full' | 'drain', at: number): void {
    const client = this.clients[at];
    if (!client) return;
    if (kind === 'watch') this.#watch(client);
    else if (kind === 'leave') this.world.leave(client);
    else if (kind === 'full') client.viewer.full = true;
    else if (kind === 'drain') client.viewer.drain();
    else this.#cut(client, at);
  }

  #cut(client: Client, at: number): void {
    this.world.disconnect(client);
    const next = this.world.connect(client.viewer);
    this.clients[at] = next;
    expect(client.viewer.holes).toEqual([]);
    this.#watch(next);
  }

  /** A client that gets no answer, or a refusal, tries again, unless it has called again itself. */
  #watch(client: Client): void {
    const retry = async (): Promise<void> => {
      await this.clock.sleep(500);
      if (!client.viewer.gone && !client.viewer.left) this.#watch(client);
    };
    this.world.watch(client).then(
      (reply) => expect(reply).toMatchObject({ ok: true, recovered: true }),
      (error: unknown) => (error instanceof SupersededError ? undefined : retry()),
    );
  }

  async settle(): Promise<void> {
    this.#live = 0;
    this.#reads = 0;
    for (const [at, client] of [...this.clients.entries()]) {
      client.viewer.drain();
      // Those who watch stay as they are: what they have missed must come by itself.
      if (client.viewer.gone) this.#cut(client, at);
      else if (client.viewer.left || client.viewer.cursor === undefined) this.#watch(client);
    }
    await this.clock.run(this.#writing);
    await this.clock.advance(25_000);
  }

  async check(): Promise<void> {
    const seqs = await this.clock.run(this.world.seqs());
    const texts = new Map<string, string>();
    for (const { commit } of await this.clock.run(this.world.logged())) {
      for (const { messageId, text } of commit.deltas ?? []) texts.set(messageId, (texts.get(messageId) ?? '') + text);
    }
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    for (const { viewer } of this.clients) {
      expect(viewer.holes).toEqual([]);
      expect(viewer.resets).toEqual([]);
      expect(seqsOf(viewer)).toEqual(seqs);
      expect(viewer.texts).toEqual(texts);
      expect(JSON.stringify(viewer.batches)).not.toContain('hush');
    }
  }
}

describe('streaming, whatever is lost and whoever comes and goes', () => {
  it('P4, S1-S4, C1, W1, W2: every viewer has everything in order, without a hole at any moment, and is never told to reload', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60, size: 'max' }), async (acts) => {
        const play = new Play();
        for (const one of acts) await play.act(one);
        await play.settle();
        await play.check();
        await play.world.stop();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
