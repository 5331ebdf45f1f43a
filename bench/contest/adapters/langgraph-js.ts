import { randomUUID } from 'node:crypto';
import { HttpSeat } from '../http-seat.ts';
import type { Peer, Seat } from '../peer.ts';
import { programPeer } from '../program-peer.ts';
import type { Screen } from '../screen.ts';
import type { SseEvent } from '../sse.ts';

function show({ data }: SseEvent, screen: Screen): void {
  const { add, whole } = JSON.parse(data) as { add?: string; whole?: string };
  if (add !== undefined) screen.add(add);
  if (whole !== undefined) screen.replace(whole);
}

function seat(base: string): Seat {
  const url = `${base}/chats/${randomUUID()}`;
  return new HttpSeat({ ask: (text) => ({ url, body: { text }, show }), back: () => ({ url, show }) });
}

/** LangGraph in process, with its checkpoints in a file. */
export const langGraphJs: Peer = programPeer({
  name: 'LangGraph JS',
  about: '`@langchain/langgraph` 1.7.3 behind node:http: one agent, `SqliteSaver` on a file, messages over SSE',
  packages: { folder: 'langgraph-http', by: 'npm' },
  program: ({ port, model }) => ({ command: process.execPath, args: ['server.mjs', String(port), model] }),
  state: ['checkpoints.sqlite', 'checkpoints.sqlite-wal', 'checkpoints.sqlite-shm'],
  health: '/chats/',
  seat,
});
