import { expect, it } from '@jest/globals';
import { describeStore, sampleHeader } from '@colloquy/testing';
import { StoreUnavailableError } from './errors.ts';
import { createMemoryStore } from './memory-store.ts';

describeStore('memory', async () => {
  const broken = new StoreUnavailableError('broken off');
  let breaks = false;
  const store = createMemoryStore({
    fault: ({ method, when }) => {
      if (breaks && method === 'erase' && when === 'within') throw broken;
    },
  });
  const breakOffErase = async (chatId: string): Promise<void> => {
    breaks = true;
    await expect(store.erase(chatId)).rejects.toBe(broken);
    breaks = false;
  };
  return { store, breakOffErase, close: () => store.close() };
});

it('fails on request, before a write and after it', async () => {
  const chatId = 'chat-0123456789abcdef';
  let when: 'before' | 'after' = 'before';
  const store = createMemoryStore({
    fault: (call) => {
      if (call.method === 'updateChat' && call.when === when) throw new StoreUnavailableError('down');
    },
  });
  const write = () => store.updateChat(chatId, 0, { header: sampleHeader(chatId), push: [] });
  await expect(write()).rejects.toThrow(StoreUnavailableError);
  expect(await store.header(chatId)).toBeUndefined();
  when = 'after';
  await expect(write()).rejects.toThrow(StoreUnavailableError);
  expect(await store.header(chatId)).toBeDefined();
});
