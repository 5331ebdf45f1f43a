import type { Delta } from '@colloquy/contracts';
import { openMessaging } from './bench-nats.ts';
import { cpuOf } from './cpu-time.ts';
import type { BenchGateway } from './gateway.ts';
import { paced } from './pace.ts';
import { beginChat } from './sample-chat.ts';
import { startBareSockets } from './start-bare-sockets.ts';
import { Watchers } from './watchers.ts';

const WORDS = 'a few words, as a model says them in 40 ms';
const IDS = { messageId: 'bench-message-000001', runId: 'bench-run-0000000001', agent: 'assistant' } as const;

/** How much is sent to how many. */
export interface FanOutShape {
  readonly viewers: number;
  readonly commits: number;
  /** Deltas of each commit, which go out in one frame. */
  readonly deltas: number;
  readonly perSecond: number;
}

/** What a round of ours came to. */
export interface FanOutRound {
  /** CPU of the gateway in µs for each frame to each viewer, and for each delta to each viewer. */
  readonly perFrame: number;
  readonly perDelta: number;
}

/** One chat, its viewers at a gateway, and as many bare connections. */
export interface FanOut {
  ours(): Promise<FanOutRound>;
  /** CPU in µs for each write of as many bytes as the last frame of ours had. */
  floor(): Promise<number>;
}

/** Opens both sides, gives them to the work, and leaves nothing of them. */
export async function withFanOut<T>(
  gateway: BenchGateway,
  shape: FanOutShape,
  work: (fanOut: FanOut) => Promise<T>,
): Promise<T> {
  const messaging = await openMessaging(gateway.natsUrl);
  const bare = await startBareSockets(shape.viewers);
  const chat = await beginChat(messaging, gateway.userId);
  const watchers = await Watchers.open(gateway, { chatId: chat.chatId, viewers: shape.viewers });
  let said = 0;
  const say = (): void => {
    const deltas = Array.from({ length: shape.deltas }, (_, at) => deltaAt((said + at) * WORDS.length));
    said += shape.deltas;
    void chat.appender.append({ deltas });
  };
  try {
    return await work({
      ours: async () => {
        watchers.taken();
        const before = cpuOf([gateway.pid]);
        await Promise.all([
          paced({ perSecond: shape.perSecond, count: shape.commits }, say),
          watchers.have(shape.commits * shape.deltas),
        ]);
        const cpuUs = (cpuOf([gateway.pid]) - before) * 1000;
        const { frames, deltas } = watchers.taken();
        return { perFrame: cpuUs / frames, perDelta: cpuUs / deltas };
      },
      floor: () => bare.write({ frames: shape.commits, bytes: watchers.frameBytes, everyMs: 1000 / shape.perSecond }),
    });
  } finally {
    watchers.close();
    await bare.stop();
    await messaging.drain();
  }
}

const deltaAt = (offset: number): Delta => ({ ...IDS, offset, text: WORDS, kind: 'text' });
