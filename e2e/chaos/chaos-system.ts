import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { launch, type Launched } from '../../tools/launcher/launch.ts';
import type { LaunchEvent } from '../../tools/launcher/launch-event.ts';
import { INSTANCES } from './schedule.ts';

/** What a system under chaos is started with. */
export interface ChaosSystemOptions {
  /** Everything of this run lies here. */
  readonly folder: string;
  readonly natsNodes: 1 | 3;
  /** The public port: the same after each launch, so that clients find it again. */
  readonly port: number;
  /** What tokens are signed with. */
  readonly secret: string;
  /** Gets what is worth a line in the timeline. */
  readonly say: (text: string) => void;
  /** Stops a launch that is still starting, and hurries a stop. */
  readonly signal: AbortSignal;
}

const TOKENS_PER_SECOND = '300';
const SERVER = /^(?:NATS|MongoDB): /;
const EVENT_LINE = /"chatId":"([\w-]+)","seq":(\d+)/;

/** The real system: its processes, its logs, and what is killed and launched again. */
export class ChaosSystem {
  readonly options: ChaosSystemOptions;
  /** Events that the event logger wrote a line for, by chat. */
  readonly logged = new Map<string, Set<number>>();
  /** Which servers were found, in words. */
  readonly servers: string[] = [];
  readonly #outputs = new Map<string, WriteStream>();
  /** Name on the log of each orchestrator, by instance. */
  readonly #workers = new Map<number, string>();
  /** Every such name there ever was, with its instance. */
  readonly workers = new Map<string, number>();
  #launched: Launched | undefined;
  /** The launch or the kill of everything that came last, which may still go on. */
  #going: Promise<void> = Promise.resolve();

  constructor(options: ChaosSystemOptions) {
    this.options = options;
  }

  get dataDir(): string {
    return path.join(this.options.folder, 'data');
  }

  /** Where tools keep the effects that they made. */
  get effectsDir(): string {
    return path.join(this.options.folder, 'tmp');
  }

  get launched(): Launched {
    if (this.#launched === undefined) throw new Error('the system is not running');
    return this.#launched;
  }

  /** True between a whole-stack kill and the end of the launch after it. */
  get down(): boolean {
    return this.#launched === undefined;
  }

  /** Addresses of a service's instances; none while the system is down. */
  urls(name: string): readonly string[] {
    return this.#launched?.urls.get(name) ?? [];
  }

  /** @throws LaunchError when a part does not become ready; the signal's reason when it came: nothing runs then */
  start(): Promise<void> {
    this.#going = this.#start();
    return this.#going;
  }

  async #start(): Promise<void> {
    this.options.signal.throwIfAborted();
    await mkdir(path.join(this.options.folder, 'logs'), { recursive: true });
    await mkdir(this.effectsDir, { recursive: true });
    const { natsNodes, port, secret, signal } = this.options;
    const launched = await launch({
      dataDir: this.dataDir,
      ports: 'free',
      port,
      natsNodes,
      build: false,
      web: false,
      instances: INSTANCES,
      env: {
        ...withoutOthers(process.env),
        AUTH_SECRET: secret,
        AUTH_MODE: 'guest',
        LOG_LEVEL: 'info',
        TMPDIR: this.effectsDir,
        DEMO_TOKENS_PER_SECOND: TOKENS_PER_SECOND,
        DEMO_FIRST_TOKEN_MS: '100',
      },
      report: (event) => this.#take(event),
      signal,
    });
    this.#launched = launched;
  }

  /** `kill -9` of every process at once; `start` makes a new launch on the same data. */
  killAll(): Promise<void> {
    const launched = this.#launched;
    this.#launched = undefined;
    this.#going = launched?.stop({ now: true }) ?? Promise.resolve();
    return this.#going;
  }

  signal(name: string, instance: number, signal: NodeJS.Signals): void {
    this.launched.kill(name, instance, signal);
  }

  /** What an orchestrator is called on the log, asked for now; what was known before when it does not answer. */
  async workerOf(instance: number): Promise<string | undefined> {
    const url = this.urls('orchestrator')[instance - 1];
    try {
      const response = await fetch(`${url ?? ''}/metrics`, { signal: AbortSignal.timeout(1000) });
      const worker = /colloquy_worker_info\{[^}]*worker="([^"]+)"/.exec(await response.text())?.[1];
      if (worker !== undefined) {
        this.#workers.set(instance, worker);
        this.workers.set(worker, instance);
      }
    } catch {
      // It hangs or is just being started.
    }
    return this.#workers.get(instance);
  }

  /** Ends everything, in good order unless the signal has come or comes meanwhile; nothing runs afterwards. */
  async stop(): Promise<void> {
    const { signal } = this.options;
    await this.#going.catch(() => undefined);
    const launched = this.#launched;
    const hurry = (): void => void launched?.stop({ now: true });
    signal.addEventListener('abort', hurry, { once: true });
    for (const { name, instance } of launched?.processes() ?? []) launched?.kill(name, instance, 'SIGCONT');
    await launched?.stop({ now: signal.aborted });
    signal.removeEventListener('abort', hurry);
    for (const output of this.#outputs.values()) output.end();
  }

  #take(event: LaunchEvent): void {
    if (event.type === 'log') {
      this.#outputOf(`${event.name}-${event.instance}`).write(`${event.line}\n`);
      if (event.name === 'event-logger') this.#countLogged(event.line);
    }
    if (event.type === 'exit') {
      const { name, instance, how } = event;
      this.#outputOf(`${name}-${instance}`).write(`-- ${new Date().toISOString()} ended: ${how}\n`);
    }
    if (event.type === 'process' && event.state === 'ready' && event.name === 'orchestrator') {
      // Its name is asked for when it can answer, so that a fault a moment later finds it.
      setTimeout(() => void this.workerOf(event.instance), 100);
    }
    if (event.type === 'note') this.#takeNote(event.text);
  }

  #takeNote(text: string): void {
    if (!SERVER.test(text)) this.options.say(`launcher: ${text}`);
    else if (!this.servers.includes(text)) this.servers.push(text);
  }

  #countLogged(line: string): void {
    const [, chatId, seq] = EVENT_LINE.exec(line) ?? [];
    if (chatId === undefined || seq === undefined) return;
    const seqs = this.logged.get(chatId) ?? new Set<number>();
    this.logged.set(chatId, seqs);
    seqs.add(Number(seq));
  }

  #outputOf(name: string): WriteStream {
    const known = this.#outputs.get(name);
    if (known !== undefined) return known;
    const output = createWriteStream(path.join(this.options.folder, 'logs', `${name}.log`), { flags: 'a' });
    this.#outputs.set(name, output);
    return output;
  }
}

/** The demo model and servers of our own, whatever the person who runs this has. */
function withoutOthers(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, NATS_URL: _nats, MONGODB_URI: _mongo, ...rest } = env;
  return rest;
}
