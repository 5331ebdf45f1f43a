import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  chatDocumentSchema,
  chatPageSchema,
  chatRowSchema,
  commitsSchema,
  eventPageSchema,
  type ChatDocument,
  type EventOf,
} from '@colloquy/contracts';
import { viewOfDocument } from '@colloquy/transcript';
import { Person, shown, type Screen } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** A chat from POST to rest, two instances of every service, on a client that knows only socket.io-client. */
describe('a support-desk chat', () => {
  let system: System;
  let person: Person;
  let screen: Screen;
  let chatId: string;
  let acceptedAt: number;
  const batches: unknown[] = [];

  beforeAll(async () => {
    const two = ['api-gateway', 'realtime-gateway', 'orchestrator', 'persistence', 'event-logger', 'demo-model'];
    system = await startSystem({ instances: Object.fromEntries(two.map((name) => [name, 2])) });
    person = await Person.arrive(system.url);
    screen = person.screen();
    screen.socket.on('commits', (batch: unknown) => batches.push(batch));
    await waitFor(() => screen.socket.connected || undefined, { what: 'the socket' });
    const started = await person.start('support-desk', 'I want a refund for order A-1001');
    ({ chatId, at: acceptedAt } = started);
    await screen.watch(chatId);
  });

  afterAll(async () => {
    screen.close();
    await system.stop();
  });

  it('streams its first delta within two seconds of the 202', async () => {
    const firstAt = await waitFor(() => screen.of(chatId).firstDeltaAt, { what: 'the first delta', withinMs: 5000 });
    expect(firstAt - acceptedAt).toBeLessThan(2000);
  });

  it('hands over, uses a tool, and waits for an approval', async () => {
    const handoff = await screen.event(chatId, 'handoff');
    expect(handoff).toMatchObject({ from: 'triage', to: 'billing', by: 'model' });
    const lookup = await screen.event(chatId, 'tool_call');
    expect(lookup).toMatchObject({ tool: 'lookup_order', approval: 'none' });
    const answer = await screen.event(chatId, 'tool_response');
    expect(answer).toMatchObject({ callId: lookup.callId, ok: true });
    const request = await screen.event(chatId, 'input_request');
    expect(request.kind).toBe('approval');
    // It counts as declined after a day.
    expect(Math.round((Date.parse(request.expiresAt ?? '') - Date.parse(request.at)) / 60_000)).toBe(24 * 60);
    await waitFor(async () => ((await person.document(chatId)).status === 'waiting' ? true : undefined), {
      what: 'the status waiting',
    });
  });

  it('goes on once it is approved over HTTP, and completes', async () => {
    const request = await screen.event(chatId, 'input_request');
    const path = `/v1/chats/${chatId}/inputs/${request.requestId}`;
    const { status, body } = await person.call('POST', path, { value: true });
    expect(status).toBe(202);
    const response = await screen.event(chatId, 'input_response');
    expect(response).toMatchObject({ requestId: request.requestId, value: true, commandId: body['commandId'] });
    const completed = await screen.event(chatId, 'run_completed');
    const refund = screen.of(chatId).events.filter((event) => event.type === 'tool_response')[1];
    expect(refund).toMatchObject({ ok: true, result: { refunded: true } });
    expect(completed.reason.code).toBe('no_next_speaker');
  });

  it('P1: the document over HTTP is the client’s own fold', async () => {
    const { view, events } = screen.of(chatId);
    const lastSeq = events.at(-1)?.seq ?? 0;
    const document: ChatDocument = await waitFor(
      async () => {
        const found = await person.document(chatId);
        return found.lastSeq >= lastSeq ? found : undefined;
      },
      { what: 'the whole chat over HTTP' },
    );
    expect(shown(viewOfDocument(document))).toEqual(shown(view));
    expect(document.status).toBe('idle');
  });

  it('P2: MongoDB has every event once, in order, without a hole', async () => {
    const { events } = screen.of(chatId);
    const stored = await untilStored(system, chatId, events.length);
    expect(stored.map((event) => event.seq)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.map((event) => event.type)).toEqual(events.map((event) => event.type));
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  });

  it('what goes over HTTP and the socket is what the reference says, and nothing more', async () => {
    const answers = [
      [chatDocumentSchema, await person.document(chatId)],
      [eventPageSchema, (await person.call('GET', `/v1/chats/${chatId}/events?limit=500`)).body],
      [chatPageSchema, (await person.call('GET', '/v1/chats')).body],
      ...screen.rows.map((row) => [chatRowSchema, row] as const),
      ...batches.map((batch) => [commitsSchema, batch] as const),
    ] as const;
    expect(batches.length).toBeGreaterThan(5);
    // A schema drops what it does not describe: a private field would be missing on one side.
    for (const [schema, answer] of answers) expect(schema.parse(answer)).toEqual(answer);
  });

  it('P7: usage and cost add up', async () => {
    const usages = screen.of(chatId).events.filter((event): event is EventOf<'usage'> => event.type === 'usage');
    const sum = (pick: (event: EventOf<'usage'>) => number): number =>
      usages.reduce((all, event) => all + pick(event), 0);
    const { usage } = await person.document(chatId);
    expect(usages.length).toBeGreaterThanOrEqual(4);
    expect(usage.promptTokens).toBe(sum((event) => event.promptTokens));
    expect(usage.completionTokens).toBe(sum((event) => event.completionTokens));
    expect(usage.costMicroUsd).toBe(sum((event) => event.costMicroUsd ?? 0));
    expect(usage.costMicroUsd).toBeGreaterThan(0);
    expect(usage.modelCalls).toBe(usages.length);
    expect(usages.at(-1)?.totals.costMicroUsd).toBe(usage.costMicroUsd);
  });

  it('P4: who goes on from any commit of the run ends in the same transcript', async () => {
    const { view, steps } = screen.of(chatId);
    const whole = shown(view);
    expect(steps.length).toBeGreaterThan(20);
    for (const step of steps) {
      const other = person.screen();
      expect(await other.watch(chatId, step)).toMatchObject({ ok: true, recovered: true });
      await waitFor(() => (other.of(chatId).view.lastSeq === view.lastSeq ? true : undefined), { what: 'the rest' });
      expect(shown(other.of(chatId).view)).toEqual(whole);
      other.close();
    }
  });

  it('P9: the event logger has a line for every event', async () => {
    const { events } = screen.of(chatId);
    await waitFor(
      () => {
        const seqs = new Set(
          system
            .lines('event-logger')
            .filter((line) => line.includes(chatId))
            .map((line) => (JSON.parse(line) as { seq: number }).seq),
        );
        return events.every((event) => seqs.has(event.seq)) || undefined;
      },
      { what: 'a log line for every event' },
    );
  });
});
