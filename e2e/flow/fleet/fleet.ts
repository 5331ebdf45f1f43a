/**
 * The orchestrators of a system under test, as the log and the operating system see them: which process a worker's
 * name belongs to, what each chat's log says the moment it is stored, and signals to one of them.
 */
import type { ChatEvent, Commit } from '@colloquy/contracts';
import { connectMessaging, type Messaging, type Subscription } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/service';
import type { System } from '../../support/start-system.ts';
import { waitFor } from '../../support/wait-for.ts';

/** An event, and when it was seen on the log (`performance.now`). */
export interface Seen {
  readonly event: ChatEvent;
  readonly at: number;
}

/** One orchestrator that answers. */
export interface Member {
  readonly instance: number;
  readonly pid: number;
  /** Its name on the log. */
  readonly worker: string;
  readonly url: string;
}

type TypedEvent<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;

const isOf =
  <T extends ChatEvent['type']>(type: T) =>
  (event: ChatEvent): event is TypedEvent<T> =>
    event.type === type;

/** See the top of the file. */
export class Fleet {
  readonly messaging: Messaging;
  readonly #system: System;
  readonly #seen = new Map<string, Seen[]>();
  readonly #watching: Subscription[] = [];

  private constructor(system: System, messaging: Messaging) {
    this.#system = system;
    this.messaging = messaging;
  }

  static async of(system: System): Promise<Fleet> {
    const url = system.launched.urls.get('nats')?.[0] ?? '';
    return new Fleet(system, await connectMessaging({ url, name: 'e2e', clock: systemClock, ids: systemIds }));
  }

  async close(): Promise<void> {
    for (const watch of this.#watching) await watch.close();
    await this.messaging.drain();
  }

  /** Keeps in mind what is stored in the chat from now on, and what was before. */
  async watch(chatId: string): Promise<void> {
    const seen: Seen[] = [];
    this.#seen.set(chatId, seen);
    const take = (commit: Commit): void => {
      const at = performance.now();
      for (const event of commit.events) if (event.seq > (seen.at(-1)?.event.seq ?? 0)) seen.push({ event, at });
    };
    const early: Commit[] = [];
    let hold = true;
    this.#watching.push(
      await this.messaging.live.subscribeChat(chatId, ({ commit }) => {
        if (hold) early.push(commit);
        else take(commit);
      }),
    );
    for await (const { commit } of this.messaging.log.read(chatId, { after: 0 })) take(commit);
    hold = false;
    early.forEach(take);
  }

  /** What was seen of a watched chat. */
  seen(chatId: string): readonly Seen[] {
    return this.#seen.get(chatId) ?? [];
  }

  /** All commits of a chat, from the log. */
  async commits(chatId: string): Promise<Commit[]> {
    const commits: Commit[] = [];
    for await (const { commit } of this.messaging.log.read(chatId, { after: 0, complete: true })) commits.push(commit);
    return commits;
  }

  /** The events of one type of a watched chat, after event `after`. */
  all<T extends ChatEvent['type']>(chatId: string, type: T, after = 0): TypedEvent<T>[] {
    return this.seen(chatId)
      .map(({ event }) => event)
      .filter(isOf(type))
      .filter(({ seq }) => seq > after);
  }

  /** Waits until a watched chat has `count` events of the type; gives the last of them. */
  event<T extends ChatEvent['type']>(
    chatId: string,
    type: T,
    of: { count?: number; withinMs?: number } = {},
  ): Promise<TypedEvent<T>> {
    const { count = 1, withinMs = 30_000 } = of;
    const what = `${String(count)} × ${type} in ${chatId}`;
    return waitFor(() => this.all(chatId, type)[count - 1], { what, withinMs });
  }

  /** The worker that runs a watched chat now, by its log; undefined when nobody does. */
  ownerOf(chatId: string): string | undefined {
    const last = this.seen(chatId).findLast(({ event }) => OWNS.has(event.type) || ENDS.has(event.type));
    return last !== undefined && OWNS.has(last.event.type) && 'worker' in last.event ? last.event.worker : undefined;
  }

  /** Every orchestrator that is ready. */
  async members(): Promise<Member[]> {
    const found = this.#system.launched.processes().filter(({ name }) => name === 'orchestrator');
    const members = await Promise.all(found.map((info) => memberOf(info).catch(() => undefined)));
    return members.flatMap((member) => member ?? []);
  }

  /** Waits until at least so many are ready. */
  async ready(count: number): Promise<Member[]> {
    return waitFor(
      async () => {
        const members = await this.members();
        return members.length >= count ? members : undefined;
      },
      { what: `${String(count)} orchestrators that are ready`, withinMs: 40_000, everyMs: 100 },
    );
  }

  signal({ instance }: Member, signal: NodeJS.Signals): void {
    this.#system.launched.kill('orchestrator', instance, signal);
  }
}

const OWNS: ReadonlySet<string> = new Set(['run_started', 'run_claimed']);
const ENDS: ReadonlySet<string> = new Set(['run_released', 'run_completed', 'run_failed', 'run_cancelled']);

async function memberOf(info: { instance: number; pid: number; url: string }): Promise<Member | undefined> {
  const { instance, pid, url } = info;
  const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
  const metrics = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) })).text();
  const worker = /^colloquy_worker_info\{[^}]*worker="([^"]+)"/m.exec(metrics)?.[1];
  return ready.ok && worker !== undefined ? { instance, pid, worker, url } : undefined;
}
