import { describe, expect, it } from '@jest/globals';
import { seededIds } from '@colloquy/testing';
import { createApi } from './api.ts';
import type { HttpCall } from './http-call.ts';

const CHAT = 'chat-0000-0000-0001';

function recorded() {
  const calls: HttpCall[] = [];
  const api = createApi(
    (call) => (calls.push(call), Promise.resolve('{}')),
    seededIds(1, () => 0),
  );
  return { calls, api };
}

describe('the trace of a call', () => {
  it('is begun by every command, each with one of its own, and left to the services to keep', async () => {
    const { calls, api } = recorded();
    await api.createChat({ workflow: 'assistant', message: 'Hello' });
    await api.sendMessage(CHAT, { text: 'And now?' }, { key: 'mine' });
    await api.cancelRun(CHAT);
    await api.deleteChat(CHAT);
    const traces = calls.map(({ traceparent }) => traceparent);
    for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(new Set(traces).size).toBe(4);
    expect(new Set(traces.map((trace) => trace?.split('-')[2])).size).toBe(4);
  });

  it('is not begun by a read', async () => {
    const { calls, api } = recorded();
    await api.getChat(CHAT);
    await api.listChats();
    expect(calls.map(({ traceparent }) => traceparent)).toEqual([undefined, undefined]);
  });
});
