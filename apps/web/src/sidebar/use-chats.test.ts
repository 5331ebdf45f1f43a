import { describe, expect, it } from '@jest/globals';
import { createClient } from '@colloquy/client';
import type { ChatPage, ChatRow } from '@colloquy/contracts';
import { QueryClient, type InfiniteData } from '@tanstack/react-query';
import { refreshChats } from './use-chats.ts';

const row = (name: string, title = name): ChatRow => ({ chatId: `chat-0000-0000-${name}`, title }) as ChatRow;
const KEY = ['chats', 'all', ''];

describe('the list after a time without news', () => {
  it('is as the server has it, also below its first page, and not read to its end', async () => {
    const server: ChatPage[] = [
      { chats: [row('e'), row('d')], next: '1' },
      { chats: [row('c', 'renamed')], next: '2' },
      { chats: [row('a')], next: '3' },
      { chats: [row('z')], next: '4' },
    ];
    const asked: (string | null)[] = [];
    const client = createClient({
      baseUrl: 'http://here',
      token: 'a',
      fetch: async (input) => {
        const before = new URL(input instanceof Request ? input.url : String(input)).searchParams.get('before');
        asked.push(before);
        return Response.json(server[Number(before ?? 0)]);
      },
    });
    const queries = new QueryClient();
    const titles = () =>
      queries.getQueryData<InfiniteData<ChatPage>>(KEY)?.pages.map(({ chats }) => chats.map(({ title }) => title));
    // The chat `b` was deleted meanwhile.
    const known: ChatPage[] = [
      { chats: [row('d')], next: '1' },
      { chats: [row('c'), row('b')], next: '2' },
    ];
    queries.setQueryData(KEY, { pages: known, pageParams: [undefined, '1'] });
    await refreshChats(queries, client);
    expect(titles()).toEqual([['e', 'd'], ['renamed']]);
    const deep = [...known, ...known, ...known];
    queries.setQueryData(KEY, { pages: deep, pageParams: deep.map(() => undefined) });
    asked.length = 0;
    await refreshChats(queries, client);
    expect(asked).toEqual([null, '1', '2']);
    expect(titles()).toEqual([['e', 'd'], ['renamed'], ['a']]);
    client.close();
  });
});
