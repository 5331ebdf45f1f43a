/** One compose project of a test: everything of docker-compose.yml under a name and a port of its own. */
import { join } from 'node:path';
import { root } from '../../tools/paths.ts';
import { freePort } from '../../tools/servers/ports.ts';
import { waitFor } from '../../tools/servers/wait-for.ts';
import { docker, type CallOptions } from './docker.ts';
import { version } from './images.ts';

/** What `docker inspect` says of a container, as far as we look. */
export interface Container {
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string };
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Memory: number;
    readonly Init: boolean | null;
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
  };
}

/** The name of a container's service. */
export const serviceOf = ({ Config }: Container): string => Config.Labels['com.docker.compose.service'] ?? '';

/** The stack of a test. */
export class Stack {
  /** The compose project. */
  readonly project: string;
  /** The public address. */
  readonly url: string;
  readonly #files: readonly string[];
  readonly #env: Readonly<Record<string, string>>;

  private constructor(files: readonly string[], port: number) {
    this.project = `colloquy-test-${process.pid}`;
    this.url = `http://127.0.0.1:${port}`;
    this.#files = ['docker-compose.yml', ...files].flatMap((file) => ['--file', join(root, file)]);
    // A model of the person who starts the test would cost money.
    const noModel = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
    this.#env = { ...noModel, PORT: String(port), COLLOQUY_VERSION: version };
  }

  /** `files` are put over docker-compose.yml. Nothing is started. */
  static async on(files: readonly string[]): Promise<Stack> {
    return new Stack(files, await freePort());
  }

  /**
   * Runs a compose command.
   * @throws Error with what it said
   */
  compose(args: readonly string[], options: CallOptions = {}): Promise<string> {
    const given = ['compose', ...this.#files, '--project-name', this.project, ...args];
    return docker(given, { ...options, env: this.#env });
  }

  /** Starts what is not running, and resolves when all of it is ready. */
  async up(args: readonly string[] = []): Promise<void> {
    const up = ['up', '--detach', '--no-build', '--pull=missing', '--wait', '--wait-timeout=300', ...args];
    await this.compose(up, { timeoutMs: 330_000 }).catch(async (error: unknown) => {
      const last = await this.compose(['logs', '--no-color', '--tail=8']).catch(String);
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${last}`);
    });
  }

  /** All containers of one service, or of all, those that have ended too. */
  async containers(service?: string): Promise<readonly Container[]> {
    const names = await this.compose(['ps', '--all', '--quiet', ...(service === undefined ? [] : [service])]);
    const ids = names.split('\n').filter((id) => id !== '');
    if (ids.length === 0) return [];
    return JSON.parse(await docker(['inspect', ...ids])) as readonly Container[];
  }

  /** Resolves when every container of some services is healthy. */
  async healthy(services: readonly string[]): Promise<void> {
    await waitFor({
      what: `health of ${services.join(' and ')}`,
      deadlineMs: 90_000,
      everyMs: 1000,
      until: async () => {
        const all = await Promise.all(services.map((service) => this.containers(service)));
        return all.flat().every(({ State }) => State.Health?.Status === 'healthy');
      },
    });
  }

  /** What is left of the project on the engine: containers, volumes, networks. */
  async remains(): Promise<readonly string[]> {
    const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${this.project}`];
    const lists = await Promise.all([
      docker(['ps', '--all', ...filter]),
      docker(['volume', 'ls', ...filter]),
      docker(['network', 'ls', ...filter]),
    ]);
    return lists.flatMap((list) => list.split('\n').filter((id) => id !== ''));
  }
}
