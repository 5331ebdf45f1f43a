/**
 * A small service for tests of clients: real HTTP and Socket.IO on a free port, logs in memory, no broker. It speaks the
 * protocols of the real one; what it says is what the test appends, and it can be told to misbehave.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  formatCursor,
  parseCursor,
  publicEvent,
  type ChatRecord,
  type ChatRow,
  type Commits,
  type Delta,
  type Inbox,
  type NewEvent,
  type SharedChat,
  type Subscribe,
  type UsageReport,
  type WorkflowCard,
} from '@colloquy/contracts';
import { documentOf, recordOfLog, rowOf, type PlacedCommit } from '@colloquy/transcript';
import { Server, type Socket } from 'socket.io';

const EPOCH = 'epoch1';
const OWNER = 'guest-scripted';

/** A command as it came over HTTP. */
export interface ScriptedCommand {
  readonly kind: 'create' | 'message' | 'input' | 'cancel' | 'rename' | 'pin' | 'delete' | 'restore';
  readonly chatId: string;
  readonly commandId: string;
  readonly key: string;
  readonly requestId?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How the backend misbehaves; all off by default. */
export interface Faults {
  /** Answers `subscribe` only after this long. */
  ackDelayMs: number;
  /** Says `recovered: false` this many times. */
  lostPositions: number;
  /** Does not send this many live commits. */
  droppedCommits: number;
  /** Sends each live commit this often. */
  copies: number;
  /** Answers this many HTTP commands with 503 before they are looked at. */
  refusedCommands: number;
  /** Carries out this many HTTP commands, and hangs up instead of answering. */
  lostAnswers: number;
}

/** What the backend says besides chats. */
export interface ScriptedSettings {
  readonly workflows?: readonly WorkflowCard[];
  /** What it says of usage; nothing was used when left out. */
  readonly usage?: UsageReport;
  /** 0: any free one. */
  readonly port?: number;
  /** Called once for each new command; the default records nothing. */
  readonly onCommand?: (command: ScriptedCommand, backend: ScriptedBackend) => void;
}

const NO_USAGE: UsageReport = {
  byDay: [],
  byModel: [],
  byAgent: [],
  totals: { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0 },
};

/** A running backend. */
export class ScriptedBackend {
  readonly faults: Faults = {
    ackDelayMs: 0,
    lostPositions: 0,
    droppedCommits: 0,
    copies: 1,
    refusedCommands: 0,
    lostAnswers: 0,
  };
  /** Every command that was taken, once. */
  readonly commands: ScriptedCommand[] = [];
  /** How often each call was made: method and path. */
  readonly calls: string[] = [];
  readonly #logs = new Map<string, PlacedCommit[]>();
  /** `seq` of the last event up to each commit. */
  readonly #ends = new WeakMap<PlacedCommit, number>();
  readonly #http: HttpServer;
  readonly #io: Server;
  readonly #settings: ScriptedSettings;
  #streamSeq = 0;

  constructor(settings: ScriptedSettings = {}) {
    this.#settings = settings;
    this.#http = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#problem(response, 500, String(error));
      });
    });
    this.#io = new Server(this.#http, { path: '/socket.io', transports: ['websocket'] });
    this.#io.on('connection', (socket) => {
      void socket.join('rows');
      socket.on('subscribe', (payload: Subscribe, ack: (reply: unknown) => void) => {
        void this.#subscribe(socket, payload).then(ack);
      });
      socket.on('unsubscribe', ({ chatId }: { chatId: string }, ack: (reply: unknown) => void) => {
        void socket.leave(chatId);
        ack({ ok: true });
      });
    });
  }

  /** Starts to listen; returns the address. */
  async start(): Promise<string> {
    this.#http.listen(this.#settings.port ?? 0, '127.0.0.1');
    await once(this.#http, 'listening');
    return `http://127.0.0.1:${String((this.#http.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    await this.#io.close();
    this.#http.closeAllConnections();
  }

  /** The log of a chat so far. */
  log(chatId: string): readonly PlacedCommit[] {
    return this.#logs.get(chatId) ?? [];
  }

  /** Appends a commit: gives its events their `seq` and time, and sends it to all who watch. */
  append(chatId: string, events: readonly NewEvent[], deltas: readonly Delta[] = []): void {
    let seq = this.#endOf(this.log(chatId).at(-1));
    const at = new Date().toISOString();
    const placed = events.map((event) => ({ ...event, seq: ++seq, at }));
    this.put(chatId, { v: 1, chatId, events: placed, deltas: [...deltas] });
  }

  /** Appends a commit as it is. */
  put(chatId: string, commit: PlacedCommit['commit']): void {
    const log = this.#logs.get(chatId) ?? [];
    this.#logs.set(chatId, log);
    const placed = { epoch: EPOCH, streamSeq: ++this.#streamSeq, commit };
    this.#ends.set(placed, commit.events.at(-1)?.seq ?? this.#endOf(log.at(-1)));
    log.push(placed);
    if (this.faults.droppedCommits > 0) {
      this.faults.droppedCommits -= 1;
      return;
    }
    for (let copy = 0; copy < this.faults.copies; copy++) {
      this.#io.to(chatId).emit('commits', this.#batch(chatId, [placed]));
    }
    if (commit.events.length > 0 && this.sockets > 0) this.#io.to('rows').emit('chat_changed', this.row(chatId));
  }

  /** As if there had never been such a chat. */
  forget(chatId: string): void {
    this.#logs.delete(chatId);
  }

  /** The sidebar row of a chat. */
  row(chatId: string): ChatRow | undefined {
    const record = recordOfLog(this.log(chatId), publicEvent);
    return record && rowOf(record);
  }

  /** Cuts every socket, as a lost network does. */
  cut(): void {
    for (const socket of this.#io.sockets.sockets.values()) socket.conn.close();
  }

  /** Tells all who watch a chat that their position is gone, and sends them nothing more. */
  reset(chatId: string): void {
    this.#io.to(chatId).emit('reset', { chatId });
    this.#io.in(chatId).socketsLeave(chatId);
  }

  /** Says bye to everybody. */
  bye(reconnectInMs: number): void {
    this.#io.emit('bye', { reason: 'drain', reconnectInMs });
  }

  /** How many sockets are connected. */
  get sockets(): number {
    return this.#io.sockets.sockets.size;
  }

  async #subscribe(socket: Socket, { chatId, cursor }: Subscribe): Promise<unknown> {
    if (!this.#logs.has(chatId)) return { ok: false, error: { code: 'chat_not_found', message: 'No such chat' } };
    await socket.leave(chatId);
    const end = this.#cursorAfter(this.log(chatId).at(-1));
    if (this.faults.lostPositions > 0) {
      this.faults.lostPositions -= 1;
      return { ok: true, recovered: false, cursor: end };
    }
    const after = cursor === undefined ? 0 : (parseCursor(cursor)?.streamSeq ?? 0);
    const missed = this.log(chatId).filter(({ streamSeq }) => streamSeq > after);
    if (missed.length > 0) socket.emit('commits', this.#batch(chatId, missed));
    await socket.join(chatId);
    if (this.faults.ackDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.ackDelayMs));
    return { ok: true, recovered: true, cursor: end };
  }

  #batch(chatId: string, commits: readonly PlacedCommit[]): Commits {
    return {
      chatId,
      cursor: this.#cursorAfter(commits.at(-1) ?? this.log(chatId).at(-1)),
      events: commits.flatMap(({ commit }) => commit.events.map(publicEvent)),
      deltas: commits.flatMap(({ commit }) => commit.deltas ?? []),
    };
  }

  #cursorAfter(commit: PlacedCommit | undefined): string {
    return formatCursor({ epoch: EPOCH, streamSeq: commit?.streamSeq ?? 0, eventSeq: this.#endOf(commit) });
  }

  #endOf(commit: PlacedCommit | undefined): number {
    return commit === undefined ? 0 : (this.#ends.get(commit) ?? 0);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://local');
    const method = request.method ?? 'GET';
    this.calls.push(`${method} ${url.pathname}`);
    if (method === 'GET') {
      this.#get(url, response);
      return;
    }
    const body = await bodyOf(request);
    if (url.pathname === '/v1/guest') {
      response.setHeader('set-cookie', 'colloquy_token=scripted; Path=/; HttpOnly; SameSite=Lax');
      this.#json(response, 201, { token: 'scripted', userId: OWNER });
      return;
    }
    this.#command({ request, url, method, body }, response);
  }

  #get(url: URL, response: ServerResponse): void {
    const [, , , chatId = '', part] = url.pathname.split('/');
    const said = this.#ofNoChat(url);
    const record = said === undefined ? recordOfLog(this.log(chatId), publicEvent) : undefined;
    if (said !== undefined) this.#json(response, 200, said);
    else if (record === undefined) this.#problem(response, 404, 'chat_not_found');
    else if (part === 'events') this.#json(response, 200, this.#events(chatId, url.searchParams));
    else this.#json(response, 200, documentOf(record));
  }

  /** What it says besides chats; undefined when it is asked for one. */
  #ofNoChat({ pathname, searchParams }: URL): object | undefined {
    switch (pathname) {
      case '/v1/me':
        return { userId: OWNER, guest: true, demoModel: true };
      case '/v1/workflows':
        return { workflows: this.#settings.workflows ?? [] };
      case '/v1/chats':
        return { chats: this.#rows(searchParams.get('q')) };
      case '/v1/usage':
        return this.#settings.usage ?? NO_USAGE;
      case '/v1/inbox':
        return this.#inbox();
      default:
        return pathname.startsWith('/v1/shared/') ? this.#shared(pathname.slice('/v1/shared/'.length)) : undefined;
    }
  }

  /** The chats with questions, longest waiting first. */
  #inbox(): Inbox {
    const chats = this.#records().flatMap((record) =>
      record.pendingRequests.length > 0 ? [{ ...rowOf(record), requests: record.pendingRequests }] : [],
    );
    const since = ({ requests }: Inbox['chats'][number]): string => requests[0]?.askedAt ?? '';
    return { chats: chats.sort((a, b) => since(a).localeCompare(since(b))) };
  }

  /** The chat that has this link; undefined when none has. */
  #shared(shareId: string): SharedChat | undefined {
    const record = this.#records().find((candidate) => candidate.shareId === shareId);
    if (record === undefined) return undefined;
    const { title, workflow, createdAt, updatedAt, lastSeq, messageCount, messages } = documentOf(record);
    return { shareId, title, workflow, createdAt, updatedAt, lastSeq, messageCount, messages };
  }

  #records(): ChatRecord[] {
    return [...this.#logs.values()].flatMap((log) => recordOfLog(log, publicEvent) ?? []);
  }

  #rows(q: string | null): ChatRow[] {
    const rows = [...this.#logs.keys()].flatMap((chatId) => this.row(chatId) ?? []);
    const wanted = (q ?? '').toLowerCase();
    return rows
      .filter((row) => row.deleted !== true && `${row.title} ${row.lastText}`.toLowerCase().includes(wanted))
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  #events(chatId: string, query: URLSearchParams): unknown {
    const after = Number(query.get('after') ?? 0);
    const limit = Number(query.get('limit') ?? 200);
    const rest = this.log(chatId)
      .flatMap(({ commit }) => commit.events.map(publicEvent))
      .filter(({ seq }) => seq > after);
    const events = rest.slice(0, limit);
    return { events, ...(rest.length > limit ? { next: events.at(-1)?.seq } : {}) };
  }

  #command(call: { request: IncomingMessage; url: URL; method: string; body: object }, response: ServerResponse): void {
    if (this.faults.refusedCommands > 0) {
      this.faults.refusedCommands -= 1;
      this.#problem(response, 503, 'broker_unavailable');
      return;
    }
    const command = commandOf(call);
    const known = this.commands.find(({ key }) => key === command.key);
    if (known === undefined) {
      this.commands.push(command);
      this.#settings.onCommand?.(command, this);
    }
    if (this.faults.lostAnswers > 0) {
      this.faults.lostAnswers -= 1;
      response.destroy();
      return;
    }
    const { chatId, commandId } = known ?? command;
    this.#json(response, 202, { ...(command.kind === 'create' ? { chatId } : {}), commandId });
  }

  #json(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #problem(response: ServerResponse, status: number, code: string): void {
    const problem = { type: 'about:blank', title: code, status, code, detail: `The backend says ${code}.` };
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  }
}

const KINDS: Readonly<Record<string, ScriptedCommand['kind']>> = {
  messages: 'message',
  inputs: 'input',
  cancel: 'cancel',
  restore: 'restore',
};

function commandOf(call: { request: IncomingMessage; url: URL; method: string; body: object }): ScriptedCommand {
  const [, , , id, part, requestId] = call.url.pathname.split('/');
  const key = String(call.request.headers['idempotency-key']);
  const body = call.body as Record<string, unknown>;
  return {
    kind: kindOf(call.method, part, body),
    chatId: id ?? String(body['id']),
    commandId: `command-${key}`.slice(0, 64),
    key,
    ...(requestId === undefined ? {} : { requestId }),
    body,
  };
}

function kindOf(method: string, part: string | undefined, body: object): ScriptedCommand['kind'] {
  if (method === 'DELETE') return 'delete';
  if (method === 'PATCH') return 'title' in body ? 'rename' : 'pin';
  return part === undefined ? 'create' : (KINDS[part] ?? 'message');
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as object);
}
