import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import type { Api } from './api.ts';
import { ChatSync } from './chat-sync.ts';
import type { Connection } from './connection.ts';

describe('a chat that cannot be loaded', () => {
  it('rests between reloads that fail at once, whatever they fail with, also without a line', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const api = {
      getChat: () => {
        asked += 1;
        return Promise.reject(new TypeError('not an answer'));
      },
    };
    const connection = { state: 'offline', onMessage: () => () => undefined, onChange: () => () => undefined };
    const sync = new ChatSync({
      chatId: 'chat-00000000-0001',
      api: api as unknown as Api,
      connection: connection as unknown as Connection,
      clock,
      ids: seededIds(9, () => clock.now()),
      onChange: () => undefined,
      onEvents: () => undefined,
    });
    sync.start(false);
    await clock.advance(10_000);
    sync.close();
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(20);
  });
});
