import { createClient, type Client } from '@colloquy/client';
import { setTimeout as rest } from 'node:timers/promises';
import { Person } from '../support/bare-client.ts';
import type { System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Long enough to be in the middle of it for some seconds. */
const LONG = '[[say:300]]';
const LONG_CHATS = 4;
/** Longer than a ticket stays with an orchestrator that does not move. */
const FROZEN_MS = 10_000;

/** People who chat, and what happens to the system meanwhile: what dashboards and alerts are made for. */
export class Traffic {
  readonly #system: System;
  readonly #client: Client;
  readonly #person: Person;
  readonly #say: (line: string) => void;
  readonly #stopping = new AbortController();
  #count = 0;

  private constructor(system: System, person: Person, say: (line: string) => void) {
    this.#system = system;
    this.#person = person;
    this.#say = say;
    this.#client = createClient({ baseUrl: system.url });
  }

  /** A guest with a client, and one with a bare token. */
  static async of(system: System, say: (line: string) => void): Promise<Traffic> {
    const traffic = new Traffic(system, await Person.arrive(system.url), say);
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

  close(): void {
    this.#client.close();
  }

  async #faults(): Promise<void> {
    this.#say('chats, questions, tools, guardrails, models that fail');
    this.#answered('everything', 'Do everything with 1234-1234-1234-1234');
    this.#answered('support-desk', 'I want a refund for order A-1001');
    await rest(8000);
    await this.#cancel();
    await this.#killOrchestrator();
    await this.#freezeOrchestrator();
    await this.#deploy();
    await rest(8000);
  }

  /** Short chats, every third with a model call that fails once. */
  async #chat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#count += 1;
      const fault = this.#count % 3 === 0 ? '[[error:500:1]] ' : '';
      this.#answered('assistant', `${fault}Hello, this is number ${String(this.#count)}`);
      await rest(900, undefined, { signal }).catch(() => undefined);
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
    await this.#hasBegun(chatId);
    await this.#person.call('POST', `/v1/chats/${chatId}/cancel`);
  }

  async #killOrchestrator(): Promise<void> {
    await this.#beginLong();
    this.#say('an orchestrator and an API gateway are killed');
    this.#system.launched.kill('orchestrator', 1, 'SIGKILL');
    this.#system.launched.kill('api-gateway', 1, 'SIGKILL');
    await rest(9000);
  }

  async #freezeOrchestrator(): Promise<void> {
    await this.#beginLong();
    this.#say('the other orchestrator stands still for ten seconds');
    this.#system.launched.kill('orchestrator', 2, 'SIGSTOP');
    await rest(FROZEN_MS);
    this.#system.launched.kill('orchestrator', 2, 'SIGCONT');
    await rest(4000);
  }

  async #deploy(): Promise<void> {
    await this.#beginLong();
    this.#say('orchestrators and realtime gateways are started again, in good order');
    await Promise.all([
      this.#system.launched.restart('orchestrator'),
      this.#system.launched.restart('realtime-gateway'),
    ]);
  }

  async #beginLong(): Promise<void> {
    const chats = Array.from({ length: LONG_CHATS }, () => this.#answered('assistant', LONG));
    for (const chatId of chats) {
      const view = () => this.#client.openChat(chatId).getView().chat;
      await waitFor(() => (view().status === 'running' ? true : undefined), {
        what: 'a long answer',
        withinMs: 30_000,
      });
    }
    await rest(1500);
  }

  async #hasBegun(chatId: string): Promise<void> {
    await waitFor(
      async () => {
        const { body } = await this.#person.call('GET', `/v1/chats/${chatId}/events`);
        return JSON.stringify(body).includes('message_started') || undefined;
      },
      { what: 'the beginning of an answer', everyMs: 200 },
    );
  }
}
