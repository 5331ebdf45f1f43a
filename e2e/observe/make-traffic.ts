import { createClient, type Client } from '@colloquy/client';
import { setTimeout as rest } from 'node:timers/promises';
import { Person } from '../support/bare-client.ts';
import type { System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { Fleet, type Member } from '../flow/fleet/fleet.ts';

/** Whether a query gives anything now, by what Prometheus has scraped. */
type Holds = (query: string) => Promise<boolean>;

/** What traffic needs. */
export interface TrafficOptions {
  readonly system: System;
  readonly holds: Holds;
  readonly say: (line: string) => void;
}

/** The longest that any step may take on a slow machine. */
const WITHIN_MS = 60_000;

/** Long enough to be in the middle of it for some seconds. */
const LONG = '[[say:600]]';
const LONG_CHATS = 4;
/** What short chats must have come to before anything is broken. */
const EVERYTHING = [
  'sum(colloquy_runs_ended_total{end="completed"}) > 0',
  'sum(colloquy_tool_calls_total) > 0',
  'sum(colloquy_answers_total) > 0',
  'sum(colloquy_handoffs_total) > 0',
  'sum(colloquy_guardrails_tripped_total) > 0',
  'sum(colloquy_model_errors_total) > 0',
  'sum(colloquy_uploads_total) > 0',
  'sum(colloquy_downloads_total) > 0',
] as const;
const TWO_OF = (service: string): string => `sum(colloquy_ready{service="${service}"}) == 2`;

/** People who chat, and what happens to the system meanwhile: what dashboards and alerts are made for. */
export class Traffic {
  readonly #system: System;
  readonly #client: Client;
  readonly #person: Person;
  readonly #fleet: Fleet;
  readonly #holds: Holds;
  readonly #say: (line: string) => void;
  readonly #stopping = new AbortController();
  #count = 0;

  private constructor({ system, holds, say }: TrafficOptions, person: Person, fleet: Fleet) {
    this.#system = system;
    this.#holds = holds;
    this.#say = say;
    this.#person = person;
    this.#fleet = fleet;
    this.#client = createClient({ baseUrl: system.url });
  }

  /** A guest with a client, and one with a bare token. */
  static async of(options: TrafficOptions): Promise<Traffic> {
    const { system } = options;
    const traffic = new Traffic(options, await Person.arrive(system.url), await Fleet.of(system));
    await traffic.#client.guest();
    return traffic;
  }

  /** Chats go on all the time, and one fault comes after the other. */
  async run(): Promise<void> {
    const going = [this.#chat(), this.#watchByEvents()];
    try {
      await this.#faults();
    } finally {
      this.#stopping.abort();
      await Promise.allSettled(going);
    }
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#fleet.close();
  }

  async #faults(): Promise<void> {
    this.#say('chats, questions, tools, guardrails, models that fail');
    this.#answered('everything', 'Do everything with 1234-1234-1234-1234');
    this.#answered('support-desk', 'I want a refund for order A-1001');
    await this.#until(...EVERYTHING);
    await this.#cancel();
    await this.#killOrchestrator();
    await this.#freezeOrchestrator();
    await this.#deploy();
  }

  /** Short chats, every third with a model call that fails once. */
  async #chat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#count += 1;
      const fault = this.#count % 3 === 0 ? '[[error:500:1]] ' : '';
      if (this.#count % 3 === 0) await this.#file();
      this.#answered('assistant', `${fault}Hello, this is number ${String(this.#count)}`);
      await rest(900, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A file that goes up, is read, and is taken back; a gateway that goes meanwhile is no matter. */
  async #file(): Promise<void> {
    const { api } = this.#client;
    try {
      const { fileId } = await api.uploadFile(new Blob(['words']), { name: 'note.txt', type: 'text/plain' });
      await api.getFile(fileId);
      await api.deleteFile(fileId);
    } catch (error) {
      this.#say(`a file: ${String(error)}`);
    }
  }

  /** A chat whose person answers every question at once, on a socket. */
  #answered(workflow: string, text: string): string {
    const { chatId } = this.#client.startChat({ workflow, text });
    const handle = this.#client.openChat(chatId);
    const answered = new Set<string>();
    handle.subscribe(() => {
      for (const { requestId, kind, callId } of handle.getView().chat.pendingRequests) {
        if (answered.has(requestId)) continue;
        answered.add(requestId);
        const inWords = callId === undefined ? 'Go on, please' : 'red';
        handle.answer(requestId, kind === 'approval' ? true : inWords);
      }
    });
    return chatId;
  }

  /** One chat by server-sent events, again whenever the connection ends. */
  async #watchByEvents(): Promise<void> {
    const { signal } = this.#stopping;
    const { chatId } = await this.#person.start('assistant', LONG);
    while (!signal.aborted) {
      const headers = { authorization: `Bearer ${this.#person.token}` };
      await fetch(`${this.#system.url}/live/${chatId}`, { headers, signal })
        .then((response) => response.text())
        .catch(() => undefined);
      await rest(200, undefined, { signal }).catch(() => undefined);
    }
  }

  async #cancel(): Promise<void> {
    this.#say('a person stops an answer');
    const { chatId } = await this.#person.start('assistant', LONG);
    await this.#begun(chatId);
    await this.#person.call('POST', `/v1/chats/${chatId}/cancel`);
    await this.#until('sum(colloquy_runs_ended_total{end="cancelled"}) > 0');
  }

  async #killOrchestrator(): Promise<void> {
    const { chatId, owner } = await this.#beginLong();
    this.#say('an orchestrator and an API gateway are killed');
    this.#fleet.signal(owner, 'SIGKILL');
    this.#system.launched.kill('api-gateway', 1, 'SIGKILL');
    await this.#fleet.event(chatId, 'run_claimed');
    await this.#until('sum(colloquy_takeovers_total) > 0', TWO_OF('orchestrator'), TWO_OF('api-gateway'));
  }

  async #freezeOrchestrator(): Promise<void> {
    const { chatId, owner } = await this.#beginLong();
    this.#say('an orchestrator stands still until another one has taken its run over');
    this.#fleet.signal(owner, 'SIGSTOP');
    try {
      await this.#fleet.event(chatId, 'run_claimed');
    } finally {
      this.#fleet.signal(owner, 'SIGCONT');
    }
    await this.#until('sum(colloquy_fences_total) > 0', TWO_OF('orchestrator'));
  }

  async #deploy(): Promise<void> {
    await this.#beginLong();
    this.#say('orchestrators and realtime gateways are started again, in good order');
    const before = new Set(this.#system.launched.processes().map(({ pid }) => pid));
    await Promise.all([
      this.#system.launched.restart('orchestrator'),
      this.#system.launched.restart('realtime-gateway'),
    ]);
    const isNew = ({ name, pid }: { name: string; pid: number }): boolean =>
      !before.has(pid) && (name === 'orchestrator' || name === 'realtime-gateway');
    await waitFor(() => (this.#system.launched.processes().filter(isNew).length === 4 ? true : undefined), {
      what: 'new processes',
      withinMs: WITHIN_MS,
    });
    await this.#until(TWO_OF('orchestrator'), TWO_OF('realtime-gateway'));
  }

  /** Long answers that have begun, and who gives one of them. */
  async #beginLong(): Promise<{ chatId: string; owner: Member }> {
    const chats = Array.from({ length: LONG_CHATS }, () => this.#answered('assistant', LONG));
    const begun = await Promise.all(chats.map((chatId) => this.#begun(chatId)));
    const [chatId = ''] = chats;
    return { chatId, owner: await this.#memberOf(begun[0]) };
  }

  /** Waits for the first words of an answer; gives the name of the orchestrator that runs the chat. */
  async #begun(chatId: string): Promise<string | undefined> {
    await this.#fleet.watch(chatId);
    await this.#fleet.event(chatId, 'message_started');
    return this.#fleet.ownerOf(chatId);
  }

  async #memberOf(worker: string | undefined): Promise<Member> {
    const look = async () => (await this.#fleet.members()).find((member) => member.worker === worker);
    return waitFor(look, { what: 'the orchestrator that runs a chat', everyMs: 100 });
  }

  /** Waits until Prometheus has seen that all of it is so. */
  async #until(...queries: readonly string[]): Promise<void> {
    for (const query of queries)
      await waitFor(async () => ((await this.#holds(query)) ? true : undefined), {
        what: query,
        withinMs: WITHIN_MS,
        everyMs: 250,
      });
  }
}
