import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { spawnGuarded, type Guarded } from '../../tools/servers/guarded.ts';
import { freePort } from '../../tools/servers/ports.ts';
import { waitFor } from '../../tools/servers/wait-for.ts';
import { installPeer, type InstallOptions } from './install-peer.ts';
import { PeerUnavailable, type ModelServer, type Part, type Peer, type Seat } from './peer.ts';

const START_MS = 90_000;
const GRACE_MS = 3000;

/** Where a program runs. */
export interface Place {
  /** Its folder, with its packages. */
  readonly dir: string;
  readonly port: number;
  /** Base URL of the model. */
  readonly model: string;
}

/** How a peer that is one program is started and talked to. */
export interface ProgramPeerParts {
  readonly name: string;
  readonly about: string;
  readonly packages: InstallOptions;
  readonly program: (place: Place) => {
    readonly command: string;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
  /** Files and folders that it keeps its state in: gone before it starts, kept when it is killed. */
  readonly state?: readonly string[];
  /** Path that answers 2xx once it serves. */
  readonly health: string;
  readonly seat: (url: string) => Seat | Promise<Seat>;
}

/** A peer that is one program of its own folder; what it prints is in `server.log` there. */
export function programPeer(parts: ProgramPeerParts): Peer {
  return new ProgramPeer(parts);
}

class ProgramPeer implements Peer {
  readonly name: string;
  readonly about: string;
  readonly #parts: ProgramPeerParts;
  #place: Place | undefined;
  #dir = '';
  #running: Guarded | undefined;

  constructor(parts: ProgramPeerParts) {
    this.name = parts.name;
    this.about = parts.about;
    this.#parts = parts;
  }

  async install(): Promise<void> {
    this.#dir = await installPeer(this.#parts.packages);
  }

  async start(model: ModelServer): Promise<void> {
    for (const name of this.#parts.state ?? []) await rm(path.join(this.#dir, name), { recursive: true, force: true });
    this.#place = { dir: this.#dir, port: await freePort(), model: model.url };
    await this.#run(this.#place);
  }

  open(): Promise<Seat> {
    return Promise.resolve(this.#parts.seat(this.#url));
  }

  parts(): readonly Part[] {
    return this.#running === undefined ? [] : [{ name: this.name, pid: this.#running.pid }];
  }

  async kill(): Promise<void> {
    if (this.#place === undefined || this.#running === undefined) throw new Error(`${this.name} does not run`);
    process.kill(-this.#running.pid, 'SIGKILL');
    await this.#running.exited;
    await this.#run(this.#place);
  }

  async stop(): Promise<void> {
    await this.#running?.stop(GRACE_MS);
    this.#running = undefined;
  }

  get #url(): string {
    return `http://127.0.0.1:${String(this.#place?.port ?? 0)}`;
  }

  async #run(place: Place): Promise<void> {
    const { command, args, env } = this.#parts.program(place);
    // What somebody traces their own agents with is not to be measured.
    const { LANGSMITH_TRACING: _new, LANGCHAIN_TRACING_V2: _old, NODE_OPTIONS: _options, ...own } = process.env;
    const running = spawnGuarded({ command, args, cwd: place.dir, env: { ...own, ...env }, graceMs: GRACE_MS });
    this.#running = running;
    const log = createWriteStream(path.join(place.dir, 'server.log'), { flags: 'a' });
    for (const stream of [running.stdout, running.stderr]) stream.pipe(log, { end: false });
    void running.closed.then(() => log.end());
    const url = `${this.#url}${this.#parts.health}`;
    const until = async (): Promise<boolean> => (await fetch(url)).ok;
    const giveUp = (): string | undefined => (running.running() ? undefined : 'it has ended');
    await waitFor({ what: `${this.name} to serve`, until, giveUp, deadlineMs: START_MS }).catch(
      async (cause: unknown) => {
        await this.stop();
        throw new PeerUnavailable(`does not start: see ${path.relative(process.cwd(), log.path.toString())}`, {
          cause,
        });
      },
    );
  }
}
