import { z } from 'zod';
import { commandSchema, ownerReplySchema, ownerRequestSchema, ticketSchema } from './commands.ts';
import { commitSchema } from './commit.ts';
import { chatRowSchema } from './http/documents.ts';
import {
  byeSchema,
  commitsSchema,
  resetSchema,
  subscribeReplySchema,
  subscribeSchema,
  unsubscribeSchema,
} from './socket.ts';

type Tree = Record<string, unknown>;

interface Channel {
  readonly id: string;
  readonly address: string;
  readonly server: 'nats' | 'socket';
  readonly description: string;
  readonly message: string;
  readonly schema: z.ZodType;
}

const CHANNELS: readonly Channel[] = [
  {
    id: 'chatLog',
    address: 'chat.{chatId}',
    server: 'nats',
    description: 'The log of one chat (stream CHATS).',
    message: 'Commit',
    schema: commitSchema,
  },
  {
    id: 'liveChat',
    address: 'live.chat.{chatId}',
    server: 'nats',
    description: 'What was stored on the log, republished by the stream.',
    message: 'LiveCommit',
    schema: commitSchema,
  },
  {
    id: 'commands',
    address: 'command.{chatId}',
    server: 'nats',
    description: 'Requests to change a chat (stream COMMANDS).',
    message: 'Command',
    schema: commandSchema,
  },
  {
    id: 'tickets',
    address: 'run.{chatId}',
    server: 'nats',
    description: '"Run this chat until it rests" (stream COMMANDS).',
    message: 'Ticket',
    schema: ticketSchema,
  },
  {
    id: 'ownerRequests',
    address: 'owner.{chatId}',
    server: 'nats',
    description: 'Requests to the orchestrator that runs the chat.',
    message: 'OwnerRequest',
    schema: ownerRequestSchema,
  },
  {
    id: 'ownerReplies',
    address: 'owner.{chatId}.reply',
    server: 'nats',
    description: 'Its answers, on the inbox of the request.',
    message: 'OwnerReply',
    schema: ownerReplySchema,
  },
  {
    id: 'liveUser',
    address: 'live.user.{ownerKey}',
    server: 'nats',
    description: 'Changed rows of one user’s sidebar.',
    message: 'LiveRow',
    schema: chatRowSchema,
  },
  {
    id: 'subscribe',
    address: 'subscribe',
    server: 'socket',
    description: 'Client to server: watch a chat from a cursor on.',
    message: 'Subscribe',
    schema: subscribeSchema,
  },
  {
    id: 'subscribeReply',
    address: 'subscribe.ack',
    server: 'socket',
    description: 'The acknowledgement of `subscribe`.',
    message: 'SubscribeReply',
    schema: subscribeReplySchema,
  },
  {
    id: 'unsubscribe',
    address: 'unsubscribe',
    server: 'socket',
    description: 'Client to server: watch it no more.',
    message: 'Unsubscribe',
    schema: unsubscribeSchema,
  },
  {
    id: 'commits',
    address: 'commits',
    server: 'socket',
    description: 'Server to client: what happened, in order.',
    message: 'Commits',
    schema: commitsSchema,
  },
  {
    id: 'reset',
    address: 'reset',
    server: 'socket',
    description: 'Server to client: the position is gone, reload by HTTP.',
    message: 'Reset',
    schema: resetSchema,
  },
  {
    id: 'chatChanged',
    address: 'chat_changed',
    server: 'socket',
    description: 'Server to client: a row of the sidebar changed.',
    message: 'ChatChanged',
    schema: chatRowSchema,
  },
  {
    id: 'bye',
    address: 'bye',
    server: 'socket',
    description: 'Server to client: connect again after a while.',
    message: 'Bye',
    schema: byeSchema,
  },
];

/** The AsyncAPI 3.0 description of the subjects and of the socket. */
export function asyncApiDocument(): Tree {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Colloquy', version: '1', description: 'Subjects on NATS and events on Socket.IO.' },
    servers: {
      nats: { host: 'localhost:4222', protocol: 'nats' },
      socket: {
        host: 'localhost:3000',
        pathname: '/socket.io',
        protocol: 'wss',
        description: 'Socket.IO 4, WebSocket only',
      },
    },
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel.id, channelTree(channel)])),
  };
}

function channelTree(channel: Channel): Tree {
  const parameters = [...channel.address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, {}] as const);
  return {
    address: channel.address,
    description: channel.description,
    servers: [{ $ref: `#/servers/${channel.server}` }],
    ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters) } : {}),
    messages: { [channel.message]: { payload: payloadOf(channel.schema) } },
  };
}

function payloadOf(schema: z.ZodType): Tree {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    reused: 'inline',
  });
  return rest;
}
