import { describe, expect, it } from '@jest/globals';
import { BrokerUnavailableError } from '@colloquy/messaging';
import type { SleepingChat } from '@colloquy/store';
import { VirtualClock } from '@colloquy/testing';
import type { OrchestratorParts } from './ports.ts';
import { wakeSleepers } from './watch-chats.ts';

const ROWS: readonly SleepingChat[] = Array.from({ length: 250 }, (_, i) => ({
  chatId: `chat-${String(i).padStart(16, '0')}`,
  lastSeq: 4,
  updatedAt: '2020-01-01T00:00:00.000Z',
}));

/** A store with more sleepers than one page has, none of which is ever touched, and who gets a ticket. */
function worldOf(publish: (chatId: string) => Promise<void> = () => Promise.resolve()) {
  const woken: string[] = [];
  const parts = {
    clock: new VirtualClock(),
    log: { warn: () => undefined },
    store: {
      notAtRest: ({ limit, after }: { limit: number; after?: SleepingChat }) => {
        const begin = after === undefined ? 0 : ROWS.findIndex(({ chatId }) => chatId === after.chatId) + 1;
        return Promise.resolve(ROWS.slice(begin, begin + limit));
      },
    },
    messaging: {
      tickets: {
        publish: ({ chatId }: { chatId: string }) => {
          woken.push(chatId);
          return publish(chatId);
        },
      },
    },
  } as unknown as OrchestratorParts;
  return { parts, woken };
}

describe('P2: a round of the watchdog', () => {
  it('goes on where the last one ended, and from the start after the last page', async () => {
    const { parts, woken } = worldOf();
    const { signal } = new AbortController();
    const after = await wakeSleepers(parts, { signal, after: undefined });
    expect(after).toEqual(ROWS[199]);
    expect(await wakeSleepers(parts, { signal, after })).toBeUndefined();
    expect(woken).toEqual(ROWS.map(({ chatId }) => chatId));
  });

  it('is left when the broker is away, or the process drains', async () => {
    const away = worldOf(() => Promise.reject(new BrokerUnavailableError('away')));
    const { signal } = new AbortController();
    await expect(wakeSleepers(away.parts, { signal, after: undefined })).rejects.toThrow(BrokerUnavailableError);
    expect(away.woken).toHaveLength(1);
    const drains = new AbortController();
    const { parts, woken } = worldOf(() => {
      drains.abort();
      return Promise.resolve();
    });
    expect(await wakeSleepers(parts, { signal: drains.signal, after: undefined })).toBeUndefined();
    expect(woken).toHaveLength(1);
  });
});
