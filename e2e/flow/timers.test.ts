import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectMessaging } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/service';
import { Person, type Screen } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Long enough to take everything down in it. */
const EXPIRES_MS = 15_000;
const DEADLINE_MS = 6000;
/** How late the broker and an orchestrator may be together, on a machine that is busy with other tests. */
const LATE_MS = 2000;

const ASKING = `
agents:
  - name: asker
    system_message: You ask.
    ask_person: true
    questions:
      expires_after: ${String(EXPIRES_MS / 1000)}s
      default_answer: The blue one
`;
const HURRIED = `
agents:
  - name: talker
    system_message: You talk.
    ask_person: true
limits:
  deadline: ${String(DEADLINE_MS / 1000)}s
`;
const ASK = '[[tool:ask_person {"question": "Which one?"}]]';

/** Questions that expire and runs with a deadline, on the real system, before a screen that watches. */
describe('timers', () => {
  let workflows: string;
  let system: System;
  let person: Person;
  const screens: Screen[] = [];

  beforeAll(async () => {
    workflows = await mkdtemp(path.join(tmpdir(), 'colloquy-timers-'));
    for (const [name, yaml] of Object.entries({ asking: ASKING, hurried: HURRIED })) {
      await mkdir(path.join(workflows, name));
      await writeFile(path.join(workflows, name, 'workflow.yaml'), yaml);
    }
    system = await startSystem({ instances: { orchestrator: 2 }, env: { WORKFLOWS_DIR: workflows } });
    person = await Person.arrive(system.url);
  });

  afterAll(async () => {
    for (const screen of screens) screen.close();
    await system.stop();
    await rm(workflows, { recursive: true });
  });

  async function watched(workflow: string, message: string): Promise<{ screen: Screen; chatId: string }> {
    const screen = person.screen();
    screens.push(screen);
    const { chatId } = await person.start(workflow, message);
    await screen.watch(chatId);
    return { screen, chatId };
  }

  /** A chat that waits for an answer, and when it stops to. */
  async function asked(
    workflow: string,
  ): Promise<{ screen: Screen; chatId: string; requestId: string; dueAt: number }> {
    const { screen, chatId } = await watched(workflow, ASK);
    const { requestId, expiresAt = '' } = await screen.event(chatId, 'input_request');
    await waitFor(async () => ((await person.document(chatId)).status === 'waiting' ? true : undefined), {
      what: 'the chat waits',
    });
    return { screen, chatId, requestId, dueAt: Date.parse(expiresAt) };
  }

  function until(at: number): Promise<true> {
    return waitFor(() => (Date.now() >= at ? true : undefined), { what: 'the time', withinMs: 60_000, everyMs: 50 });
  }

  /** The screen, the document and the events in MongoDB agree. */
  async function expectOneRecord(screen: Screen, chatId: string): Promise<void> {
    await waitFor(() => (screen.of(chatId).view.status === 'idle' ? true : undefined), { what: 'the chat at rest' });
    const { events, view } = screen.of(chatId);
    const stored = await untilStored(system, chatId, events.length);
    expect(stored.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(view.gap).toBe(false);
  }

  it('P6: a question expires while all orchestrators are down and NATS was killed -9 meanwhile', async () => {
    const { screen, chatId, requestId, dueAt } = await asked('asking');
    expect((await person.document(chatId)).pendingRequests).toMatchObject([
      { requestId, expiresAt: new Date(dueAt).toISOString() },
    ]);
    system.signal('orchestrator', 'SIGSTOP');
    system.signal('nats', 'SIGKILL');
    await until(dueAt + 2000);
    expect(screen.of(chatId).events.map(({ type }) => type)).not.toContain('input_response');
    system.signal('orchestrator', 'SIGKILL');
    const response = await screen.event(chatId, 'input_response');
    expect(response).toMatchObject({ requestId, by: 'expiry', value: 'The blue one' });
    const answer = await screen.event(chatId, 'tool_response');
    expect(answer).toMatchObject({ ok: true, result: { answer: 'The blue one', comment: 'Nobody answered in time.' } });
    await screen.event(chatId, 'run_completed');
    expect(screen.of(chatId).events.filter(({ type }) => type === 'input_response')).toHaveLength(1);
    const late = await person.call('POST', `/v1/chats/${chatId}/inputs/${requestId}`, { value: 'The red one' });
    expect(late.status).toBe(202);
    expect(await screen.event(chatId, 'command_rejected')).toMatchObject({ code: 'request_not_pending' });
    await expectOneRecord(screen, chatId);
  });

  it('P6: a question expires in its time, also when its schedule was taken away', async () => {
    const [kept, lost] = await Promise.all([asked('asking'), asked('asking')]);
    const [url = ''] = system.launched.urls.get('nats') ?? [];
    const messaging = await connectMessaging({ url, name: 'operator', clock: systemClock, ids: systemIds });
    await messaging.commands.unschedule({ chatId: lost.chatId, id: lost.requestId });
    await messaging.drain();
    const inTime = await kept.screen.event(kept.chatId, 'input_response');
    const lateMs = Date.parse(inTime.at) - kept.dueAt;
    console.info(`the question expired ${String(lateMs)} ms after its time`);
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(LATE_MS);
    const healed = await waitFor(
      () => lost.screen.of(lost.chatId).events.find((event) => event.type === 'input_response'),
      { what: 'the watchdog finds the question', withinMs: 90_000 },
    );
    console.info(`without its schedule, ${String(Date.parse(healed.at) - lost.dueAt)} ms`);
    expect(healed).toMatchObject({ by: 'expiry' });
    await expectOneRecord(kept.screen, kept.chatId);
    await expectOneRecord(lost.screen, lost.chatId);
  });

  it('a deadline ends a model call that hangs, one that speaks, and a question that waits', async () => {
    const silent = await watched('hurried', '[[hang]]');
    const speaking = await watched('hurried', '[[say:100000]]');
    const waiting = await asked('hurried');
    for (const { screen, chatId } of [silent, speaking, waiting]) {
      const { deadlineAt = '' } = await screen.event(chatId, 'run_started');
      const completed = await screen.event(chatId, 'run_completed');
      const lateMs = Date.parse(completed.at) - Date.parse(deadlineAt);
      console.info(`the run ended ${String(lateMs)} ms after its deadline`);
      expect(completed.reason.code).toBe('deadline');
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(LATE_MS);
    }
    const aborted = await speaking.screen.event(speaking.chatId, 'message_aborted');
    expect(aborted.text.startsWith('w1 w2 w3')).toBe(true);
    for (const { screen, chatId } of [silent, speaking, waiting]) await expectOneRecord(screen, chatId);
  });
});
