import type { Commits, SubscribeReply } from '@colloquy/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { io, type Socket } from 'socket.io-client';
import { percentile, type Bench, type Measured } from './bench.ts';
import { openBare, openMessaging } from './support/bench-nats.ts';
import { withGateway, type BenchGateway } from './support/gateway.ts';
import { interleave } from './support/interleave.ts';
import { paced } from './support/pace.ts';
import { beginChat, type SampleChat } from './support/sample-chat.ts';
import { PEER_SUBJECTS, startPeer } from './support/start-peer.ts';

const CHATS = 100;
const PER_SECOND = 500;
const COUNT = 750;
const REQUESTS = 750;
const LATE_MS = 30_000;
const WORDS = 'a few words, as a model says them in 40 ms';
const IDS = { messageId: 'bench-message-000001', runId: 'bench-run-0000000001', agent: 'assistant' } as const;

/** Pieces of text on their way: when each was appended, and how long it took to arrive. */
class Pieces {
  readonly #chats: readonly SampleChat[];
  readonly #sentAt = new Map<string, number>();
  #offset = 0;
  #times: number[] = [];
  #failed: Error | undefined;

  constructor(chats: readonly SampleChat[], socket: Socket) {
    this.#chats = chats;
    socket.on('commits', (commits: Commits) => this.#arrived(commits));
  }

  /** Milliseconds from the append to the client, the middle one of one paced round. */
  async round(): Promise<number> {
    this.#times = [];
    this.#offset += WORDS.length * Math.ceil(COUNT / CHATS);
    await paced({ perSecond: PER_SECOND, count: COUNT }, (index) => this.#send(index));
    const end = performance.now() + LATE_MS;
    while (this.#sentAt.size > 0) {
      if (this.#failed) throw this.#failed;
      if (performance.now() > end) throw new Error(`${String(this.#sentAt.size)} pieces did not arrive`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return percentile(this.#times, 0.5);
  }

  #send(index: number): void {
    const chat = this.#chats[index % CHATS];
    if (!chat) return;
    const offset = this.#offset + Math.floor(index / CHATS) * WORDS.length;
    this.#sentAt.set(`${chat.chatId} ${String(offset)}`, performance.now());
    chat.appender
      .append({ deltas: [{ ...IDS, offset, text: WORDS, kind: 'text' }] })
      .catch((error: unknown) => (this.#failed = new Error('a piece was not appended', { cause: error })));
  }

  #arrived({ chatId, deltas }: Commits): void {
    const now = performance.now();
    for (const { offset } of deltas) {
      const key = `${chatId} ${String(offset)}`;
      const sentAt = this.#sentAt.get(key);
      if (sentAt === undefined) continue;
      this.#sentAt.delete(key);
      this.#times.push(now - sentAt);
    }
  }
}

async function connected({ url, token }: BenchGateway): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, reconnection: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

async function subscribe(socket: Socket, chats: readonly SampleChat[]): Promise<void> {
  for (const { chatId } of chats) {
    const reply = (await socket.timeout(LATE_MS).emitWithAck('subscribe', { chatId })) as SubscribeReply;
    if (!reply.ok) throw new Error(`subscribe: ${reply.error.message}`);
  }
}

/** Milliseconds from a request to its answer by another process, one after the other; the middle one. */
async function requestReply(bare: NatsConnection): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < REQUESTS; n += 1) {
    const began = performance.now();
    await bare.request(PEER_SUBJECTS.echo, WORDS, { timeout: LATE_MS });
    times.push(performance.now() - began);
  }
  return percentile(times, 0.5);
}

async function compare(gateway: BenchGateway): Promise<Measured> {
  const [messaging, bare] = await Promise.all([openMessaging(gateway.natsUrl), openBare(gateway.natsUrl)]);
  const stopPeer = await startPeer(gateway.natsUrl);
  const socket = await connected(gateway);
  try {
    const chats = await Promise.all(Array.from({ length: CHATS }, () => beginChat(messaging, gateway.userId)));
    await subscribe(socket, chats);
    const pieces = new Pieces(chats, socket);
    const compared = await interleave({ ours: () => pieces.round(), floor: () => requestReply(bare) });
    const parts = { 'append to client p50 ms': compared.ours, 'request-reply p50 ms': compared.floor };
    const { ratio, spread } = compared;
    return { ratio, spread, parts };
  } finally {
    socket.close();
    await stopPeer();
    await Promise.all([messaging.drain(), bare.close()]);
  }
}

/** What a person waits for a word that is written: log, republish, gateway, socket; 500 pieces a second in 100 chats. */
export const bench: Bench = {
  name: 'append to Socket.IO client / NATS request-reply',
  goal: { atMost: 4 },
  run: () => withGateway(compare),
};
