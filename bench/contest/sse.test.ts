import { describe, expect, it } from '@jest/globals';
import { SseParser, type SseEvent } from './sse.ts';

describe('a stream of events', () => {
  it.each(['\n', '\r\n'])('is cut at empty lines, wherever its pieces end (%j)', (end) => {
    const text = [
      ': hello',
      'id: 7',
      'event: messages',
      'data: {"a":',
      'data:1}',
      '',
      '',
      'data: two',
      '',
      'data: rest',
    ]
      .map((line) => `${line}${end}`)
      .join('');
    for (let size = 1; size < text.length; size += 7) {
      const events: SseEvent[] = [];
      const parser = new SseParser((event) => events.push(event));
      for (let at = 0; at < text.length; at += size) parser.take(text.slice(at, at + size));
      expect(events).toEqual([
        { event: 'messages', id: '7', data: '{"a":\n1}' },
        { event: undefined, id: '7', data: 'two' },
      ]);
    }
  });
});
