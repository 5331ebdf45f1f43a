import type { ChatEvent, Commits } from '@colloquy/contracts';
import { viewOfDocument } from '@colloquy/transcript';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person, shown, type Screen } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { PatientPerson } from './fleet/patient-person.ts';

/** All that may run as several instances; the edge is the one public port, and is replaced by what stands before it. */
const SERVICES = ['persistence', 'event-logger', 'orchestrator', 'realtime-gateway', 'api-gateway'];
const CHATS = 6;
const WORDS = 200;
const SAY = `[[say:${String(WORDS)}]]`;

interface Watched {
  readonly chatId: string;
  readonly screen: Screen;
  /** Sequences of the ends of runs that were shown. */
  readonly completed: Set<number>;
  runs: number;
}

/** Two of everything; each process is replaced, one after the other, while people talk and watch. */
describe('a rolling restart', () => {
  let system: System;
  let person: Person;
  let patient: PatientPerson;

  beforeAll(async () => {
    system = await startSystem({
      instances: Object.fromEntries(SERVICES.map((name) => [name, 2])),
      env: { DEMO_TOKENS_PER_SECOND: '40', DRAIN_MS: '5000' },
    });
    person = await Person.arrive(system.url);
    patient = new PatientPerson(person);
  });

  afterAll(async () => {
    await system.stop();
  });

  /** SIGTERM; resolves when the process that takes its place is ready. */
  async function replace(name: string, instance: number): Promise<void> {
    const find = () => system.launched.processes().find((one) => one.name === name && one.instance === instance);
    const before = find()?.pid;
    system.launched.kill(name, instance, 'SIGTERM');
    await waitFor(
      async () => {
        const now = find();
        if (now === undefined || now.pid === before) return undefined;
        return (await fetch(`${now.url}/readyz`)).ok || undefined;
      },
      { what: `the next ${name} #${String(instance)}`, withinMs: 40_000, everyMs: 100 },
    );
  }

  async function watch(): Promise<Watched> {
    const screen = person.screen();
    const answer = await patient.call('POST', '/v1/chats', { workflow: 'assistant', message: SAY });
    const chatId = String(answer?.body['chatId']);
    const completed = new Set<number>();
    screen.socket.on('commits', ({ events }: Commits) => {
      for (const { type, seq } of events) if (type === 'run_completed') completed.add(seq);
    });
    // Whom the server tells to go, socket.io leaves gone: who watches comes back at the cursor.
    screen.socket.on('disconnect', (reason) => {
      if (reason !== 'io server disconnect') return;
      screen.socket.once('connect', () => void screen.watch(chatId, screen.of(chatId).view));
      screen.socket.connect();
    });
    await screen.watch(chatId);
    return { chatId, screen, completed, runs: 1 };
  }

  /** Contiguous, each run begun and completed once, each answer whole. */
  function expectWhole(events: readonly ChatEvent[], runs: number): void {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    for (const type of ['user_message', 'run_started', 'run_completed'])
      expect(events.filter((event) => event.type === type)).toHaveLength(runs);
    const whole = Array.from({ length: WORDS }, (_, index) => `w${String(index + 1)}`).join(' ');
    expect(events.flatMap((event) => (event.type === 'text' ? [event.text] : []))).toEqual(Array(runs).fill(whole));
  }

  /** How many lines the event logger wrote more than there are events; each event has one. */
  async function linesTooMany(chatId: string, events: readonly ChatEvent[]): Promise<number> {
    return waitFor(
      () => {
        const lines = system.lines('event-logger').filter((line) => line.includes(chatId));
        const logged = lines.map((line) => (JSON.parse(line) as { seq?: number }).seq);
        return events.every(({ seq }) => logged.includes(seq)) ? lines.length - events.length : undefined;
      },
      { what: 'a line of every event' },
    );
  }

  it('P2 P3 P4 P8: nobody notices: no error, nothing lost, nothing doubled, every run complete', async () => {
    const watched = await Promise.all(Array.from({ length: CHATS }, watch));
    let over = false;
    const talking = watched.map(async (chat) => {
      for (;;) {
        await waitFor(() => (chat.completed.size >= chat.runs ? true : undefined), {
          what: `run ${String(chat.runs)}`,
          withinMs: 60_000,
        });
        if (over) return;
        const answer = await patient.call('POST', `/v1/chats/${chat.chatId}/messages`, { text: SAY });
        if (answer !== undefined) chat.runs += 1;
      }
    });
    const reading = watched.map(async ({ chatId }) => {
      while (!over) {
        await patient.call('GET', `/v1/chats/${chatId}`);
        await patient.call('GET', '/v1/chats');
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
    const began = performance.now();
    for (const name of SERVICES) for (const instance of [1, 2]) await replace(name, instance);
    const seconds = Math.round((performance.now() - began) / 1000);
    over = true;
    await Promise.all([...talking, ...reading]);

    const { calls, repeated, failed } = patient.tally;
    const byes = watched.map(({ screen }) => screen.byes.length);
    process.stdout.write(
      `rolling restart of ${String(2 * SERVICES.length)} processes in ${String(seconds)} s: ${String(calls)} calls, ` +
        `${String(repeated.length)} sent again, ${String(failed.length)} failed; byes a screen: ${byes.join()}\n`,
    );
    expect(failed).toEqual([]);
    expect(repeated).toEqual([]);
    for (const { chatId, screen, runs } of watched) {
      const stored = await untilStored(system, chatId, screen.of(chatId).view.lastSeq);
      expectWhole(stored, runs);
      expect(screen.of(chatId).view.gap).toBe(false);
      expect(screen.byes.every(({ reason }) => reason === 'drain')).toBe(true);
      const document = await waitFor(
        async () => {
          const found = await person.document(chatId);
          return found.lastSeq === stored.length ? found : undefined;
        },
        { what: 'the document' },
      );
      const fresh = person.screen();
      await fresh.watch(chatId, viewOfDocument(document));
      expect(shown(fresh.of(chatId).view)).toEqual(shown(screen.of(chatId).view));
      fresh.close();
      screen.close();
      expect(await linesTooMany(chatId, stored)).toBe(0);
    }
  }, 240_000);
});
