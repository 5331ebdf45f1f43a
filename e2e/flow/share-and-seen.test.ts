import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person, type Screen } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** A withdrawn link shows nothing any more within this time, ms. */
const WITHDRAWN_MS = 1000;

/** One person on two devices, and somebody with nothing but a link. */
describe('links, what was seen, and what waits', () => {
  let system: System;
  let person: Person;
  let desk: Screen;

  beforeAll(async () => {
    system = await startSystem();
    person = await Person.arrive(system.url);
    desk = person.screen();
    await waitFor(() => desk.socket.connected || undefined, { what: 'the socket' });
  });

  afterAll(async () => {
    desk.close();
    await system.stop();
  });

  const nobody = async (shareId: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${system.url}/v1/shared/${shareId}`);
    return { status: response.status, text: await response.text() };
  };
  const rowWith = (chatId: string, unread: number | undefined): Promise<true> =>
    waitFor(
      () => {
        const row = desk.rows.findLast((one) => one.chatId === chatId);
        return row !== undefined && row.unread === unread ? true : undefined;
      },
      { what: `a row with ${String(unread)} unread` },
    );

  async function answered(): Promise<string> {
    const { chatId } = await person.start('assistant', 'Hello');
    await desk.watch(chatId);
    await desk.event(chatId, 'run_completed');
    return chatId;
  }

  it('a link is read by whoever has it, the same for all who ask, and by nobody once it is withdrawn', async () => {
    const chatId = await answered();
    const asked = await Promise.all([1, 2].map(() => person.call('POST', `/v1/chats/${chatId}/share`)));
    expect(asked.map(({ status }) => status)).toEqual([202, 202]);
    const shareId = String(asked[0]?.body['shareId']);
    expect(asked[1]?.body['shareId']).toBe(shareId);
    const { text } = await waitFor(
      async () => {
        const found = await nobody(shareId);
        return found.status === 200 ? found : undefined;
      },
      { what: 'the shared chat' },
    );
    expect(text).toContain('Hello');
    expect(text).not.toContain(chatId);
    expect(text).not.toContain('costMicroUsd');
    expect((await person.call('DELETE', `/v1/chats/${chatId}/share`)).status).toBe(202);
    const since = performance.now();
    await waitFor(async () => ((await nobody(shareId)).status === 404 ? true : undefined), { what: 'no link' });
    expect(performance.now() - since).toBeLessThan(WITHDRAWN_MS);
    const again = await person.call('POST', `/v1/chats/${chatId}/share`);
    expect(again.body['shareId']).not.toBe(shareId);
    expect((await nobody(shareId)).status).toBe(404);
  });

  it('what one device has seen is read on the other, once on the log, and begins no run', async () => {
    const chatId = await answered();
    // It says what it looks for, and what it found.
    await rowWith(chatId, 2);
    const { lastSeq } = await person.document(chatId);
    const mark = (upToSeq: number) => person.call('POST', `/v1/chats/${chatId}/seen`, { upToSeq });
    expect((await mark(lastSeq)).status).toBe(202);
    await rowWith(chatId, undefined);
    for (const upToSeq of [lastSeq, lastSeq + 1, lastSeq + 100, 1]) expect((await mark(upToSeq)).status).toBe(202);
    // What comes after the marks on the queue is recorded after them.
    await person.call('PATCH', `/v1/chats/${chatId}`, { title: 'Seen' });
    await desk.event(chatId, 'chat_renamed', 2);
    const { events } = desk.of(chatId);
    expect(events.filter(({ type }) => type === 'chat_seen')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'run_started')).toHaveLength(1);
    expect(await person.document(chatId)).toMatchObject({ seenSeq: lastSeq, status: 'idle' });
  });

  it('the inbox has what waits over all chats, and is empty once it is answered', async () => {
    const { chatId } = await person.start('support-desk', 'I want a refund for order A-1001');
    await desk.watch(chatId);
    const { requestId } = await desk.event(chatId, 'input_request');
    const inbox = async (): Promise<unknown[]> => (await person.call('GET', '/v1/inbox')).body['chats'] as unknown[];
    const [waiting] = await waitFor(
      async () => {
        const chats = await inbox();
        return chats.length === 1 ? chats : undefined;
      },
      { what: 'a chat in the inbox' },
    );
    expect(waiting).toMatchObject({ chatId, pendingRequests: 1, requests: [{ requestId, kind: 'approval' }] });
    await person.call('POST', `/v1/chats/${chatId}/inputs/${requestId}`, { value: true });
    await waitFor(async () => ((await inbox()).length === 0 ? true : undefined), { what: 'an empty inbox' });
    await desk.event(chatId, 'run_completed');
  });
});
