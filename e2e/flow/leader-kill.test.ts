import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { applyCommits, emptyView } from '@colloquy/transcript';
import { Person, shown, type Screen } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Each of them is the leader once, if the votes fall so. */
const ROUNDS = 3;
/** Their answers end one after the other, about every 0.15 s, before, while and after the leader dies. */
const CHATS = 16;
const STREAMS = ['CHATS', 'COMMANDS', 'PARKED', 'KV_WORKFLOWS', 'KV_FILES', 'OBJ_FILES'];

/**
 * The leader of the log's stream dies while chats end. What it had stored and not yet published is told to nobody: the
 * last event of a chat is followed by none that would show the gap, so only the comparison every 10 s finds it.
 */
describe('the leader of the log', () => {
  let system: System;
  let person: Person;
  let nats: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    system = await startSystem({ natsNodes: 3, instances: { 'realtime-gateway': 2 } });
    nats = await connect({ servers: [...(system.launched.urls.get('nats') ?? [])], maxReconnectAttempts: -1 });
    manager = await jetstreamManager(nats);
    person = await Person.arrive(system.url);
  }, 120_000);

  afterAll(async () => {
    await nats.close();
    await system.stop();
  }, 60_000);

  /** The number of the node that leads CHATS, once every stream has a leader and two copies that are up to date. */
  function leaderInSync(): Promise<number> {
    return waitFor(
      async () => {
        const infos = await Promise.all(STREAMS.map((stream) => manager.streams.info(stream)));
        const whole = infos.every(({ cluster }) => {
          const copies = cluster?.replicas ?? [];
          return cluster?.leader !== undefined && copies.length === 2 && copies.every(({ current }) => current);
        });
        return whole ? Number(/^nats-(\d)$/.exec(infos[0]?.cluster?.leader ?? '')?.[1]) || undefined : undefined;
      },
      { what: 'three nodes in sync', withinMs: 60_000, everyMs: 100 },
    );
  }

  it('P2, P4: killed again and again while chats end: no viewer misses the end of any, and all folds equal the log', async () => {
    const screens = [person.screen(), person.screen()];
    const leaders: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const leader = await leaderInSync();
      leaders.push(leader);
      const chatIds = await startChats(screens);
      await waitFor(() => (atRest(screens, chatIds).length > CHATS / 4 ? true : undefined), {
        what: 'the first chats have ended',
        withinMs: 30_000,
      });
      const killedAt = performance.now();
      system.launched.kill('nats', leader, 'SIGKILL');
      const before = atRest(screens, chatIds).length;
      await waitFor(() => (atRest(screens, chatIds).length === 2 * CHATS ? true : undefined), {
        what: `the end of every chat on every screen (round ${String(round)})`,
        withinMs: 60_000,
      });
      const took = ((performance.now() - killedAt) / 1000).toFixed(1);
      console.info(
        `nats-${String(leader)} killed with ${String(before)} of ${String(2 * CHATS)} ends shown; all shown ${took} s later`,
      );
      for (const chatId of chatIds) await expectEqual(screens, chatId);
    }
    expect(leaders).toHaveLength(ROUNDS);
    for (const screen of screens) screen.close();
  }, 240_000);

  async function startChats(screens: readonly Screen[]): Promise<string[]> {
    const lengths = Array.from({ length: CHATS }, (_, index) => 120 + 18 * index);
    return Promise.all(
      lengths.map(async (words) => {
        const { chatId } = await person.start('assistant', `[[say:${String(words)}]]`);
        await Promise.all(screens.map((screen) => screen.watch(chatId)));
        return chatId;
      }),
    );
  }

  /** Which screens show the end of which chats. */
  function atRest(screens: readonly Screen[], chatIds: readonly string[]): string[] {
    return screens.flatMap((screen) =>
      chatIds.filter((chatId) => screen.of(chatId).events.some(({ type }) => type === 'run_completed')),
    );
  }

  async function expectEqual(screens: readonly Screen[], chatId: string): Promise<void> {
    const { body } = await person.call('GET', `/v1/chats/${chatId}/events?limit=1000`);
    const events = body['events'] as Parameters<typeof applyCommits>[1]['events'];
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.type).toBe('run_completed');
    const folded = shown(applyCommits(emptyView(chatId), { events, deltas: [] }));
    for (const screen of screens) expect(shown(screen.of(chatId).view)).toEqual(folded);
    const stored = await untilStored(system, chatId, events.length);
    expect(stored.map(({ seq, type }) => ({ seq, type }))).toEqual(events.map(({ seq, type }) => ({ seq, type })));
  }
});
