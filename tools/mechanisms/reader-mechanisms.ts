import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const GATEWAY = 'apps/realtime-gateway/src';
const inStream = (name: string): NamedTest => ({ file: `${GATEWAY}/stream-chat.test.ts`, name });
const inView = (name: string): NamedTest => ({ file: 'libs/transcript/src/chat-view.test.ts', name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file, find, replace });

/** What gives every reader all of a chat, in order and once. */
export const readerMechanisms: readonly Mechanism[] = [
  {
    name: 'subscribe before read',
    promise: 'P4',
    why: 'What is stored between the read of the log and the subscription would be missed.',
    removal: [
      edit(
        `${GATEWAY}/chat-streams.ts`,
        '      await opened.open();\n',
        '      this.#parts.clock.setTimeout(() => void opened.open(), 5);\n',
      ),
    ],
    test: inStream('S1: what happens between the subscription and the first read is there at once, once'),
  },
  {
    name: 'buffer while reading',
    promise: 'P4',
    why: 'What comes live between the read of the log and the joining would be dropped.',
    removal: [edit(`${GATEWAY}/stream-chat.ts`, '      this.#buffer(commit);\n      return;\n', '      return;\n')],
    test: inStream('S1: what comes between the read and the joining of a slow viewer is there at once'),
  },
  {
    name: 'gap check',
    promise: 'P4',
    why: 'A live message that was lost would be a hole on every screen.',
    removal: [
      edit(
        `${GATEWAY}/stream-chat.ts`,
        'if (commit.lastStreamSeq <= this.#tail.streamSeq) {',
        'if (commit.lastStreamSeq >= 0) {',
      ),
    ],
    test: inStream('S2: a lost live message is read from the log as soon as the next one shows it'),
  },
  {
    name: 'periodic check',
    promise: 'P4',
    why: 'The last events of a chat would be missed when the stream’s leader dies between storing and republishing them.',
    removal: [edit(`${GATEWAY}/check-positions.ts`, '    if (!signal.aborted) await checkOnce(parts, streams);\n')],
    test: inStream('S2: a lost last message is found within ten seconds'),
  },
  {
    name: 'check after a reconnect',
    promise: 'P4',
    why: 'What was stored while the gateway had no connection would be missed until the next event.',
    removal: [
      edit(`${GATEWAY}/check-positions.ts`, '  await streams.checkAll().catch(', '  await Promise.resolve().catch('),
    ],
    test: inStream('S2: what was stored while the gateway was cut off is there as soon as it is back'),
  },
  {
    name: 'cursor epoch',
    promise: 'P4',
    why: 'A cursor of a stream that was created anew would skip what lies before its number.',
    removal: [edit(`${GATEWAY}/read-after.ts`, 'if (cursor?.epoch !== epoch)', 'if (cursor === undefined)')],
    test: {
      file: `${GATEWAY}/read-after.test.ts`,
      name: 'C2: the number in a cursor of another stream is no place in this one',
    },
  },
  {
    name: 'recovered or reset',
    promise: 'P4',
    why: 'Who comes with a position that is gone would be told that it has missed nothing.',
    removal: [
      edit(
        `${GATEWAY}/read-after.ts`,
        'const recovered = next === undefined ? stored <= eventSeq : next === eventSeq + 1;',
        'const recovered = stored >= 0;',
      ),
    ],
    test: {
      file: `${GATEWAY}/read-after.test.ts`,
      name: 'C3: an aged-out log: recovered when nothing newer is stored, else not; and never again after the reload',
    },
  },
  {
    name: 'replay of a lagging viewer',
    promise: 'P4',
    why: 'A client that was too slow for a moment would stay without what it was not sent.',
    removal: [
      edit(
        `${GATEWAY}/watching.ts`,
        'if (watch.paused && this.#chats.get(chatId) === watch) await this.#resumeOne(chatId, watch.paused);',
        'await Promise.resolve();',
      ),
    ],
    test: inStream('W2: who is behind gets nothing, and everything once it has drained'),
  },
  {
    name: 'the newest subscribe counts',
    promise: 'P4',
    why: 'An older call would send what the newer one has sent already, or join a viewer that has left.',
    removal: [
      edit(
        `${GATEWAY}/watch-chat.ts`,
        '  if (!isWanted()) throw new SupersededError(`chat ${chatId} is not to be watched by this call any more`);\n',
        '  void isWanted; void chatId;\n',
      ),
    ],
    test: inStream('W1: the newest call counts'),
  },
  {
    name: 'offset check: covered',
    promise: 'P1',
    why: 'A piece of text that is delivered twice would be on the screen twice.',
    removal: [
      edit(
        'libs/transcript/src/chat-view-deltas.ts',
        'return known < 0 || known >= delta.text.length ? text : text + delta.text.slice(known);',
        'return known < 0 ? text : text + delta.text;',
      ),
    ],
    test: inView('that are covered change nothing, and one that overlaps adds only what is new'),
  },
  {
    name: 'offset check: beyond the end',
    promise: 'P4',
    why: 'A piece of text that was lost would leave a hole in the middle of a word.',
    removal: [
      edit(
        'libs/transcript/src/chat-view-deltas.ts',
        'if (grew !== undefined && lengthOf(grew) < delta.offset) {',
        'if (grew !== undefined && end < 0) {',
      ),
    ],
    test: inView('that start beyond the end show a gap, keep the cursor, and heal'),
  },
  {
    name: 'gap check of a view',
    promise: 'P4',
    why: 'A commit that never reached the client would be missing on its screen without a word.',
    removal: [
      edit(
        'libs/transcript/src/chat-view.ts',
        'const gap = draft.seenSeq > draft.lastSeq || draft.seenLength.size > 0;',
        'const gap = draft.seenLength.size > 0;',
      ),
    ],
    test: inView('P4: that leave a hole are not shown, say so, and are when it is filled'),
  },
  {
    name: 'seq guard of a view',
    promise: 'P1',
    why: 'An event that is replayed would be shown twice.',
    removal: [
      edit(
        'libs/transcript/src/chat-view.ts',
        '  if (event.seq !== draft.lastSeq + 1) return;\n',
        '  if (event.seq > draft.lastSeq + 1) return;\n',
      ),
    ],
    test: inView('P1: that were folded before change nothing'),
  },
  {
    name: 'cursor after a reset',
    promise: 'P4',
    why: 'A cursor that the log has lost would be asked for and refused for ever.',
    removal: [
      edit(
        'libs/client/src/chat-sync.ts',
        'const cursor = this.#refused?.asked === document.cursor ? this.#refused.instead : document.cursor;',
        'const { cursor } = document;',
      ),
    ],
    test: {
      file: 'libs/client/src/chat-handle.test.ts',
      name: 'goes on from the cursor that the gateway named when the one of the document is refused: no endless reload',
    },
  },
  {
    name: 'flush before read',
    promise: 'P4',
    why: 'The log would be read before the server has the subscription.',
    removal: [
      edit(
        'libs/messaging/src/live-feed.ts',
        '    await flushOrUndo(link, () => subscription.unsubscribe());\n',
        '    void flushOrUndo;\n',
      ),
    ],
    test: inStream('a subscription that fails is refused, and the next one tries again'),
  },
  {
    name: 'a gap asks again',
    promise: 'P4',
    why: 'A client would know that something is missing, and wait for it for ever.',
    removal: [
      edit(
        'libs/client/src/chat-sync.ts',
        "      this.#filling = true;\n      this.#want('subscribe');\n",
        '      this.#filling = true;\n',
      ),
    ],
    test: {
      file: 'libs/client/src/create-client.int.test.ts',
      name: 'P4: a dropped commit shows as a gap and is read again',
    },
  },
  {
    name: 'outbox outlives the page',
    promise: 'P2',
    why: 'What was typed and not yet accepted would be gone with a reload.',
    removal: [
      edit('libs/client/src/outbox-storage.ts', '  write(storage, PREFIX + item.key, JSON.stringify(item));\n', ''),
    ],
    test: {
      file: 'libs/client/src/create-client.int.test.ts',
      name: 'P2: what was not sent before a reload is sent after it, with the same key',
    },
  },
];
