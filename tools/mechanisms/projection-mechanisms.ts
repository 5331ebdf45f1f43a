import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const SRC = 'apps/persistence/src';
const inChat = (name: string): NamedTest => ({ file: `${SRC}/project-chat.test.ts`, name });
const inLog = (name: string): NamedTest => ({ file: `${SRC}/project-log.test.ts`, name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file, find, replace });
const STORE_TEST = 'libs/store/src/mongo-store.int.test.ts';
const STORE_SUITE = 'libs/testing/src/store-suite.ts';

/** What makes MongoDB the fold of the log, whatever is delivered how often. */
export const projectionMechanisms: readonly Mechanism[] = [
  {
    name: 'lastSeq guard',
    promise: 'P2',
    why: 'Two instances that write the same chat would overwrite each other.',
    removal: [
      edit('libs/store/src/memory-store.ts', '(record?.lastSeq ?? 0) !== before', '(record?.lastSeq ?? 0) < 0'),
    ],
    test: inChat('reads again what another instance has written meanwhile'),
  },
  {
    name: 'lastSeq guard in MongoDB',
    promise: 'P2',
    why: 'The same, of the store that is used.',
    removal: [
      edit(
        'libs/store/src/mongo-writer.ts',
        'const guard = { _id: chatId, lastSeq: before, rebuiltAt: header.rebuiltAt ?? null };',
        'const guard = { _id: chatId, rebuiltAt: header.rebuiltAt ?? null };',
      ),
    ],
    test: { file: STORE_TEST, suite: STORE_SUITE, name: 'writes only when nobody else has written since' },
  },
  {
    name: 'place of an event',
    promise: 'P2',
    why: 'An event that is delivered twice would be in the history twice.',
    removal: [
      edit(
        'libs/store/src/stored-documents.ts',
        '_id: eventId(chatId, event.seq),',
        '_id: `${eventId(chatId, event.seq)}:${String(Math.random())}`,',
      ),
    ],
    test: {
      file: STORE_TEST,
      suite: STORE_SUITE,
      name: 'P2: holds each event once, in order, and tells a repeat from a conflict',
    },
  },
  {
    name: 'an event’s place is not taken over',
    promise: 'P2',
    why: 'Of two events with one number the second would be dropped without a word.',
    removal: [
      edit(
        `${SRC}/project-chat.ts`,
        '  return first && `the place of',
        '  return first && first.streamSeq < 0 ? undefined : undefined && `the place of',
      ),
    ],
    test: inChat('gives up a commit whose place is taken by another one'),
  },
  {
    name: 'lost race is read again',
    promise: 'P2',
    why: 'Who was overtaken would ack what it did not write.',
    removal: [
      edit(
        `${SRC}/project-chat.ts`,
        '    return readAgain;\n  }\n  parts.headers.set(header);',
        '    return DONE;\n  }\n  parts.headers.set(header);',
      ),
    ],
    test: inChat('reads again what another instance has written meanwhile'),
  },
  {
    name: 'hole is filled from the log',
    promise: 'P2',
    why: 'What another instance still holds would be skipped.',
    removal: [edit(`${SRC}/fill-gap.ts`, "return { commits, from: 'log' };", 'return undefined;')],
    test: inChat('fills a hole from the log, in the order of the log'),
  },
  {
    name: 'hole is filled from the events',
    promise: 'P2',
    why: 'A document could not be made again once its log has aged out.',
    removal: [
      edit(
        `${SRC}/fill-gap.ts`,
        '  if (events[0]?.seq !== next) return undefined;',
        '  if (events.length >= 0) return undefined;',
      ),
    ],
    test: inChat('goes on from the events where the log has aged out'),
  },
  {
    name: 'ack after the write',
    promise: 'P2',
    why: 'Who dies between ack and write would leave what nobody writes any more.',
    removal: [
      edit(
        `${SRC}/project-batch.ts`,
        '    const projected = await projectChat(parts, chatId, deliveries);',
        '    for (const delivery of deliveries) delivery.ack();\n    const projected = await projectChat(parts, chatId, deliveries);',
      ),
    ],
    test: inLog('P2: acknowledges a commit only when its write is committed'),
  },
  {
    name: 'outage is no fault of a commit',
    promise: 'P2',
    why: 'Everything that comes while MongoDB is away would be parked.',
    removal: [
      edit(`${SRC}/project-batch.ts`, "if (fault === 'park') {", "if (fault === 'park' || fault === 'outage') {"),
    ],
    test: inLog('waits on the log while MongoDB is away, and catches up'),
  },
  {
    name: 'tombstone',
    promise: 'P2',
    why: 'A late delivery would bring an erased chat back.',
    removal: [
      edit('libs/store/src/memory-store.ts', 'if (kept.erased.has(chatId) || (record', 'if ((record'),
      edit(
        `${SRC}/project-chat.ts`,
        '    if (known.header === undefined && (await parts.store.isErased(chatId))) return forget(parts, chatId, commits);\n',
      ),
    ],
    test: inChat('leaves an erased chat erased, also when it knew it before, and takes what came late off the log'),
  },
  {
    name: 'usage counters',
    promise: 'P7',
    why: 'An event that is folded again would be paid for twice.',
    removal: [
      edit(
        'libs/transcript/src/chat-document-header.ts',
        'return { ...event.totals, byModel };',
        'return { ...event.totals, promptTokens: usage.promptTokens + event.totals.promptTokens, byModel };',
      ),
    ],
    test: {
      file: 'libs/transcript/src/chat-document.test.ts',
      name: 'P7: takes totals from the last usage and sums by model',
    },
  },
  {
    name: 'covered events are dropped',
    promise: 'P2 P7',
    why: 'A commit that is delivered again would be counted and shown again.',
    removal: [
      edit(
        'libs/transcript/src/chat-document.ts',
        'if (isFolded(folded, event, commit.chatId)) continue;',
        'isFolded(folded, event, commit.chatId);',
      ),
    ],
    test: {
      file: 'libs/transcript/src/chat-document.test.ts',
      name: 'P2: takes nothing of what it holds already, and only what is new of the rest',
    },
  },
  {
    name: 'sidebar row again',
    promise: 'P4',
    why: 'The row of a write whose instance died before it published would be missing until the chat’s next event.',
    removal: [
      edit(
        `${SRC}/project-chat.ts`,
        '  parts.headers.set(header);\n  publishRow(parts.messaging.live, header);\n  return DONE;',
        '  parts.headers.set(header);\n  return DONE;',
      ),
    ],
    test: inChat('acknowledges what was done before, and shows the row once more'),
  },
  {
    name: 'sidebar row: the newer one',
    promise: 'P4',
    why: 'Rows of two instances that arrive in the wrong order would show a chat as it was.',
    removal: [
      edit(
        'apps/web/src/sidebar/chat-rows.ts',
        '  if (known !== undefined && known.lastSeq > row.lastSeq) return [...pages];\n',
      ),
    ],
    test: { file: 'apps/web/src/sidebar/chat-rows.test.ts', name: 'are not undone by an older one' },
  },
];
