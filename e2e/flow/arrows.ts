import type { ChatDocument, ChatEvent, ChatRow } from '@colloquy/contracts';

/** A message that was seen on NATS. */
export interface SeenMessage {
  readonly subject: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Everything that one message has left behind. */
export interface Trail {
  readonly chatId: string;
  /** The second message's command. */
  readonly commandId: string;
  /** Statuses of POST /v1/chats, POST …/messages and GET /v1/chats/:id. */
  readonly statuses: { readonly create: number; readonly send: number; readonly read: number };
  /** What passed on NATS, in order. */
  readonly messages: readonly SeenMessage[];
  /** What a socket got. */
  readonly events: readonly ChatEvent[];
  readonly deltas: number;
  readonly rows: readonly ChatRow[];
  /** What `GET /live/:chatId` sent. */
  readonly sse: string;
  /** What MongoDB holds. */
  readonly stored: readonly ChatEvent[];
  readonly document: ChatDocument;
  /** Lines of the event logger and the demo model. */
  readonly logged: readonly string[];
  readonly modelled: readonly string[];
}

/** One arrow of the flow: from whom to whom, and how it is seen. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly seen: (trail: Trail) => boolean;
}

const commitsOn = ({ messages }: Trail, subject: string): { events: ChatEvent[]; deltas?: unknown[] }[] =>
  messages
    .filter((message) => message.subject === subject)
    .map((message) => JSON.parse(message.body) as { events: ChatEvent[]; deltas?: unknown[] });

const typesOn = (trail: Trail, subject: string): Set<string> =>
  new Set(commitsOn(trail, subject).flatMap(({ events }) => events.map((event) => event.type)));

/** The flow as a list: `ARCHITECTURE.md` draws it, the test next to this file demands every one of them. */
export const arrows: readonly Arrow[] = [
  {
    from: 'browser: POST /v1/chats',
    to: 'api-gateway: first commit on the log',
    seen: (trail) => {
      const [first] = commitsOn(trail, `chat.${trail.chatId}`);
      const types = first?.events.map((event) => event.type).join(' ');
      return trail.statuses.create === 202 && types === 'chat_created user_message';
    },
  },
  {
    from: 'api-gateway',
    to: 'ticket on run.<chatId>',
    seen: (trail) => trail.messages.some(({ subject }) => subject === `run.${trail.chatId}`),
  },
  {
    from: 'browser: POST /v1/chats/:id/messages',
    to: 'api-gateway: command on command.<chatId>, msgId = commandId',
    seen: (trail) =>
      trail.statuses.send === 202 &&
      trail.messages.some(
        ({ subject, headers }) =>
          subject === `command.${trail.chatId}` && headers.get('Nats-Msg-Id') === trail.commandId,
      ),
  },
  {
    from: 'command.<chatId>',
    to: 'orchestrator: the command’s event on the log',
    seen: (trail) =>
      commitsOn(trail, `chat.${trail.chatId}`).some(({ events }) =>
        events.some((event) => event.type === 'user_message' && event.commandId === trail.commandId),
      ),
  },
  {
    from: 'run.<chatId>',
    to: 'orchestrator: run_started on the log, before any delta',
    seen: (trail) => {
      const commits = commitsOn(trail, `chat.${trail.chatId}`);
      const started = commits.findIndex(({ events }) => events.some((event) => event.type === 'run_started'));
      const delta = commits.findIndex(({ deltas }) => (deltas?.length ?? 0) > 0);
      return started >= 0 && delta > started;
    },
  },
  {
    from: 'orchestrator: effects',
    to: 'the model',
    seen: (trail) => trail.modelled.some((line) => line.includes('/v1/chat/completions')),
  },
  {
    from: 'orchestrator',
    to: 'the log: deltas, text, usage, completion',
    seen: (trail) => {
      const types = typesOn(trail, `chat.${trail.chatId}`);
      return ['message_started', 'text', 'usage', 'run_completed'].every((type) => types.has(type));
    },
  },
  {
    from: 'the log',
    to: 'live.chat.<chatId>: what was stored, with its sequence',
    seen: (trail) => {
      const live = trail.messages.filter(({ subject }) => subject === `live.chat.${trail.chatId}`);
      const stored = commitsOn(trail, `chat.${trail.chatId}`);
      return live.length === stored.length && live.every(({ headers }) => headers.has('Nats-Sequence'));
    },
  },
  {
    from: 'live.chat.<chatId>',
    to: 'realtime-gateway: Socket.IO',
    seen: (trail) => trail.deltas > 0 && trail.events.some((event) => event.type === 'run_completed'),
  },
  {
    from: 'live.chat.<chatId>',
    to: 'realtime-gateway: server-sent events',
    seen: (trail) => trail.sse.includes('"run_completed"') && /^id: \S+$/m.test(trail.sse),
  },
  {
    from: 'the log',
    to: 'persistence: MongoDB has every event',
    seen: (trail) =>
      trail.stored.length >= trail.events.length && trail.stored.every((event, index) => event.seq === index + 1),
  },
  {
    from: 'persistence',
    to: 'live.user.<ownerKey>',
    seen: (trail) =>
      trail.messages.some(({ subject, body }) => subject.startsWith('live.user.') && body.includes(trail.chatId)),
  },
  {
    from: 'live.user.<ownerKey>',
    to: 'realtime-gateway: chat_changed on every device',
    seen: (trail) => trail.rows.some((row) => row.chatId === trail.chatId && row.status === 'idle'),
  },
  {
    from: 'the log',
    to: 'event-logger: one line an event',
    seen: (trail) =>
      trail.events.every(({ seq }) => trail.logged.some((line) => line.includes(`"seq":${String(seq)},`))),
  },
  {
    from: 'browser: GET /v1/chats/:id',
    to: 'api-gateway: the chat and its cursor',
    seen: (trail) => trail.statuses.read === 200 && /^\w+\.\d+\.\d+$/.test(trail.document.cursor),
  },
];
