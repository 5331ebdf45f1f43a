import { beforeEach, describe, expect, it } from '@jest/globals';
import { chatDocumentSchema, publicEvent, type ChatDocument, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import { createMemoryStore } from '@colloquy/store';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { documentOf, recordOfLog } from '@colloquy/transcript';
import fc from 'fast-check';
import { CARD, problemOf, World } from './fixtures/api-world.ts';

let world: World;
beforeEach(() => {
  world = World.over(new VirtualClock(), seededIds);
});
const of = (chatId: string) => ({ params: { chatId } });

describe('GET a chat', () => {
  it('R1: right after its 202, with nothing persisted, is the fold of its log; a second message too', async () => {
    world.storeDown = true;
    const { chatId } = await world.create();
    await world.call('sendMessage', { ...of(chatId), body: { text: 'more' } });
    const document = await world.call<ChatDocument>('getChat', of(chatId));
    const record = recordOfLog(await world.commits(chatId), publicEvent);
    expect(record && documentOf(record)).toEqual(document);
    expect(chatDocumentSchema.parse(document)).toEqual(document);
  });

  it('is what the store has, once it has it', async () => {
    const { chatId } = await world.create();
    const folded = await world.call('getChat', of(chatId));
    await world.persist(chatId);
    expect(await world.call('getChat', of(chatId))).toEqual(folded);
  });

  it('R3: shows no private field', async () => {
    const body = { workflow: 'assistant', message: 'x', variables: { secret: 'hush' } };
    const { chatId } = await world.call<{ chatId: string }>('createChat', { body });
    expect(JSON.stringify(await world.call('getChat', of(chatId)))).not.toContain('hush');
    const query = { after: 0, limit: 10, format: 'json' };
    expect(JSON.stringify(await world.call('listEvents', { ...of(chatId), query }))).not.toContain('hush');
    expect(JSON.stringify(await world.call('exportChat', { ...of(chatId), query }))).not.toContain('hush');
  });
});

describe('events', () => {
  const pins = (count: number): NewEvent[] =>
    Array.from({ length: count }, (_, index) => ({ type: 'chat_pinned', pinned: index % 2 === 0 }));

  async function chatOf(commits: number): Promise<string> {
    const { chatId } = await world.create();
    for (let made = 0; made < commits; made++) await world.append(chatId, pins(1 + (made % 3)));
    return chatId;
  }

  async function allPages(chatId: string, limit: number): Promise<ChatEvent[]> {
    const all: ChatEvent[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const call = { ...of(chatId), query: { after, limit } };
      const page: { events: ChatEvent[]; next?: number } = await world.call('listEvents', call);
      all.push(...page.events);
      after = page.next;
    }
    return all;
  }

  it('R2: pages over store and log have no hole, whatever persistence has got', async () => {
    const chatId = await chatOf(8);
    const expected = (await world.events(chatId)).map(publicEvent);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.nat({ max: 10 }),
        fc.boolean(),
        async (limit, got, ahead) => {
          const fresh = createMemoryStore();
          Object.assign(world.store, fresh);
          await world.persist(chatId, got);
          if (ahead) await world.persist(chatId, got + 1, 'events');
          expect(await allPages(chatId, limit)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('R2: come from the store when the log has aged out', async () => {
    const chatId = await chatOf(4);
    const expected = (await world.events(chatId)).map(publicEvent);
    await world.persist(chatId);
    await world.age();
    expect(await allPages(chatId, 3)).toEqual(expected);
  });

  it('R2: what only the store can have is a 503 while it is down, not a short page', async () => {
    const chatId = await chatOf(4);
    await world.persist(chatId);
    await world.call('getChat', of(chatId)); // so that the owner is known
    await world.age();
    await world.append(chatId, []).catch(() => undefined);
    world.storeDown = true;
    const call = { ...of(chatId), query: { after: 0, limit: 100 } };
    expect(await problemOf(world.call('listEvents', call))).toMatchObject({ status: 503, code: 'store_unavailable' });
    expect(await problemOf(world.call('getChat', of(chatId)))).toMatchObject({
      status: 503,
      code: 'store_unavailable',
    });
  });

  it('come from the log while the database is down', async () => {
    const chatId = await chatOf(3);
    const expected = (await world.events(chatId)).map(publicEvent);
    world.storeDown = true;
    expect(await allPages(chatId, 2)).toEqual(expected);
  });

  it('are exported as JSON and as Markdown', async () => {
    const { chatId } = await world.create();
    await world.append(chatId, [{ type: 'chat_renamed', title: 'My chat', by: 'ann' }]);
    const json = await world.call<string>('exportChat', { ...of(chatId), query: { format: 'json' } });
    expect(JSON.parse(json)).toMatchObject({
      chat: { title: 'My chat' },
      events: [{ seq: 1 }, { seq: 2 }, { seq: 3 }],
    });
    const markdown = await world.call<string>('exportChat', { ...of(chatId), query: { format: 'md' } });
    expect(markdown).toMatch(/^# My chat\n\n\*\*You\*\* \(.*\)\n\nhello\n$/);
  });
});

describe('lists', () => {
  it('chats are the rows of the user, newest first, with pages', async () => {
    for (let made = 0; made < 3; made++) {
      const { chatId } = await world.create();
      await world.persist(chatId);
      await world.clock.advance(1000);
    }
    const first = await world.call<{ chats: { chatId: string }[]; next: string }>('listChats', { query: { limit: 2 } });
    const rest = await world.call<{ chats: unknown[]; next?: string }>('listChats', {
      query: { limit: 2, before: first.next },
    });
    expect([first.chats.length, rest.chats.length, rest.next]).toEqual([2, 1, undefined]);
    expect(first.chats[0]).not.toHaveProperty('messages');
    expect(await world.call('listChats', { query: { limit: 2 }, userId: 'bob' })).toEqual({ chats: [] });
  });

  it('a wrong `before` is a 400 that names it', async () => {
    const problem = await problemOf(world.call('listChats', { query: { limit: 2, before: 'nonsense' } }));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.message).toContain('query.before');
  });

  it.each(['listChats', 'getUsage'])('%s with the database down is a 503 with words', async (operation) => {
    world.storeDown = true;
    const problem = await problemOf(world.call(operation, { query: { limit: 2 } }));
    expect(problem).toMatchObject({ status: 503, code: 'store_unavailable' });
    expect(problem.message).toContain('Chats go on');
  });

  it('usage, workflows and who is asking are answered', async () => {
    expect(await world.call('getUsage')).toMatchObject({ byDay: [], totals: { modelCalls: 0 } });
    expect(await world.call('listWorkflows')).toEqual({ workflows: [CARD] });
    expect(await world.call('getWorkflow', { params: { name: 'assistant' } })).toEqual(CARD);
    expect(await problemOf(world.call('getWorkflow', { params: { name: 'x' } }))).toMatchObject({ status: 404 });
    expect(await world.call('getMe')).toMatchObject({ userId: 'ann', guest: true, demoModel: true });
  });
});
