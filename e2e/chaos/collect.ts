import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { platformClock, platformIds } from '@colloquy/client';
import type { ChatDocument, ChatEvent, ChatRow } from '@colloquy/contracts';
import { evolve, initialState, isAtRest, type ChatState } from '@colloquy/engine';
import { connectMessaging, type Messaging } from '@colloquy/messaging';
import { connectReader, type ChatReader, type Closable } from '@colloquy/store';
import type { ChaosSystem } from './chaos-system.ts';
import type { Crowd, ToldChat } from './crowd.ts';
import type { ChatEvidence, Effect, EvidenceCommit } from './evidence.ts';
import type { SentCommand } from './ledger.ts';
import type { Disturbance } from './takeover.ts';

const PAGE = 1000;
const LOOK_MS = 700;

interface Log {
  readonly commits: readonly EvidenceCommit[];
  readonly streamSeq: number;
  readonly lastSeq: number;
  readonly commandIds: ReadonlySet<string>;
  readonly rests: boolean;
}

/** Reads what the system has of all chats, by connections of its own. */
export class Collector {
  readonly messaging: Messaging;
  readonly store: ChatReader & Closable;
  readonly #logs = new Map<string, Log>();

  private constructor(messaging: Messaging, store: ChatReader & Closable) {
    this.messaging = messaging;
    this.store = store;
  }

  static async connect(system: ChaosSystem): Promise<Collector> {
    const url = system.urls('nats').join(',');
    const messaging = await connectMessaging({ url, name: 'chaos', clock: platformClock, ids: platformIds });
    const store = connectReader({ uri: system.urls('mongodb').join(','), appName: 'chaos' });
    return new Collector(messaging, store);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.messaging.drain(), this.store.close()]);
  }

  /**
   * Waits until every chat rests with all accepted commands on its log, and MongoDB has it.
   * @returns why some have not, when `withinMs` is over; none when all have
   */
  async settled(chats: readonly Pick<SentCommand, 'chatId'>[], crowd: Crowd, withinMs: number): Promise<string[]> {
    const end = performance.now() + withinMs;
    let left = [...new Set(chats.map(({ chatId }) => chatId))];
    for (;;) {
      const reasons: string[] = [];
      const open: string[] = [];
      for (const chatId of left) {
        const reason = await this.#unsettled(chatId, crowd).catch((error: unknown) => String(error));
        if (reason === undefined) continue;
        open.push(chatId);
        reasons.push(`${chatId}: ${reason}`);
      }
      left = open;
      if (left.length === 0 || performance.now() > end) return reasons;
      await platformClock.sleep(LOOK_MS);
    }
  }

  /** Everything of one chat. */
  async evidenceOf(
    chat: ToldChat,
    more: { crowd: Crowd; system: ChaosSystem; rows: readonly ChatRow[]; modelAway: readonly Disturbance[] },
  ): Promise<ChatEvidence> {
    const { chatId } = chat;
    const log = await this.#logOf(chatId);
    const [stored, record, document, effects] = await Promise.all([
      this.#storedOf(chatId),
      this.store.chat(chatId),
      chat.person.document(chatId).catch((): ChatDocument | undefined => undefined),
      effectsOf(more.system.effectsDir, chatId),
    ]);
    return {
      chatId,
      epoch: await this.messaging.log.epoch(),
      commits: log.commits,
      stored,
      record,
      document,
      row: more.rows.find((row) => row.chatId === chatId),
      rests: log.rests,
      views: chat.viewers.map((viewer) => ({ viewer: viewer.name, view: viewer.view() })),
      commands: more.crowd.ledger.of(chatId),
      effects,
      modelAway: more.modelAway,
      logged: more.system.logged.get(chatId),
    };
  }

  async #unsettled(chatId: string, crowd: Crowd): Promise<string | undefined> {
    const log = await this.#logOf(chatId);
    if (!log.rests) return `it does not rest (event ${log.lastSeq})`;
    for (const { commandIds, kind } of crowd.ledger.of(chatId)) {
      for (const id of commandIds) if (!log.commandIds.has(id)) return `${kind} ${id} is not on the log`;
    }
    const header = await this.store.header(chatId);
    if (header?.lastSeq === log.lastSeq) return undefined;
    return `MongoDB is at event ${header?.lastSeq ?? 0} of ${log.lastSeq}`;
  }

  /** Read again only when there is more of it. */
  async #logOf(chatId: string): Promise<Log> {
    const known = this.#logs.get(chatId);
    const newest = (await this.messaging.log.last(chatId))?.streamSeq ?? 0;
    if (known !== undefined && known.streamSeq === newest) return known;
    const commits: EvidenceCommit[] = [];
    let state: ChatState = initialState;
    for await (const { commit, streamSeq } of this.messaging.log.read(chatId, { after: 0, complete: true })) {
      commits.push({ commit, streamSeq });
      state = commit.events.reduce(evolve, state);
    }
    const events = commits.flatMap(({ commit }) => commit.events);
    const log: Log = {
      commits,
      streamSeq: commits.at(-1)?.streamSeq ?? 0,
      lastSeq: events.at(-1)?.seq ?? 0,
      commandIds: new Set(events.flatMap(({ commandId }) => commandId ?? [])),
      rests: isAtRest(state, await this.#workflowOf(state)),
    };
    this.#logs.set(chatId, log);
    return log;
  }

  async #workflowOf({ run }: ChatState) {
    return run === undefined ? undefined : this.messaging.workflows.get(run.workflowHash);
  }

  async #storedOf(chatId: string): Promise<ChatEvent[]> {
    const stored: ChatEvent[] = [];
    for (;;) {
      const page = await this.store.events(chatId, { after: stored.at(-1)?.seq ?? 0, limit: PAGE });
      stored.push(...page);
      if (page.length < PAGE) return stored;
    }
  }
}

/** The refunds that were really made: files of the demo's shop. */
async function effectsOf(folder: string, chatId: string): Promise<Effect[]> {
  const shop = path.join(folder, 'colloquy-support-desk', chatId);
  const files = await readdir(shop).catch((): string[] => []);
  const made = files.filter((file) => file.endsWith('.json'));
  return Promise.all(
    made.map(async (file) => {
      const { refundId } = JSON.parse(await readFile(path.join(shop, file), 'utf8')) as { refundId: string };
      return { callId: refundId };
    }),
  );
}
