import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { exportedDifferences } from '../../tools/observability/exported-metrics.ts';
import { Person } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { arrows, type SeenMessage, type Trail } from './arrows.ts';

/** One chat with two messages, watched at every place that it passes. */
describe('the flow of a message', () => {
  let system: System;
  let nats: NatsConnection;
  let trail: Trail;

  beforeAll(async () => {
    system = await startSystem();
    nats = await connect({ servers: [...(system.launched.urls.get('nats') ?? [])] });
    trail = await follow(system, nats);
  });

  afterAll(async () => {
    await nats.close();
    await system.stop();
  });

  it.each(arrows.map((arrow) => [arrow.from, arrow.to, arrow] as const))('%s → %s', (_from, _to, arrow) => {
    expect(arrow.seen(trail)).toBe(true);
  });

  it('is measured by what docs/reference/metrics.md says, in every service, and by nothing else', async () => {
    expect(await exportedDifferences(system.launched.urls)).toEqual([]);
  });
});

async function follow(system: System, nats: NatsConnection): Promise<Trail> {
  const messages: SeenMessage[] = [];
  for (const subject of ['chat.*', 'command.*', 'run.*', 'live.>']) {
    nats.subscribe(subject, {
      callback: (_error, message) => {
        const headers = new Map(
          message.headers ? [...message.headers].map(([name, [value = '']]) => [name, value]) : [],
        );
        messages.push({ subject: message.subject, headers, body: message.string() });
      },
    });
  }
  await nats.flush();
  const person = await Person.arrive(system.url);
  const screen = person.screen();
  await waitFor(() => screen.socket.connected || undefined, { what: 'the socket' });
  const created = await person.call('POST', '/v1/chats', { workflow: 'assistant', message: 'Hello' });
  const chatId = String(created.body['chatId']);
  const sse = listen(person, chatId);
  await screen.watch(chatId);
  await screen.event(chatId, 'run_completed');
  const sent = await person.call('POST', `/v1/chats/${chatId}/messages`, { text: 'And now?' });
  await screen.event(chatId, 'run_completed', 2);
  const { events } = screen.of(chatId);
  const stored = await untilStored(system, chatId, events.length);
  await waitFor(() => (screen.rows.some((row) => row.lastSeq === events.length) ? true : undefined), {
    what: 'the last row',
  });
  await waitFor(() => (logged(system, chatId).length >= events.length ? true : undefined), { what: 'the log lines' });
  await waitFor(() => (sse.text().match(/"run_completed"/g)?.length === 2 ? true : undefined), { what: 'the SSE' });
  const read = await person.call('GET', `/v1/chats/${chatId}`);
  sse.close();
  screen.close();
  return {
    chatId,
    commandId: String(sent.body['commandId']),
    statuses: { create: created.status, send: sent.status, read: read.status },
    messages: messages.filter(({ subject }) => !subject.startsWith('live.chat.') || subject.endsWith(chatId)),
    events,
    deltas: screen.of(chatId).deltas.length,
    rows: screen.rows,
    sse: sse.text(),
    stored,
    document: read.body as unknown as Trail['document'],
    logged: logged(system, chatId),
    modelled: system.lines('demo-model'),
  };
}

function logged(system: System, chatId: string): string[] {
  return system.lines('event-logger').filter((line) => line.includes(chatId));
}

function listen(person: Person, chatId: string): { text: () => string; close: () => void } {
  const over = new AbortController();
  let text = '';
  const read = async (): Promise<void> => {
    const headers = { authorization: `Bearer ${person.token}` };
    const response = await fetch(`${person.url}/live/${chatId}`, { headers, signal: over.signal });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  read().catch(() => undefined);
  return { text: () => text, close: () => over.abort() };
}
