import { describe, expect, it } from '@jest/globals';
import { EMPTY_LOG, createMemoryBroker } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { readEvents, subscriptions } from './subscriptions.ts';

describe('P9: the event logger, with a durable of its own', () => {
  it('writes one line an event, and no text above the debug level', async () => {
    const clock = new VirtualClock();
    const messaging = createMemoryBroker({ clock, ids: seededIds(1, () => clock.now()) }).connect('event-logger');
    const lines: object[] = [];
    const debug: object[] = [];
    const log = {
      info: (fields: object) => void lines.push(fields),
      debug: (fields: object) => void debug.push(fields),
    };
    const consumer = await clock.run(messaging.consumer('event-logger'));
    let logged = 0;
    const meters = { logged: (events: number) => void (logged += events) };
    const reading = readEvents(consumer, subscriptions['event-logger'], { log, clock, meters });
    const chatId = 'chat-0123456789abcdef';
    const writer = messaging.log.open(chatId, EMPTY_LOG);
    const message = { messageId: 'message-0123456789', commandId: 'command-0123456789', text: 'my secret' };
    await clock.run(
      writer.append({
        events: [
          { type: 'chat_created', ownerId: 'ada', workflow: 'assistant', variables: {} },
          { type: 'user_message', ...message },
        ],
      }),
    );
    await clock.runUntil(() => lines.length === 2);
    expect(lines).toMatchObject([
      { chatId, seq: 1, type: 'chat_created' },
      { chatId, seq: 2, type: 'user_message' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(JSON.stringify(debug)).toContain('secret');
    await clock.run(reading.close());
    expect(await clock.run(consumer.lag())).toBe(0);
    expect(logged).toBe(2);
  });
});
