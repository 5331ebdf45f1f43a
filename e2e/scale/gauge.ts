import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { DURABLES, STREAMS } from '@colloquy/contracts';
import type { System } from '../support/start-system.ts';
import type { Lag, Reading } from './figures.ts';

const LOOK_MS = 250;
const CPU = /^process_cpu_seconds_total(?:\{[^}]*\})? ([\d.e+-]+)/m;

/** Reads what the streams and the services say of themselves. */
export class Gauge {
  readonly #system: System;
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;

  private constructor(system: System, connection: NatsConnection, manager: JetStreamManager) {
    this.#system = system;
    this.#connection = connection;
    this.#manager = manager;
  }

  static async connect(system: System): Promise<Gauge> {
    const connection = await connect({ servers: [...(system.launched.urls.get('nats') ?? [])] });
    return new Gauge(system, connection, await jetstreamManager(connection));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Where everything is now; the CPU of an instance that does not run is 0. */
  async read(service: string): Promise<Reading> {
    const urls = this.#system.launched.urls.get(service) ?? [];
    const [info, ...cpu] = await Promise.all([this.#manager.streams.info(STREAMS.chats), ...urls.map(cpuOf)]);
    return { at: performance.now(), commits: info.state.last_seq, cpu };
  }

  /** Looks at the lags again and again until `over` has come; a look that got no answer is left out. */
  async watch(over: AbortSignal): Promise<Lag[]> {
    const lags: Lag[] = [];
    while (!over.aborted) {
      const lag = await this.#lag().catch(() => undefined);
      if (lag !== undefined) lags.push(lag);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return lags;
  }

  async #lag(): Promise<Lag> {
    const pending = async (stream: string, durable: string): Promise<number> =>
      (await this.#manager.consumers.info(stream, durable)).num_pending;
    const [waiting, unprojected, unlogged] = await Promise.all([
      pending(STREAMS.commands, DURABLES.runs),
      pending(STREAMS.chats, DURABLES.persistence),
      pending(STREAMS.chats, 'event-logger'),
    ]);
    return { waiting, unprojected, unlogged };
  }
}

async function cpuOf(url: string): Promise<number> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) });
    return Number(CPU.exec(await response.text())?.[1] ?? 0);
  } catch {
    return 0;
  }
}
