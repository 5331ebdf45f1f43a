import { createTokens } from '@colloquy/access';
import { systemClock, systemIds } from '@colloquy/service';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launch, type Launched } from '../../../tools/launcher/launch.ts';
import { waitFor } from '../../../tools/servers/wait-for.ts';
import { topology } from '../../../tools/topology.ts';
import type { ModelServer, Part, Peer, Seat } from '../peer.ts';
import { LastingSeat, ListeningSeat, type Visit } from './colloquy-seats.ts';

/** No peer has a web app, and all have the same model. */
const LEFT_OUT = new Set(['web', 'demo-model']);
/** What keeps chats; all others are killed when what serves is killed. */
const STORES = new Set(['nats', 'mongodb']);
const SERVES_MS = 60_000;
const SECRET = systemIds.random(48);

/** Ours, as `npm start` runs it: edge, gateways, orchestrator, persistence, event logger, broker and database. */
export class Colloquy implements Peer {
  readonly name = 'Colloquy';
  readonly about =
    'edge, API and realtime gateway, orchestrator, persistence, event logger, broker and database, all counted; durable';
  readonly #tokens = createTokens({ mode: 'guest', secret: SECRET, clock: systemClock, ids: systemIds });
  #launched: Launched | undefined;
  #dataDir = '';
  #log: WriteStream | undefined;

  install(): Promise<void> {
    return Promise.resolve();
  }

  async start(model: ModelServer): Promise<void> {
    this.#dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-'));
    const log = createWriteStream(path.join(this.#dataDir, 'server.log'));
    this.#log = log;
    // It brings its own servers, whatever the person who runs it has set.
    const { NATS_URL: _nats, MONGODB_URI: _mongo, NODE_OPTIONS: _options, ...own } = process.env;
    this.#launched = await launch({
      dataDir: path.join(this.#dataDir, 'data'),
      services: topology.filter(({ name }) => !LEFT_OUT.has(name)),
      ports: 'free',
      build: false,
      report: (event) => {
        if (event.type === 'log') log.write(`${event.name}: ${event.line}\n`);
      },
      env: {
        ...own,
        AUTH_SECRET: SECRET,
        AUTH_MODE: 'guest',
        WORKFLOWS_DIR: path.join(import.meta.dirname, '../../peers/colloquy'),
        OPENAI_BASE_URL: model.url,
        OPENAI_API_KEY: 'any',
        OPENAI_MODEL: 'scripted',
        MAX_RUNS: '256',
      },
    });
  }

  async open({ lasting }: { readonly lasting: boolean }): Promise<Seat> {
    const { token } = await this.#tokens.issueGuest();
    const visit: Visit = { url: this.#running.url, token, workflow: 'plain' };
    return lasting ? LastingSeat.open(visit) : ListeningSeat.open(visit);
  }

  parts(): readonly Part[] {
    return this.#launched?.processes() ?? [];
  }

  /** All that holds no chats at once; the launcher starts them again. */
  async kill(): Promise<void> {
    const launched = this.#running;
    const before = launched.processes().filter(({ name }) => !STORES.has(name));
    for (const { name, instance } of before) launched.kill(name, instance, 'SIGKILL');
    const old = new Set(before.map(({ pid }) => pid));
    const until = async (): Promise<boolean> => {
      const now = launched.processes().filter(({ name }) => !STORES.has(name));
      if (now.length < before.length || now.some(({ pid }) => old.has(pid))) return false;
      const answers = await Promise.all(now.map(({ name, url }) => fetch(name === 'edge' ? url : `${url}/readyz`)));
      return answers.every(({ status }) => status < 500);
    };
    await waitFor({ what: 'Colloquy to serve again', until, deadlineMs: SERVES_MS });
  }

  async stop(): Promise<void> {
    await this.#launched?.stop();
    this.#launched = undefined;
    this.#log?.end();
    if (this.#dataDir !== '') await rm(this.#dataDir, { recursive: true, force: true });
  }

  get #running(): Launched {
    if (this.#launched === undefined) throw new Error('Colloquy does not run');
    return this.#launched;
  }
}
