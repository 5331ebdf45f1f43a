import type { Subscription } from '@colloquy/messaging';
import { pullTickets } from './pull-tickets.ts';
import type { OrchestratorParts } from './ports.ts';
import { RunningChats } from './running-chats.ts';
import { Slots } from './slots.ts';
import { subscriptions } from './subscriptions.ts';
import { watchChats } from './watch-chats.ts';

/** An orchestrator at work. */
export interface Orchestrator {
  /** How many chats it runs or is claiming now. */
  active(): number;
  /**
   * Stops taking work, brings each run to its next step boundary or cuts it off in time, gives the tickets back.
   * Takes at most `drainMs`; what is not done by then is left to who gets its ticket.
   */
  drain(): Promise<void>;
}

/** The part of the drain time after which an effect in progress is cut off. */
const PATIENT_PART = 0.6;
/** The part after which runs are left as they are. */
const GIVE_UP_PART = 0.85;
/** The part after which it is over: what is left is for closing connections. */
const OVER_PART = 0.9;

interface Working {
  readonly parts: OrchestratorParts;
  readonly chats: RunningChats;
  readonly slots: Slots;
  readonly commands: Subscription;
  readonly pulling: Promise<void>;
}

/** Starts to pull commands and tickets. */
export async function startOrchestrator(parts: OrchestratorParts): Promise<Orchestrator> {
  const chats = new RunningChats(parts.clock);
  const slots = new Slots(parts.maxRuns);
  const stop = new AbortController();
  const commands = await parts.messaging.commands.consume((delivery) =>
    subscriptions['command.*'](parts, chats, delivery),
  );
  const pulling = pullTickets({ parts, chats, slots, signal: stop.signal });
  const stopWatching = verifyAfterReconnect(parts, chats);
  watchChats(parts, stop.signal).catch((error: unknown) => {
    parts.log.error({ err: error }, 'the watchdog has ended');
  });
  return {
    active: () => chats.size,
    drain: async () => {
      chats.drain();
      stop.abort(new Error('the orchestrator drains'));
      slots.wake();
      await drain({ parts, chats, slots, commands, pulling });
      stopWatching();
    },
  };
}

/**
 * While the connection was cut this process could not be asked for its chats, so a stop may have been recorded by
 * another one: the log says so.
 */
function verifyAfterReconnect(parts: OrchestratorParts, chats: RunningChats): () => void {
  return parts.messaging.onReconnect(() => {
    for (const chat of chats.all()) {
      chat.verify().catch((error: unknown) => {
        parts.log.debug({ chatId: chat.chatId, err: error }, 'a chat was lost while the broker was away');
      });
    }
  });
}

async function drain(working: Working): Promise<void> {
  const { parts, chats } = working;
  const { clock, drainMs } = parts;
  const over = new Promise<void>((resolve) => {
    const timers = [
      clock.setTimeout(() => chats.endEffects(), drainMs * PATIENT_PART),
      clock.setTimeout(() => {
        for (const chat of chats.all()) chat.giveUp(new Error('the drain has taken too long'));
      }, drainMs * GIVE_UP_PART),
      clock.setTimeout(resolve, drainMs * OVER_PART),
    ];
    const done = (): void => {
      for (const timer of timers) clock.clearTimeout(timer);
      resolve();
    };
    finish(working).then(done, done);
  });
  await over;
}

/** Commands are recorded until the last run was given back: a stop must not wait for a drain. */
async function finish({ slots, commands, pulling }: Working): Promise<void> {
  await pulling;
  await slots.idle();
  await commands.close();
}
