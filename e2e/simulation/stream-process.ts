import { ChatAccess, TokenBuckets } from '@colloquy/access';
import { checkOnce, checkPositions } from '../../apps/realtime-gateway/src/check-positions.ts';
import { ChatStreams } from '../../apps/realtime-gateway/src/chat-streams.ts';
import type { GatewayParts, Meters } from '../../apps/realtime-gateway/src/ports.ts';
import { serveSockets, type Sockets } from '../../apps/realtime-gateway/src/serve-sockets.ts';
import { HouseProcess } from './house-process.ts';
import { HouseSockets } from './house-sockets.ts';
import { houseTokens } from './house-tokens.ts';
import type { Line } from './line.ts';
import { remoteStore } from './remote-store.ts';

const REPLAYS = { burst: 500, perSecond: 50 };
/** How long clients are given to leave by themselves at a drain, in ms. */
const LEAVE_MS = 2000;
const LOOK_MS = 50;

/** A realtime gateway behind Socket.IO connections that are not there. */
export class StreamProcess extends HouseProcess {
  readonly #server = new HouseSockets();
  readonly #stop = new AbortController();
  readonly #lines = new Set<Line>();
  #streams: ChatStreams | undefined;
  #sockets: Sockets | undefined;

  start(): void {
    const { connection: messaging, clock, logger, nature } = this;
    const { log, live } = messaging;
    const store = remoteStore(nature, this);
    const parts: GatewayParts = {
      log,
      live,
      store,
      clock,
      logger,
      meters: metersOf(nature),
      access: new ChatAccess({ log, store, clock }),
      tokens: houseTokens,
      replays: new TokenBuckets(clock, REPLAYS),
    };
    const streams = new ChatStreams(parts, (commits) => this.#sockets?.broadcast(commits));
    this.#streams = streams;
    this.#sockets = serveSockets(this.#server.asServer, parts, streams);
    void checkPositions(parts, streams, this.#stop.signal);
    messaging.onReconnect(() => void checkOnce(parts, streams));
  }

  /** A device wants to connect. */
  accept(line: Line): void {
    this.#lines.add(line);
    this.receive(() => this.#server.welcome(line));
  }

  protected override async leave(): Promise<void> {
    this.#stop.abort();
    this.#sockets?.sayBye(LEAVE_MS);
    const until = this.clock.monotonic() + LEAVE_MS;
    while (this.#server.engine.clientsCount > 0 && this.clock.monotonic() < until) await this.clock.sleep(LOOK_MS);
    this.#sockets?.disconnect();
    await this.#streams?.close();
  }

  protected override gone(): void {
    for (const line of this.#lines) line.serverGone();
  }

  /** Devices find out after a while. */
  protected override stands(): void {
    const { time } = this.nature;
    const lines = [...this.#lines];
    time.setTimeout(() => {
      if (this.frozen) for (const line of lines) line.goSilent();
    }, GIVEN_UP_MS);
  }
}

/** A gateway that stands this long is given up by its devices, in ms. */
const GIVEN_UP_MS = 20_000;

function metersOf(nature: { note(what: () => string): void; count(what: string): void }): Meters {
  return {
    connected: () => undefined,
    sent: () => undefined,
    replay: () => undefined,
    gap: () => nature.count('a gateway finds a gap'),
    lagging: () => nature.count('a viewer lags'),
    dropped: () => nature.count('a viewer is dropped'),
    reset: () => nature.count('a viewer must reload'),
  };
}
