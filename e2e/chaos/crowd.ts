import { createTokens } from '@colloquy/access';
import { platformClock, platformIds } from '@colloquy/client';
import type { ChatDocument } from '@colloquy/contracts';
import { BareViewer } from './bare-viewer.ts';
import { ClientViewer } from './client-viewer.ts';
import { Ledger } from './ledger.ts';
import { EndedError, Person } from './person.ts';
import type { RoughCable } from './rough-cable.ts';
import type { Seeded } from './seeded.ts';
import { SseViewer } from './sse-viewer.ts';
import { tellStory } from './story.ts';
import type { CatchUp, SeenFault, Viewer, ViewerLog } from './viewer.ts';

/** A chat that people have begun. */
export interface ToldChat {
  readonly chatId: string;
  readonly workflow: string;
  readonly person: Person;
  readonly viewers: readonly Viewer[];
}

/** What viewers and people came to. */
export interface CrowdCounts {
  reconnects: number;
  reloads: number;
  resets: number;
  refusals: number;
}

/** What a crowd is made of. */
export interface CrowdParts {
  readonly chats: number;
  readonly random: Seeded;
  /** The public address. */
  readonly url: string;
  readonly secret: string;
  readonly cables: readonly RoughCable[];
  readonly gateways: () => readonly string[];
}

const LOOK_MS = 500;

/** All people, their chats and their screens. */
export class Crowd {
  readonly ledger = new Ledger();
  readonly chats: ToldChat[] = [];
  readonly faults: SeenFault[] = [];
  readonly catchUps: CatchUp[] = [];
  readonly counts: CrowdCounts = { reconnects: 0, reloads: 0, resets: 0, refusals: 0 };
  readonly people: Person[] = [];
  readonly #parts: CrowdParts;
  readonly #over = new AbortController();
  readonly #settling = new Set<Promise<void>>();
  /** Screens that lack something, with the document that they lack something of. */
  readonly #behind = new Map<Viewer, ChatDocument>();
  readonly #telling = new Map<Person, string>();
  #closing = false;
  #stories: Promise<void> = Promise.resolve();

  constructor(parts: CrowdParts) {
    this.#parts = parts;
  }

  /** People come, and each begins a chat after the other. */
  async start(): Promise<void> {
    const { chats, random, secret, cables, url, gateways } = this.#parts;
    const tokens = createTokens({ mode: 'guest', secret, clock: platformClock, ids: platformIds });
    for (let number = 0; number < chats; number += 1) {
      const { token } = await tokens.issueGuest();
      // Half of them go by a cable that may be harmed.
      const way = number % 2 === 0 ? url : (cables[number % cables.length]?.url ?? url);
      const person = new Person({
        name: `person-${number + 1}`,
        token,
        url: way,
        gateways,
        ledger: this.ledger,
        random: random.fork(number),
        signal: this.#over.signal,
      });
      this.people.push(person);
    }
    this.#stories = Promise.all(this.people.map((person, at) => this.#live(person, random.fork(at + 1000)))).then(
      () => undefined,
    );
  }

  /** No new chats; resolves when every story is at its end and every screen has it, false when `ms` was not enough. */
  async end(ms: number): Promise<boolean> {
    this.#closing = true;
    const done = (async () => {
      await this.#stories;
      await Promise.all(this.people.flatMap(({ copies }) => [...copies]));
      while (this.#settling.size > 0) await Promise.all([...this.#settling]);
      return true;
    })();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const settled = await Promise.race([done, late]);
    clearTimeout(timer);
    return settled;
  }

  /** Everybody goes. */
  close(): void {
    this.#closing = true;
    this.#over.abort(new EndedError('the run is over'));
    for (const { viewers } of this.chats) for (const viewer of viewers) viewer.close();
  }

  /** What is not at its end: stories, and screens that lack something. */
  unsettled(): SeenFault[] {
    const stories = [...this.#telling].map(([person, chatId]) => ({
      viewer: person.name,
      chatId,
      kind: 'stuck',
      what: 'the story is not at its end',
      seq: 0,
    }));
    const screens = [...this.#behind].map(([viewer, { chatId, lastSeq, status }]) => {
      const view = viewer.view();
      const what = `shows event ${view.lastSeq} (${view.status}) of ${lastSeq} (${status})`;
      return { viewer: viewer.name, chatId, kind: 'stuck', what, seq: view.lastSeq, trace: viewer.trace() };
    });
    return [...stories, ...screens];
  }

  async #live(person: Person, random: Seeded): Promise<void> {
    while (!this.#closing) {
      const opened: { chat: ToldChat | undefined } = { chat: undefined };
      try {
        await tellStory({
          person,
          random,
          closing: () => this.#closing,
          pause: (ms) => this.#pause(ms),
          opened: (chat) => {
            opened.chat = { ...chat, viewers: this.#screens(chat.chatId, person, random) };
            this.chats.push(opened.chat);
            this.#telling.set(person, chat.chatId);
          },
        });
        this.#telling.delete(person);
      } catch (error) {
        if (error instanceof EndedError) return;
        throw error;
      }
      if (opened.chat === undefined) continue;
      const settled: Promise<void> = this.#settle(opened.chat)
        .catch(() => undefined)
        .finally(() => this.#settling.delete(settled));
      this.#settling.add(settled);
    }
  }

  /** Two that know only the wire, by cables, in every second chat one of them server-sent events; one on our client. */
  #screens(chatId: string, { token }: Person, random: Seeded): Viewer[] {
    const { cables, url } = this.#parts;
    const way = (): string => (cables.length === 0 ? url : random.pick(cables).url);
    const part = (name: string) => ({ name, chatId, url: way(), token, log: this.#log() });
    const second = this.chats.length % 2 === 0 ? new SseViewer(part('sse')) : new BareViewer(part('bare-2'));
    return [new BareViewer(part('bare-1')), second, new ClientViewer(part('client'))];
  }

  /** Closes the chat's screens once each has all that the chat's document has, at rest. */
  async #settle({ chatId, person, viewers }: ToldChat): Promise<void> {
    const open = new Set(viewers);
    while (open.size > 0) {
      await this.#pause(LOOK_MS);
      const document = await person.document(chatId);
      for (const viewer of open) {
        this.#behind.set(viewer, document);
        if (!hasAll(viewer, document)) continue;
        this.#behind.delete(viewer);
        viewer.close();
        open.delete(viewer);
      }
    }
  }

  #log(): ViewerLog {
    return {
      fault: (fault) => this.faults.push(fault),
      caughtUp: (catchUp) => this.catchUps.push(catchUp),
      count: (what) => (this.counts[what] += 1),
    };
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#over;
    return platformClock.sleep(ms, signal);
  }
}

function hasAll(viewer: Viewer, document: ChatDocument): boolean {
  const { lastSeq, status } = viewer.view();
  return document.status === 'idle' && status === 'idle' && lastSeq === document.lastSeq;
}
