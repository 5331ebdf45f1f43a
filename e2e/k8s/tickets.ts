import type { Messaging } from '@colloquy/messaging';

type Tickets = Pick<Messaging, 'tickets'>;

const AT_ONCE = 250;

/** Puts `count` tickets on the stream, each of a chat of its own. */
export async function publishTickets({ tickets }: Tickets, count: number, prefix: string): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at);
    await Promise.all(
      some.map((at) => {
        const chatId = `${prefix}-chat-${String(at).padStart(16, '0')}`;
        return tickets.publish({ v: 1, chatId }, `${chatId}-ticket`);
      }),
    );
  }
}

/** Pulls and acknowledges every ticket; how many there were. */
export async function drainTickets({ tickets }: Tickets): Promise<number> {
  for (let done = 0; ;) {
    const some = await tickets.pull({ count: AT_ONCE, waitMs: 1000 });
    if (some.length === 0) return done;
    await Promise.all(some.map((one) => one.ack()));
    done += some.length;
  }
}
