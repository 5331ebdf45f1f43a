import { ChatAccess } from '@colloquy/access';
import { ProblemError } from '@colloquy/service';
import type { WorkflowCard } from '@colloquy/contracts';
import { createFileStore, createMemoryBlobs } from '@colloquy/files';
import { addRoutes } from '../../apps/api-gateway/src/add-routes.ts';
import { createRateLimits } from '../../apps/api-gateway/src/rate-limits.ts';
import { Downloads } from '../../apps/api-gateway/src/downloads.ts';
import { UNMEASURED } from '../../apps/api-gateway/src/fixtures/unmeasured.ts';
import { Uploads } from '../../apps/api-gateway/src/uploads.ts';
import { FORKS, Turns } from '../../apps/api-gateway/src/turns.ts';
import { HouseProcess } from './house-process.ts';
import { houseTokens } from './house-tokens.ts';
import { remoteStore } from './remote-store.ts';

/** A request as the network brings it. */
export interface HouseRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, when it has a body. */
  readonly body: string | undefined;
}

/** What comes back: an answer, or the end of the connection. */
export type HouseAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | 'connection lost';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handler: (request: object, reply: object) => Promise<unknown>;
}

/** An API gateway: every route, with its checks, its limits and its functions, behind an HTTP server that is not there. */
export class ApiProcess extends HouseProcess {
  readonly #routes: Route[] = [];
  readonly #open = new Set<(answer: HouseAnswer) => void>();

  start(): void {
    const { connection: messaging, clock, nature } = this;
    const store = remoteStore(nature, this);
    const fastify = {
      route: (route: RouteOptions) => this.#routes.push(routeOf(route)),
      // Routes of their own scope take bytes as they come: no request here has such.
      register: () => undefined,
    };
    const { ids } = nature;
    const files = createFileStore({ records: messaging.files, blobs: createMemoryBlobs(), clock, ids });
    addRoutes(fastify as unknown as Parameters<typeof addRoutes>[0], {
      messaging,
      store,
      clock,
      access: new ChatAccess({ log: messaging.log, store, clock }),
      tokens: houseTokens,
      workflows: {
        list: () => [...nature.world.workflows.keys()].map(cardOf),
        find: (name) => (nature.world.workflows.has(name) ? cardOf(name) : undefined),
      },
      files: { store: files, maxBytes: 1024 * 1024 },
      limits: createRateLimits(clock),
      forks: new Turns(clock, FORKS),
      uploads: new Uploads({ clock, maxBytes: 1024 * 1024, atOnce: 8, meters: UNMEASURED }),
      downloads: new Downloads({ clock, meters: UNMEASURED }),
      ids,
      demoModel: true,
      secureCookies: false,
    });
  }

  /** Serves a request; answers when the process runs, or when it dies. */
  serve(request: HouseRequest, answer: (answer: HouseAnswer) => void): void {
    if (!this.alive) {
      answer('connection lost');
      return;
    }
    const once = (given: HouseAnswer): void => {
      if (this.#open.delete(once)) answer(given);
    };
    this.#open.add(once);
    this.receive(() => {
      this.#handle(request).then(once, (error: unknown) => {
        this.nature.violated(`${request.method} ${request.url} failed: ${String(error)}`);
        once('connection lost');
      });
    });
  }

  protected override async leave(): Promise<void> {
    // Requests in hand are answered; new ones go elsewhere.
    const until = this.clock.monotonic() + DRAIN_MS;
    while (this.#open.size > 0 && this.clock.monotonic() < until) await this.clock.sleep(50);
  }

  protected override gone(): void {
    for (const end of [...this.#open]) end('connection lost');
  }

  async #handle(request: HouseRequest): Promise<HouseAnswer> {
    const { pathname, searchParams } = new URL(request.url, 'http://house');
    for (const { method, pattern, names, handler } of this.#routes) {
      const found = method === request.method ? pattern.exec(pathname) : null;
      if (found === null) continue;
      const reply = new Reply();
      const params = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? '')]));
      const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
      const asked = {
        headers: request.headers,
        params,
        query: Object.fromEntries(searchParams),
        body,
        ip: '192.0.2.1',
      };
      try {
        await handler(asked, reply);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const { headers = {} } = error.fields;
        return { status: error.status, headers: { ...headers }, body: JSON.stringify(error.toProblem()) };
      }
      return { status: reply.status, headers: reply.given, body: JSON.stringify(reply.body) };
    }
    throw new Error('there is no such route');
  }
}

const DRAIN_MS = 3000;

interface RouteOptions {
  readonly method: string;
  readonly url: string;
  readonly handler: Route['handler'];
}

function routeOf({ method, url, handler }: RouteOptions): Route {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  return { method, names, handler, pattern: new RegExp(`^${url.replaceAll(/:\w+/g, '([^/]+)')}$`) };
}

const cardOf = (name: string): WorkflowCard => ({ name, title: name, description: '', starters: [], agents: [] });

/** Fastify's reply, as far as the routes use it. */
class Reply {
  status = 200;
  given: Record<string, string> = {};
  body: unknown;

  code(status: number): this {
    this.status = status;
    return this;
  }

  headers(headers: Record<string, string>): this {
    this.given = headers;
    return this;
  }

  send(body: unknown): this {
    this.body = body;
    return this;
  }
}
