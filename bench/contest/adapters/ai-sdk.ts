import { HttpSeat } from '../http-seat.ts';
import type { Peer, Seat } from '../peer.ts';
import { programPeer } from '../program-peer.ts';

interface Part {
  readonly type: string;
  readonly delta?: string;
}

/** As `useChat` asks. Without a store for resumable streams there is no way back. */
function seat(url: string): Seat {
  return new HttpSeat({
    ask: (text) => ({
      url: `${url}/api/chat`,
      body: { id: 'chat', messages: [{ id: 'message', role: 'user', parts: [{ type: 'text', text }] }] },
      show: ({ data }, screen) => {
        if (data === '[DONE]') return;
        const { type, delta = '' } = JSON.parse(data) as Part;
        if (type === 'text-delta') screen.add(delta);
      },
    }),
    back: () => undefined,
  });
}

/** The Vercel AI SDK behind a plain Node server. */
export const aiSdk: Peer = programPeer({
  name: 'Vercel AI SDK',
  about: '`ai` 7.0.173 behind node:http: `streamText`, stream of UI messages over SSE; nothing is stored',
  packages: { folder: 'ai-sdk', by: 'npm' },
  program: ({ port, model }) => ({ command: process.execPath, args: ['server.mjs', String(port), model] }),
  health: '/',
  seat,
});
