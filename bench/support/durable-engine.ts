import { WIRE_VERSION, type Ids } from '@colloquy/contracts';
import type { Effects } from '@colloquy/effects';
import { EMPTY_LOG, type Messaging } from '@colloquy/messaging';
import { Metrics, systemClock, systemIds } from '@colloquy/service';
import { createMemoryStore } from '@colloquy/store';
import type { NatsConnection } from '@nats-io/transport-node';
import { createMeters } from '../../apps/orchestrator/src/meters.ts';
import { startOrchestrator, type Orchestrator } from '../../apps/orchestrator/src/orchestrator.ts';
import type { Log } from '../../apps/orchestrator/src/ports.ts';
import { openMessaging, withNats, type BenchNats } from './bench-nats.ts';
import { scriptedModel } from './scripted-model.ts';
import { stepsOf, twoAgentsWorkflow, type TwoAgents } from './two-agents.ts';

const LATE_MS = 60_000;
const OWNER = 'bench-owner-000001';

/**
 * The real orchestrator in this process on a real broker: tickets, claims, heartbeats and fenced appends as in service;
 * only the model and the tool are scripted. The database is asked for nothing on this way.
 */
export class DurableEngine {
  readonly #loop: TwoAgents;
  readonly #gateway: Messaging;
  readonly #bare: NatsConnection;
  readonly #faults: unknown[];
  readonly #waiting = new Map<string, () => void>();

  constructor(loop: TwoAgents, of: { gateway: Messaging; bare: NatsConnection; faults: unknown[] }) {
    this.#loop = loop;
    this.#gateway = of.gateway;
    this.#bare = of.bare;
    this.#faults = of.faults;
  }

  /** Listens to what was stored, as a gateway does. */
  async watch(): Promise<void> {
    this.#bare.subscribe('live.chat.*', {
      callback: (_error, message) => {
        const chatId = message.subject.slice('live.chat.'.length);
        if (/"type":"run_(completed|failed|cancelled)"/.test(message.string())) this.#waiting.get(chatId)?.();
      },
    });
    await this.#bare.flush();
  }

  /** Runs so many chats, so many at once; gives their steps. Throws when a chat is not what the loop says. */
  async chats(of: { chats: number; atOnce: number }): Promise<number> {
    let begun = 0;
    const ended: string[] = [];
    const lane = async (): Promise<void> => {
      while (begun < of.chats) {
        begun += 1;
        ended.push(await this.#chat());
      }
    };
    await Promise.all(Array.from({ length: of.atOnce }, lane));
    if (this.#faults.length > 0) throw new AggregateError(this.#faults, 'the orchestrator had faults');
    return ended.length * stepsOf(this.#loop);
  }

  /** Throws when a chat's log does not hold the steps of the loop. Not part of what is measured. */
  async check(): Promise<void> {
    const chatId = await this.#chat();
    const found = { text: 0, tool_response: 0, run_completed: 0 };
    for await (const { commit } of this.#gateway.log.read(chatId, { after: 0 }))
      for (const { type } of commit.events) if (type in found) found[type as keyof typeof found] += 1;
    const { turns } = this.#loop;
    const { text, tool_response: answers, run_completed: ends } = found;
    if (text !== 2 * turns || answers !== turns || ends !== 1)
      throw new Error(`a chat is not what the loop says: ${JSON.stringify(found)}`);
  }

  /** As the API gateway begins a chat; resolves with its id when its run has ended. */
  async #chat(): Promise<string> {
    const [chatId, commandId] = [systemIds.uuid(), systemIds.uuid()];
    const ended = this.#ended(chatId);
    const { question } = this.#loop;
    await this.#gateway.log.open(chatId, EMPTY_LOG).append({
      events: [
        { type: 'chat_created', commandId, ownerId: OWNER, workflow: 'two-agents', variables: {} },
        { type: 'user_message', commandId, messageId: commandId, text: question, by: OWNER },
      ],
    });
    await this.#gateway.tickets.publish({ v: WIRE_VERSION, chatId, commandId }, `run-${commandId}`);
    await ended;
    return chatId;
  }

  async #ended(chatId: string): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.set(chatId, resolve);
        late = setTimeout(() => reject(new Error('a chat did not end in time', { cause: this.#faults[0] })), LATE_MS);
      });
    } finally {
      clearTimeout(late);
      this.#waiting.delete(chatId);
    }
  }
}

/** The model and the tool of the loop behind the port of the orchestrator. */
function scriptedEffects(loop: TwoAgents, ids: Ids): Effects {
  const model = scriptedModel(loop, () => ids.uuid());
  return {
    modelName: () => 'scripted',
    callModel: (request) => Promise.resolve(model(request)),
    runTool: () => Promise.resolve({ ok: true, ms: 0, result: loop.result }),
    retryDelayMs: () => undefined,
    stallLimitMs: () => LATE_MS,
    estimate: () => ({ usage: { promptTokens: 0, cachedTokens: 0, completionTokens: 0 }, costMicroUsd: 0 }),
    close: () => Promise.resolve(),
  };
}

function startEngine(loop: TwoAgents, messaging: Messaging, of: { atOnce: number; faults: unknown[] }) {
  const note = (fields: object, message: string): void => void of.faults.push(new Error(message, { cause: fields }));
  const log: Log = { debug: () => undefined, info: () => undefined, warn: note, error: note };
  const workflow = { definition: twoAgentsWorkflow(loop), hash: 'bench-two-agents' };
  return startOrchestrator({
    messaging,
    store: createMemoryStore(),
    effects: scriptedEffects(loop, systemIds),
    workflows: { find: () => workflow },
    clock: systemClock,
    ids: systemIds,
    log,
    meters: createMeters(new Metrics('bench')),
    worker: 'bench-orchestrator',
    maxRuns: of.atOnce,
    drainMs: 5000,
  });
}

/** Starts broker and orchestrator, gives them to the work with the pids of the broker, and leaves nothing of them. */
export async function withDurableEngine<T>(
  of: { readonly loop: TwoAgents; readonly atOnce: number },
  work: (engine: DurableEngine, pids: readonly number[]) => Promise<T>,
): Promise<T> {
  return withNats(async (nats: BenchNats) => {
    const faults: unknown[] = [];
    const gateway = await openMessaging(nats.url);
    let orchestrator: Orchestrator | undefined;
    try {
      orchestrator = await startEngine(of.loop, nats.messaging, { atOnce: of.atOnce, faults });
      const engine = new DurableEngine(of.loop, { gateway, bare: nats.bare, faults });
      await engine.watch();
      await engine.check();
      return await work(engine, nats.pids);
    } finally {
      await orchestrator?.drain();
      await gateway.drain();
    }
  });
}
