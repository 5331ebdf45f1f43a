import type { Mechanism } from './mechanism.ts';

const APPENDER = 'libs/messaging/src/chat-appender.ts';
const LOG = 'libs/messaging/src/chat-log.ts';
const APPENDER_TEST = 'libs/messaging/src/chat-appender.test.ts';

/** What keeps the log of a chat one list without holes and doubles. */
export const logMechanisms: readonly Mechanism[] = [
  {
    name: 'fence',
    promise: 'P2 P3',
    why: 'Two orchestrators that each believe to own a chat would both write to it.',
    removal: [
      {
        file: APPENDER,
        find: '        [HEADERS.expectedLastSubjectSequence]: String(this.at.streamSeq),\n',
        replace: '',
      },
    ],
    test: { file: APPENDER_TEST, name: 'A3: a commit is stored only on top of what its writer has written or folded' },
  },
  {
    name: 'resend the same bytes',
    promise: 'P2',
    why: 'An append without an answer would be given up, though it may be stored or may still be.',
    removal: [
      {
        file: APPENDER,
        find: "    if (outcome.kind === 'unknown') return 'again';",
        replace: "    if (outcome.kind === 'unknown') throw new BrokerUnavailableError(outcome.message);",
      },
    ],
    test: { file: APPENDER_TEST, name: 'A4, A5: sends the same bytes under the same id until it is told' },
  },
  {
    name: 'message id of a commit',
    promise: 'P2',
    why: 'A commit that is sent again would be refused by its own first copy, and its writer taken for fenced.',
    removal: [
      { file: APPENDER, find: '[HEADERS.msgId]: msgId,', replace: '[HEADERS.msgId]: this.context.nextMsgId(),' },
    ],
    test: {
      file: APPENDER_TEST,
      name: 'A5: an append whose answer is lost is stored once, and its writer goes on (cluster: %s)',
    },
  },
  {
    name: 'adopt the end',
    promise: 'P3',
    why: 'When the last deltas of a chat expire its log ends earlier, and its owner would be taken for fenced.',
    removal: [
      {
        file: APPENDER,
        find: 'return seq === this.at.durableStreamSeq || seq === this.at.streamSeq;',
        replace: 'return seq === this.at.streamSeq;',
      },
    ],
    test: { file: APPENDER_TEST, name: 'A6: goes on after its last deltas have expired' },
  },
  {
    name: 'age of an ack',
    promise: 'P3',
    why: 'A process that thaws would take an old ack in its inbox for proof that it still owns the chat.',
    removal: [
      {
        file: APPENDER,
        find: '    this.ackedAt = sentAt;',
        replace: '    this.ackedAt = this.context.clock.monotonic();',
      },
    ],
    test: { file: APPENDER_TEST, name: 'A9: a process that thaws with an old ack in its inbox is fenced by verify' },
  },
  {
    name: 'leader read',
    promise: 'P2',
    why: 'A replica that lags would make a chat look at rest, and its run would be lost.',
    removal: [
      {
        file: LOG,
        find: 'if (!complete || (await this.leaderHasNothingAfter(subject, seq))) return;',
        replace: 'return;',
      },
    ],
    test: {
      file: 'libs/messaging/src/chat-log.test.ts',
      name: 'L2: a complete read waits for a replica that lags, another does not',
    },
  },
  {
    name: 'leader read before a decision',
    promise: 'P2',
    why: 'A ticket or a command would be judged by a fold that ends too early.',
    removal: [
      {
        file: 'apps/orchestrator/src/fold-chat.ts',
        find: '{ after: 0, complete: true }',
        replace: '{ after: 0 }',
      },
    ],
    test: {
      file: 'apps/orchestrator/src/once-and-in-order.test.ts',
      name: 'a replica that lags does not make a chat look at rest',
    },
  },
  {
    name: 'msgId of a command',
    promise: 'P2',
    why: 'A command whose answer was lost and that is sent again would be on the queue twice.',
    removal: [
      {
        file: 'libs/messaging/src/command-queue.ts',
        find: '        headers: { [HEADERS.msgId]: command.commandId, ...traceHeader(traceparent) },',
        replace: '        headers: traceHeader(traceparent),',
      },
    ],
    test: { file: 'apps/api-gateway/src/api-commands.test.ts', name: '%s is on disk at its 202, once for a key' },
  },
  {
    name: 'msgId of a ticket',
    promise: 'P2',
    why: 'Every retry of a request would add a ticket to the queue.',
    removal: [
      {
        file: 'libs/messaging/src/ticket-queue.ts',
        find: '        headers: { [HEADERS.msgId]: msgId, ...traceHeader(traceparent) },',
        replace: '        headers: traceHeader(traceparent),',
      },
    ],
    test: {
      file: 'apps/api-gateway/src/api-commands.test.ts',
      name: 'the same key is the same chat and command, once; another user or key is another',
    },
  },
  {
    name: 'Idempotency-Key',
    promise: 'P2',
    why: 'Who gets an error and sends the same request again would have said it twice.',
    removal: [
      {
        file: 'apps/api-gateway/src/publish-command.ts',
        find: 'call.key === undefined ? parts.ids.uuid()',
        replace: 'parts.ids !== undefined ? parts.ids.uuid()',
      },
    ],
    test: { file: 'apps/api-gateway/src/api-commands.test.ts', name: '%s is on disk at its 202, once for a key' },
  },
  {
    name: 'first commit decides',
    promise: 'P2',
    why: 'The retry of a create whose answer was lost would be told that its own chat is somebody else’s.',
    removal: [
      {
        file: 'apps/api-gateway/src/create-chat.ts',
        find: '  if (same) return;\n',
        replace: '',
      },
    ],
    test: { file: 'apps/api-gateway/src/api-commands.test.ts', name: 'two at once with the same key make one chat' },
  },
  {
    name: 'the store is asked for a second',
    promise: 'P2',
    why: 'While MongoDB is frozen nobody could begin a chat: each try would wait until the time for the log is over.',
    removal: [
      {
        file: 'apps/api-gateway/src/create-chat.ts',
        find: 'withinTime(clock, STORE_MS, asked)',
        replace: 'withinTime(clock, STORE_MS * 100, asked)',
      },
    ],
    test: {
      file: 'apps/api-gateway/src/api-commands.test.ts',
      name: 'P2: with %s is taken within 2 s while the database is frozen, once',
    },
  },
  {
    name: 'deltas leave the log',
    promise: 'P4',
    why: 'Pieces of text would stay on the log for as long as the chat, long after the finished text.',
    removal: [
      {
        file: APPENDER,
        find: '...(commit.durable ? {} : {',
        replace: '...(commit.durable || !commit.durable ? {} : {',
      },
    ],
    test: { file: APPENDER_TEST, name: 'A6: goes on after its last deltas have expired' },
  },
];
