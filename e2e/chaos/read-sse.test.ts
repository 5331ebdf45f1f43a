import { describe, expect, it } from '@jest/globals';
import { readSse, type SseMessage } from './read-sse.ts';

const TEXT = [
  ': still here\n\n',
  'id: e.1.1\nevent: commits\ndata: {"text":"ä: b"}\n\n',
  'retry: 700\nevent: bye\ndata: {"reconnectInMs":700}\n\n',
  'event: commits\ndata: {"cut',
].join('');

async function* cut(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield await Promise.resolve(bytes.slice(at, at + pieceBytes));
}

async function messages(pieceBytes: number): Promise<SseMessage[]> {
  const bytes = new TextEncoder().encode(TEXT);
  let heard = 0;
  const found: SseMessage[] = [];
  for await (const message of readSse(cut(bytes, pieceBytes), () => (heard += 1))) found.push(message);
  expect(heard).toBe(Math.ceil(bytes.length / pieceBytes));
  return found;
}

describe('server-sent events', () => {
  it.each([1, 7, 1000])('are read however they are cut, in pieces of %s bytes', async (pieceBytes) => {
    expect(await messages(pieceBytes)).toEqual([
      { event: 'commits', id: 'e.1.1', data: { text: 'ä: b' } },
      { event: 'bye', id: undefined, data: { reconnectInMs: 700 } },
    ]);
  });
});
