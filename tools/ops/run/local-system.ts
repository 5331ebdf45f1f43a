/** One chat in this process: the real orchestrator, engine and effects over a broker in memory. Nothing is stored. */
import type { Clock, Command, Ids, NewEvent, Variables } from '@colloquy/contracts';
import { WIRE_VERSION } from '@colloquy/contracts';
import type { Effects } from '@colloquy/effects';
import { createMemoryBroker, EMPTY_LOG, type LiveCommit } from '@colloquy/messaging';
import { createMemoryStore } from '@colloquy/store';
import type { LoadedWorkflows } from '@colloquy/workflows';
import { startOrchestrator } from '../../../apps/orchestrator/src/orchestrator.ts';
import { endingClock } from './ending-clock.ts';

/** What a chat in this process is made of. */
export interface LocalSystemParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly workflows: LoadedWorkflows;
  readonly effects: Effects;
  readonly warn: (message: string) => void;
}

/** What is said first. */
export interface FirstMessage {
  readonly workflow: string;
  readonly text: string;
  readonly variables: Variables;
  readonly onCommit: (commit: LiveCommit) => void;
}

type OwnCommand = Command extends infer One ? (One extends Command ? Omit<One, keyof Envelope> : never) : never;
interface Envelope {
  v: unknown;
  commandId: unknown;
  chatId: unknown;
  userId: unknown;
  at: unknown;
}

/** A chat of this process. */
export interface LocalChat {
  readonly chatId: string;
  send(command: OwnCommand): Promise<void>;
  /** Ends the orchestrator, within two seconds. */
  stop(): Promise<void>;
}

const USER = 'terminal';
const DRAIN_MS = 2000;

/** Begins a chat; each commit of its log is told as it is stored. */
export async function startLocalChat(parts: LocalSystemParts, first: FirstMessage): Promise<LocalChat> {
  const { ids, workflows, effects } = parts;
  const clock = endingClock(parts.clock);
  const broker = createMemoryBroker({ clock, ids, latencyMs: () => 0 });
  const messaging = broker.connect('orchestrator');
  const person = broker.connect('terminal');
  const tell = (fields: object, message: string): void => parts.warn(`${message}${causeOf(fields)}`);
  const nothing = (): void => undefined;
  const orchestrator = await startOrchestrator({
    messaging,
    store: createMemoryStore(),
    effects,
    workflows: { find: (name) => workflows.get(name)?.runnable },
    clock,
    ids,
    log: { debug: nothing, info: nothing, warn: tell, error: tell },
    meters: {
      runStarted: nothing,
      takeover: nothing,
      fenced: nothing,
      released: nothing,
      stuck: nothing,
      commandRecorded: nothing,
      stepTook: nothing,
      firstCall: nothing,
    },
    worker: 'terminal',
    maxRuns: 1,
    drainMs: DRAIN_MS,
  });
  const chatId = ids.uuid();
  await person.live.subscribeChat(chatId, first.onCommit);
  await begin({ person, chatId, commandId: ids.uuid(), first });
  return {
    chatId,
    async send(command) {
      const envelope = {
        v: WIRE_VERSION,
        commandId: ids.uuid(),
        chatId,
        userId: USER,
        at: new Date(clock.now()).toISOString(),
      };
      await person.commands.publish({ ...envelope, ...command } as Command);
    },
    async stop() {
      await orchestrator.drain();
      await Promise.all([messaging.drain(), person.drain()]);
      clock.end();
    },
  };
}

type Person = ReturnType<ReturnType<typeof createMemoryBroker>['connect']>;

async function begin(of: { person: Person; chatId: string; commandId: string; first: FirstMessage }): Promise<void> {
  const { person, chatId, commandId, first } = of;
  const { workflow, variables, text } = first;
  const events: NewEvent[] = [
    { type: 'chat_created', commandId, ownerId: USER, workflow, variables },
    { type: 'user_message', commandId, messageId: commandId, text, by: USER },
  ];
  await person.log.open(chatId, EMPTY_LOG).append({ events });
  await person.tickets.publish({ v: WIRE_VERSION, chatId, commandId }, `run-${commandId}`);
}

function causeOf(fields: object): string {
  const error: unknown = Reflect.get(fields, 'err');
  return error instanceof Error ? `: ${error.message}` : '';
}
