import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { viewOfDocument } from '@colloquy/transcript';
import { Person, shown, type Screen } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Streams this many numbered words: about as many tokens. */
const LONG = '[[say:600]]';

/** One system with two of everything, and what happens to chats when parts of it fail. */
describe('faults', () => {
  let system: System;
  let person: Person;

  beforeAll(async () => {
    const two = ['api-gateway', 'realtime-gateway', 'orchestrator', 'persistence'];
    system = await startSystem({ instances: Object.fromEntries(two.map((name) => [name, 2])) });
    person = await Person.arrive(system.url);
  });

  afterAll(async () => {
    await system.stop();
  });

  /** A screen that watches a new chat whose answer is streaming. */
  async function streaming(message = LONG): Promise<{ screen: Screen; chatId: string }> {
    const screen = person.screen();
    const { chatId } = await person.start('assistant', message);
    await screen.watch(chatId);
    await waitFor(() => (screen.of(chatId).deltas.length > 5 ? true : undefined), { what: 'an answer that streams' });
    return { screen, chatId };
  }

  /** The text of the newest message as the screen has it, from its deltas alone: no thoughts, no arguments. */
  function textOnScreen(screen: Screen, chatId: string): string {
    const deltas = screen.of(chatId).deltas.filter(({ kind }) => kind === 'text');
    const open = deltas.at(-1)?.messageId;
    return deltas
      .filter(({ messageId }) => messageId === open)
      .map(({ text }) => text)
      .join('');
  }

  it('P4: a socket cut three times in mid-stream shows the same transcript, nothing doubled, no hole', async () => {
    const { screen, chatId } = await streaming();
    const steady = person.screen();
    await steady.watch(chatId);
    for (let cuts = 0; cuts < 3; cuts++) {
      const had = screen.of(chatId).deltas.length;
      screen.cut();
      await waitFor(() => (screen.of(chatId).deltas.length > had + 5 ? true : undefined), {
        what: 'more after the cut',
      });
      expect(screen.of(chatId).view.gap).toBe(false);
    }
    await screen.event(chatId, 'run_completed');
    await steady.event(chatId, 'run_completed');
    expect(shown(screen.of(chatId).view)).toEqual(shown(steady.of(chatId).view));
    const text = await steady.event(chatId, 'text');
    expect(text.text.trim().split(/\s+/)).toHaveLength(600);
    screen.close();
    steady.close();
  });

  it('P4: a reload in mid-sentence shows the sentence from its beginning', async () => {
    const { screen, chatId } = await streaming();
    const reloaded = person.screen();
    const document = await person.document(chatId);
    const reply = await reloaded.watch(chatId, viewOfDocument(document));
    expect(reply).toMatchObject({ ok: true, recovered: true });
    await waitFor(() => (reloaded.of(chatId).deltas.length > 10 ? true : undefined), {
      what: 'deltas after the reload',
    });
    expect(
      [...reloaded.of(chatId).view.entries].some((entry) => 'text' in entry && entry.text.startsWith('w1 w2')),
    ).toBe(true);
    await reloaded.event(chatId, 'run_completed');
    await screen.event(chatId, 'run_completed');
    expect(shown(reloaded.of(chatId).view)).toEqual(shown(screen.of(chatId).view));
    screen.close();
    reloaded.close();
  });

  it('P4: a reload at every commit of a run ends in the same transcript', async () => {
    const { screen, chatId } = await streaming('[[say:120]]');
    const reloads: Promise<Screen>[] = [];
    const reload = async (): Promise<Screen> => {
      const device = person.screen();
      const reply = await device.watch(chatId, viewOfDocument(await person.document(chatId)));
      expect(reply).toMatchObject({ ok: true, recovered: true });
      return device;
    };
    for (let seen = 0; screen.of(chatId).view.status !== 'idle';) {
      const steps = screen.of(chatId).steps.length;
      if (steps > seen) reloads.push(reload());
      seen = steps;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const whole = shown(screen.of(chatId).view);
    const devices = await Promise.all(reloads);
    expect(devices.length).toBeGreaterThan(10);
    for (const device of devices) {
      await waitFor(() => (device.of(chatId).view.status === 'idle' ? true : undefined), {
        what: 'the end of the run',
      });
      expect(shown(device.of(chatId).view)).toEqual(whole);
      device.close();
    }
    screen.close();
  });

  it('subscribe, GET and a second POST work right after the 202, with persistence stopped', async () => {
    system.signal('persistence', 'SIGSTOP');
    try {
      const screen = person.screen();
      await waitFor(() => screen.socket.connected || undefined, { what: 'the socket' });
      const { chatId } = await person.start('assistant', 'Hello');
      const [reply, document, second] = await Promise.all([
        screen.watch(chatId),
        person.document(chatId),
        person.call('POST', `/v1/chats/${chatId}/messages`, { text: 'And another thing' }),
      ]);
      expect(reply).toMatchObject({ ok: true, recovered: true });
      expect(document.messages.map((event) => event.type)).toContain('user_message');
      expect(second.status).toBe(202);
      await screen.event(chatId, 'user_message', 2);
      await waitFor(() => (screen.of(chatId).view.status === 'idle' ? true : undefined), { what: 'the chat at rest' });
      screen.close();
    } finally {
      system.signal('persistence', 'SIGCONT');
    }
  });

  it('P3: kill -9 of the orchestrator that runs the chat: it goes on at the other within 10 s', async () => {
    const { screen, chatId } = await streaming();
    const shownBefore = textOnScreen(screen, chatId);
    const killedAt = performance.now();
    const running = await runningOrchestrator();
    system.launched.kill('orchestrator', running, 'SIGKILL');
    const claimed = await screen.event(chatId, 'run_claimed');
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    expect(claimed.attempt).toBe(1);
    const aborted = await screen.event(chatId, 'message_aborted');
    expect(aborted.reason).toBe('crashed');
    expect(shownBefore).not.toBe('');
    expect(aborted.text.slice(0, shownBefore.length)).toBe(shownBefore);
    await screen.event(chatId, 'run_completed');
    const { view, events } = screen.of(chatId);
    expect(view.gap).toBe(false);
    const stored = await untilStored(system, chatId, events.length);
    expect(stored.map((event) => event.seq)).toEqual(events.map((event) => event.seq));
    screen.close();
  });

  it('P5: a stop from another device ends the run within a second and keeps what was shown', async () => {
    const { screen, chatId } = await streaming();
    const at = performance.now();
    const { status } = await person.call('POST', `/v1/chats/${chatId}/cancel`);
    expect(status).toBe(202);
    await screen.event(chatId, 'run_cancelled');
    expect(performance.now() - at).toBeLessThan(1000);
    const aborted = await screen.event(chatId, 'message_aborted');
    expect(aborted.text.startsWith('w1 w2 w3')).toBe(true);
    await waitFor(() => (screen.of(chatId).view.status === 'idle' ? true : undefined), { what: 'the chat at rest' });
    screen.close();
  });

  it('MongoDB stopped for 30 s in a run: the chat does not notice, then MongoDB is complete', async () => {
    const { screen, chatId } = await streaming();
    const stoppedAt = performance.now();
    system.signal('mongodb', 'SIGSTOP');
    await screen.event(chatId, 'run_completed');
    const { status } = await person.call('POST', `/v1/chats/${chatId}/messages`, { text: LONG });
    expect(status).toBe(202);
    await screen.event(chatId, 'run_completed', 2);
    await waitFor(() => (performance.now() - stoppedAt > 30_000 ? true : undefined), {
      what: '30 s',
      withinMs: 40_000,
    });
    system.signal('mongodb', 'SIGCONT');
    const { events } = screen.of(chatId);
    const stored = await untilStored(system, chatId, events.length);
    expect(stored.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    screen.close();
  });

  /** The instance that has the one run that is going on; waits for runs of earlier tests to end. */
  function runningOrchestrator(): Promise<number> {
    return waitFor(
      async () => {
        const busy: number[] = [];
        for (const { name, instance, url } of system.launched.processes()) {
          if (name !== 'orchestrator') continue;
          const metrics = await (await fetch(`${url}/metrics`)).text();
          const runs = Number(/^colloquy_runs_active(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1] ?? 0);
          busy.push(...Array.from({ length: runs }, () => instance));
        }
        return busy.length === 1 ? busy[0] : undefined;
      },
      { what: 'one orchestrator with one run' },
    );
  }
});
