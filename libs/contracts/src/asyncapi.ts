import type { z } from 'zod';
import { commandSchema, ownerReplySchema, ownerRequestSchema, ticketSchema } from './commands.ts';
import { commitSchema } from './commit.ts';
import { chatRowSchema } from './http/documents.ts';
import { SchemaBook, type Tree } from './json-schema.ts';
import {
  byeSchema,
  commitsSchema,
  resetSchema,
  subscribeReplySchema,
  subscribeSchema,
  unsubscribeSchema,
} from './socket.ts';

interface Channel {
  readonly id: string;
  /** Null: the inbox of a request, or an acknowledgement. */
  readonly address: string | null;
  /** `send`: services send to it, or the server to clients. */
  readonly action: 'send' | 'receive';
  /** Id of the channel that answers come on. */
  readonly reply?: string;
  readonly server: 'nats' | 'socket';
  readonly description: string;
  readonly message: string;
  readonly schema: z.ZodType;
}

const CHANNELS: readonly Channel[] = [
  {
    id: 'chatLog',
    address: 'chat.{chatId}',
    action: 'send',
    server: 'nats',
    description: 'The log of one chat (stream CHATS).',
    message: 'Commit',
    schema: commitSchema,
  },
  {
    id: 'liveChat',
    address: 'live.chat.{chatId}',
    action: 'send',
    server: 'nats',
    description: 'What was stored on the log, republished by the stream.',
    message: 'LiveCommit',
    schema: commitSchema,
  },
  {
    id: 'commands',
    address: 'command.{chatId}',
    action: 'send',
    server: 'nats',
    description: 'Requests to change a chat (stream COMMANDS).',
    message: 'Command',
    schema: commandSchema,
  },
  {
    id: 'tickets',
    address: 'run.{chatId}',
    action: 'send',
    server: 'nats',
    description: '"Run this chat until it rests" (stream COMMANDS).',
    message: 'Ticket',
    schema: ticketSchema,
  },
  {
    id: 'ownerRequests',
    address: 'owner.{chatId}',
    action: 'send',
    reply: 'ownerReplies',
    server: 'nats',
    description: 'Requests to the orchestrator that runs the chat.',
    message: 'OwnerRequest',
    schema: ownerRequestSchema,
  },
  {
    id: 'ownerReplies',
    address: null,
    action: 'send',
    server: 'nats',
    description: 'Its answers, on the inbox of the request.',
    message: 'OwnerReply',
    schema: ownerReplySchema,
  },
  {
    id: 'liveUser',
    address: 'live.user.{ownerKey}',
    action: 'send',
    server: 'nats',
    description: 'Changed rows of one user’s sidebar.',
    message: 'LiveRow',
    schema: chatRowSchema,
  },
  {
    id: 'subscribe',
    address: 'subscribe',
    action: 'receive',
    reply: 'subscribeReply',
    server: 'socket',
    description: 'Client to server: watch a chat from a cursor on.',
    message: 'Subscribe',
    schema: subscribeSchema,
  },
  {
    id: 'subscribeReply',
    address: null,
    action: 'send',
    server: 'socket',
    description: 'The acknowledgement of `subscribe`.',
    message: 'SubscribeReply',
    schema: subscribeReplySchema,
  },
  {
    id: 'unsubscribe',
    address: 'unsubscribe',
    action: 'receive',
    server: 'socket',
    description: 'Client to server: watch it no more.',
    message: 'Unsubscribe',
    schema: unsubscribeSchema,
  },
  {
    id: 'commits',
    address: 'commits',
    action: 'send',
    server: 'socket',
    description: 'Server to client: what happened, in order.',
    message: 'Commits',
    schema: commitsSchema,
  },
  {
    id: 'reset',
    address: 'reset',
    action: 'send',
    server: 'socket',
    description: 'Server to client: the position is gone, reload by HTTP.',
    message: 'Reset',
    schema: resetSchema,
  },
  {
    id: 'chatChanged',
    address: 'chat_changed',
    action: 'send',
    server: 'socket',
    description: 'Server to client: a row of the sidebar changed.',
    message: 'ChatChanged',
    schema: chatRowSchema,
  },
  {
    id: 'bye',
    address: 'bye',
    action: 'send',
    server: 'socket',
    description: 'Server to client: connect again after a while.',
    message: 'Bye',
    schema: byeSchema,
  },
];

/** Marks what is sent to clients: without private fields. */
const PUBLIC = '.public';

/** The AsyncAPI 3.0 description of the subjects and of the socket. */
export function asyncApiDocument(): Tree {
  const books = { nats: new SchemaBook(), socket: new SchemaBook(PUBLIC) };
  const channels = CHANNELS.map((channel) => [channel.id, channelTree(channel, books[channel.server])] as const);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Colloquy', version: '1', description: 'Subjects on NATS and events on Socket.IO.' },
    defaultContentType: 'application/json',
    servers: {
      nats: { host: 'localhost:4222', protocol: 'nats' },
      socket: {
        host: 'localhost:3000',
        pathname: '/socket.io',
        protocol: 'wss',
        description: 'Socket.IO 4, WebSocket only',
      },
    },
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries(CHANNELS.filter(isBegun).map((channel) => [channel.id, operationTree(channel)])),
    components: {
      schemas: { ...books.nats.definitions(), ...books.socket.definitions() },
    },
  };
}

/** Replies are part of the operation that asks. */
const isBegun = ({ address }: Channel): boolean => address !== null;

function operationTree({ id, action, reply, description }: Channel): Tree {
  return {
    action,
    channel: { $ref: `#/channels/${id}` },
    summary: description,
    ...(reply === undefined ? {} : { reply: { channel: { $ref: `#/channels/${reply}` } } }),
  };
}

function channelTree(channel: Channel, book: SchemaBook): Tree {
  const parameters = [...(channel.address ?? '').matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, {}] as const);
  return {
    address: channel.address,
    description: channel.description,
    servers: [{ $ref: `#/servers/${channel.server}` }],
    ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters) } : {}),
    messages: { [channel.message]: { payload: book.describe(channel.schema) } },
  };
}
