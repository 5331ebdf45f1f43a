import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { spawnGuarded, type Guarded, type Program } from './guarded.ts';
import { ensureMongoServer, type MongoBinary } from './mongo-provider.ts';
import { freePort } from './ports.ts';
import type { ProviderOptions } from './provider.ts';
import { waitFor } from './wait-for.ts';

/** A MongoDB server of ours, ready to be started (again and again, on the same port and data). */
export interface MongoPlan {
  readonly port: number;
  readonly uri: string;
  readonly program: Program;
  /** True when it accepts connections. */
  ready(): Promise<boolean>;
}

/** Milliseconds that the server gets to stop by itself. */
export const mongoGraceMs = 15_000;

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function argumentsOf(binary: MongoBinary, port: number, folder: string): readonly string[] {
  if (binary.flavour === 'mongod')
    return ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const network = ['--host', '127.0.0.1', '--port', String(port)];
  return [...network, '--storage-path', folder, '--sync-on-commit', '--cache-size', '256M', '--log-level', 'WARNING'];
}

/** Makes the data folder and says how to start the server. */
export async function mongoPlan(options: { binary: MongoBinary; dataDir: string; port: number }): Promise<MongoPlan> {
  const { binary, dataDir, port } = options;
  // The two servers cannot read each other's files.
  const folder = join(dataDir, binary.flavour === 'mongod' ? 'mongodb' : 'secantusdb');
  await mkdir(folder, { recursive: true });
  return {
    port,
    uri: `mongodb://127.0.0.1:${port}/colloquy?directConnection=true`,
    program: {
      command: binary.command,
      args: [...binary.args0, ...argumentsOf(binary, port, folder)],
      cwd: folder,
      graceMs: mongoGraceMs,
    },
    ready: () => accepts(port),
  };
}

/** What `startMongo` may be told. */
export interface StartMongoOptions {
  /** Folder for the database; it is made. */
  readonly dataDir: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Gets what the server prints. */
  readonly log?: (line: string) => void;
  readonly provider?: ProviderOptions;
}

/** A running MongoDB server of this process's own. */
export interface StartedMongo {
  /** With the database `colloquy`. */
  readonly uri: string;
  readonly port: number;
  pid(): number | undefined;
  /** Stops it in good order. The data stays. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `stop` or `kill`. */
  restart(): Promise<void>;
}

class LocalMongo implements StartedMongo {
  private readonly plan: MongoPlan;
  private readonly log: (line: string) => void;
  private child: Guarded | undefined;

  constructor(plan: MongoPlan, log: (line: string) => void) {
    this.plan = plan;
    this.log = log;
  }

  get uri(): string {
    return this.plan.uri;
  }

  get port(): number {
    return this.plan.port;
  }

  pid(): number | undefined {
    return this.child?.running() === true ? this.child.pid : undefined;
  }

  async stop(): Promise<void> {
    await this.child?.stop(mongoGraceMs);
  }

  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.child?.exited;
  }

  async restart(): Promise<void> {
    if (this.child?.running() === true) return;
    const child = spawnGuarded(this.plan.program);
    this.child = child;
    const last: string[] = [];
    const take = (text: string): void => {
      for (const line of text.split('\n').filter((one) => one !== '')) {
        last.push(line);
        if (last.length > 10) last.shift();
        this.log(line);
      }
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    await waitFor({
      until: () => this.plan.ready(),
      deadlineMs: 60_000,
      what: `the MongoDB server on port ${this.plan.port}`,
      giveUp: () => (child.running() ? undefined : `the MongoDB server ended:\n${last.join('\n')}`),
    });
  }
}

/**
 * Finds, starts and awaits a MongoDB server on 127.0.0.1. It ends with this process.
 * @throws ServerUnavailable when there is none to be had; Error when it does not become ready within 60 s
 */
export async function startMongo(options: StartMongoOptions): Promise<StartedMongo> {
  const provider = options.provider ?? {};
  // A server of our own is asked for: one that runs elsewhere is no answer.
  const env = { ...(provider.env ?? process.env), MONGODB_URI: undefined };
  const binary = await ensureMongoServer({ ...provider, env });
  if (binary.kind === 'url') throw new Error('unreachable: MONGODB_URI was taken away');
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const mongo = new LocalMongo(
      await mongoPlan({ binary, dataDir: options.dataDir, port }),
      options.log ?? (() => {}),
    );
    try {
      await mongo.restart();
      return mongo;
    } catch (error) {
      await mongo.kill();
      // Another process may have taken the free port between the choice and the start.
      if (attempt === 5 || !/in use/.test(String(error))) throw error;
    }
  }
}
