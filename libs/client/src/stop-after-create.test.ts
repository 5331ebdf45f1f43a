import { expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createClient } from './create-client.ts';

it('P5: a stop waits for the beginning of its chat, which it would not find, and then goes at once', async () => {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const client = createClient({
    baseUrl: 'http://service',
    clock,
    ids: seededIds(7, () => clock.now()),
    fetch: async (input) => {
      const isCreate = new URL(input instanceof Request ? input.url : input).pathname === '/v1/chats';
      calls.push(isCreate ? 'create' : 'cancel');
      if (isCreate) await clock.sleep(3000);
      return Response.json({ chatId: 'ignored', commandId: 'command-0000-0001' }, { status: 202 });
    },
    transport: (given) => ({
      connect: () => given.onConnect(),
      disconnect: () => undefined,
      request: async () => ({ ok: true, recovered: true, cursor: 'e.0.0' }),
    }),
  });
  const { chatId } = client.startChat({ workflow: 'assistant', text: 'Hello' });
  const chat = client.openChat(chatId);
  chat.cancel();
  await clock.advance(2900);
  expect(calls).toEqual(['create']);
  await clock.runUntil(() => calls.length === 2, { deadlineMs: 1000 });
  expect(calls).toEqual(['create', 'cancel']);
  client.close();
});
