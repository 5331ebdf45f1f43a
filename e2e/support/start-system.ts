import type { ChatEvent } from '@colloquy/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { launch, type Launched } from '../../tools/launcher/launch.ts';
import type { LaunchEvent } from '../../tools/launcher/launch-event.ts';
import { waitFor } from './wait-for.ts';

/** What a system under test may be told. */
export interface SystemOptions {
  readonly instances?: Readonly<Record<string, number>>;
  /** Default 1. */
  readonly natsNodes?: 1 | 3;
  readonly env?: Readonly<Record<string, string>>;
  /** Default false: most tests need no web app. */
  readonly web?: boolean;
}

/** The whole system on free ports, with data of its own. */
export interface System {
  readonly url: string;
  readonly launched: Launched;
  /** Every line that a service has written so far. */
  lines(name: string): readonly string[];
  /** Sends a signal to every instance of a service. */
  signal(name: string, signal: NodeJS.Signals): void;
  /** The events of a chat as MongoDB has them, in order. */
  storedEvents(chatId: string): Promise<ChatEvent[]>;
  stop(): Promise<void>;
}

/** Fast enough to be quick, slow enough that things can happen in mid-stream. */
const TOKENS_PER_SECOND = '120';

/**
 * Starts real servers and all services as their own processes. What was built before is used as it is.
 * @throws LaunchError when a part does not become ready
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-e2e-'));
  const output = new Map<string, string[]>();
  const report = (event: LaunchEvent): void => {
    if (event.type !== 'log') return;
    const lines = output.get(event.name) ?? [];
    output.set(event.name, lines);
    lines.push(event.line);
  };
  const launched = await launch({
    dataDir,
    ports: 'free',
    build: false,
    web: options.web ?? false,
    instances: options.instances ?? {},
    natsNodes: options.natsNodes ?? 1,
    env: { ...withoutModels(process.env), DEMO_TOKENS_PER_SECOND: TOKENS_PER_SECOND, ...options.env },
    report,
  });
  const uri = launched.urls.get('mongodb')?.[0] ?? '';
  const mongo = await mongoose.createConnection(uri, { dbName: 'colloquy' }).asPromise();
  return {
    url: launched.url,
    launched,
    lines: (name) => output.get(name) ?? [],
    signal: (name, signal) => {
      for (const { name: each, instance } of launched.processes())
        if (each === name) launched.kill(name, instance, signal);
    },
    storedEvents: async (chatId) => {
      const found = await mongo.collection('events').find({ chatId }).sort({ seq: 1 }).toArray();
      return found.map((document) => document['event'] as ChatEvent);
    },
    stop: async () => {
      await mongo.close();
      await launched.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until MongoDB has the events up to `lastSeq`. */
export async function untilStored(system: System, chatId: string, lastSeq: number): Promise<ChatEvent[]> {
  return waitFor(
    async () => {
      const events = await system.storedEvents(chatId);
      return events.length >= lastSeq ? events : undefined;
    },
    { what: `${String(lastSeq)} events of the chat in MongoDB`, withinMs: 30_000, everyMs: 100 },
  );
}

/** The tests talk to the demo model, whatever key the person who runs them has. */
function withoutModels(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, NATS_URL: _nats, MONGODB_URI: _mongo, ...rest } = env;
  return rest;
}
