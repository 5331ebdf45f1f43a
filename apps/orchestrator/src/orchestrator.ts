import type { Subscription } from '@colloquy/messaging';
import type { OrchestratorParts } from './ports.ts';
import { RunningChats } from './running-chats.ts';
import { subscriptions } from './subscriptions.ts';
import { watchChats } from './watch-chats.ts';

/** An orchestrator at work. */
export interface Orchestrator {
  /** How many chats it runs or is claiming now. */
  active(): number;
  /** Stops taking work, brings each run to its next step boundary or cuts it off in time, gives the tickets back. */
  drain(): Promise<void>;
}

const TICKET_WAIT_MS = 5000;
/** The part of the drain time after which an effect in progress is cut off. */
const PATIENT_PART = 0.6;

/** Starts to pull commands and tickets. */
export async function startOrchestrator(parts: OrchestratorParts): Promise<Orchestrator> {
  const chats = new RunningChats();
  const stop = new AbortController();
  const commands = await parts.messaging.commands.consume((delivery) =>
    subscriptions['command.*'](parts, chats, delivery),
  );
  const runs = new Set<Promise<void>>();
  const pulling = pullTickets({ parts, chats, runs, signal: stop.signal });
  const watching = watchChats(parts, stop.signal);
  return {
    active: () => chats.size,
    drain: async () => {
      stop.abort(new Error('the orchestrator drains'));
      await Promise.all([pulling, watching]);
      await finish({ parts, chats, runs, commands });
    },
  };
}

/** Pulls exactly the free slots: what is pulled and not run would wait here instead of going to a free orchestrator. */
async function pullTickets(of: {
  parts: OrchestratorParts;
  chats: RunningChats;
  runs: Set<Promise<void>>;
  signal: AbortSignal;
}): Promise<void> {
  const { parts, chats, runs, signal } = of;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  while (!signal.aborted) {
    const free = parts.maxRuns - runs.size;
    if (free <= 0) {
      await Promise.race([...runs, aborted]);
      continue;
    }
    const deliveries = await pullSome(of, free);
    for (const delivery of deliveries) {
      const run: Promise<void> = subscriptions['run.*'](parts, chats, delivery).finally(() => runs.delete(run));
      runs.add(run);
    }
  }
}

async function pullSome(of: { parts: OrchestratorParts; signal: AbortSignal }, count: number) {
  const { parts, signal } = of;
  try {
    return await parts.messaging.tickets.pull({ count, waitMs: TICKET_WAIT_MS, signal });
  } catch (error) {
    if (signal.aborted) return [];
    parts.log.warn({ err: error }, 'tickets could not be pulled; trying again');
    await parts.clock.sleep(500, signal).catch(() => undefined);
    return [];
  }
}

async function finish(of: {
  parts: OrchestratorParts;
  chats: RunningChats;
  runs: Set<Promise<void>>;
  commands: Subscription;
}): Promise<void> {
  const { parts, chats, runs, commands } = of;
  for (const chat of chats.all()) chat.draining = true;
  const cut = parts.clock.setTimeout(() => {
    for (const chat of chats.all()) chat.abortEffect('drain');
  }, parts.drainMs * PATIENT_PART);
  await Promise.all([...runs]);
  parts.clock.clearTimeout(cut);
  await commands.close();
}
