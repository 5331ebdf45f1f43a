import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const SRC = 'apps/orchestrator/src';
const inTakeover = (name: string): NamedTest => ({ file: `${SRC}/takeover.test.ts`, name });
const inOrder = (name: string): NamedTest => ({ file: `${SRC}/once-and-in-order.test.ts`, name });
const inTimers = (name: string): NamedTest => ({ file: `${SRC}/set-timers.test.ts`, name });
const inCommands = (name: string): NamedTest => ({ file: `${SRC}/record-command.test.ts`, name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file: `${SRC}/${file}`, find, replace });

/** What records every command once and in order, and wakes its chat. */
export const commandMechanisms: readonly Mechanism[] = [
  {
    name: 'order of commands',
    promise: 'P2',
    why: 'A command that had to wait would be recorded after one that was accepted later.',
    removal: [
      edit('record-command.ts', '  if (oldest !== undefined && oldest < delivery.streamSeq) return { nakMs: 100 };\n'),
    ],
    test: inOrder('commands are recorded in the order of their 202s, also when the first must be tried again'),
  },
  {
    name: 'commandId in the log',
    promise: 'P2',
    why: 'A command that is delivered twice would be carried out twice, once its message id has left the broker’s window.',
    removal: [
      {
        file: 'libs/engine/src/record-command.ts',
        find: '  if (state.commandIds.has(command.commandId)) return NOTHING;\n',
        replace: '',
      },
    ],
    test: { file: 'libs/engine/src/record-command.test.ts', name: 'C1: is recorded once, also a refused one' },
  },
  {
    name: 'ticket again',
    promise: 'P2',
    why: 'Who dies between the commit of a command and its ticket would leave a chat that nobody runs.',
    removal: [
      edit(
        'record-command.ts',
        '    if (!isAtRest(folded.state, workflow)) await wake(parts, command, `-${String(delivery.deliveryCount)}`);\n',
      ),
    ],
    test: inOrder('a command that was recorded and whose ticket is lost wakes its chat when it comes again'),
  },
  {
    name: 'msgId of a ticket again',
    promise: 'P2',
    why: 'The broker would take the second wake-up for the first one and swallow it.',
    removal: [edit('record-command.ts', '`-${String(delivery.deliveryCount)}`', "''")],
    test: inOrder('a second wake-up is not taken for the first one'),
  },
  {
    name: 'rest re-check',
    promise: 'P2',
    why: 'What is recorded in the moment in which a run ends would wait for the next message.',
    removal: [
      edit('take-steps.ts', 'chat.refuse((state) => isAtRest(state, chat.workflow))', 'chat.refuse()'),
      edit('run-chat.ts', "end === 'rest' && isAtRest(chat.state, chat.workflow)", "end === 'rest'"),
    ],
    test: inOrder('a message that comes at any moment around the end of a run is taken up'),
  },
  {
    name: 'closed at rest',
    promise: 'P2',
    why: 'A command would still be recorded by a run that has looked for the last time.',
    removal: [
      edit('running-chat.ts', "      if (!this.open) return 'refused';\n"),
      edit('claim-chat.ts', "    if (!chat.open) return { kind: 'refused' };\n"),
      edit('run-chat.ts', "end === 'rest' && isAtRest(chat.state, chat.workflow)", "end === 'rest'"),
    ],
    test: inOrder('a message that comes at any moment around the end of a run is taken up'),
  },
  {
    name: 'watchdog',
    promise: 'P2',
    why: 'A chat whose gateway died between its commit and its ticket would never be answered.',
    removal: [
      edit(
        'watch-chats.ts',
        'await wakeSleepers(parts, { signal, after: sleeper }).catch(',
        'await Promise.resolve(sleeper).catch(',
      ),
    ],
    test: inTakeover('P2: finds a chat whose gateway died between its two publishes'),
  },
  {
    name: 'a stop waits for no hung owner',
    promise: 'P5',
    why: 'A stop would wait until a process that hangs has lost its ticket.',
    removal: [
      edit(
        'record-command.ts',
        'return STOPS.has(command.kind) ? recordAlone(parts, delivery, true) : { nakMs: 500 };',
        'return { nakMs: 500 };',
      ),
    ],
    test: inCommands('P5: a stop does not wait for an owner that hangs, which then does nothing more'),
  },
  {
    name: 'fill from the store',
    promise: 'P2',
    why: 'A chat whose log has aged out would begin its history over.',
    removal: [
      edit(
        'fold-chat.ts',
        '  if (fold.lastSeq === 0) await foldStored(parts.store, { chatId, upTo: Number.POSITIVE_INFINITY }, fold);\n',
      ),
    ],
    test: inCommands('P2: waits while the store is down that has the events which have left the log'),
  },
  {
    name: 'no hole in a history',
    promise: 'P2',
    why: 'An orchestrator would go on from a state that lacks what neither log nor store has.',
    removal: [
      edit(
        'fold-chat.ts',
        'if (Number.isFinite(wanted.upTo) && fold.lastSeq < wanted.upTo) {',
        'if (Number.isNaN(wanted.upTo)) {',
      ),
      edit('fold-chat.ts', 'if (event.seq !== this.#state.lastSeq + 1) {', 'if (Number.isNaN(event.seq)) {'),
    ],
    test: inCommands('never begins a history over: a hole between store and log is waited for'),
  },
  {
    name: 'timer before its question',
    promise: 'P6',
    why: 'Who dies between a question and its timer would leave a question that never expires.',
    removal: [
      edit('ask-person.ts', "  await setTimers(parts, chatId, [{ id: requestId, kind: 'expiry', at: expiresAt }]);\n"),
    ],
    test: inTimers('T1: is on disk before the question is'),
  },
  {
    name: 'early timer is set again',
    promise: 'P6',
    why: 'A timer of a broker whose clock is ahead would be used up before its time.',
    removal: [
      edit(
        'set-timers.ts',
        '  if (now >= due) return undefined;',
        '  if (now >= due || id !== undefined) return undefined;',
      ),
    ],
    test: inTimers('T2: that fires early, and twice, does not end the question, nor get lost'),
  },
  {
    name: 'overdue timer is set again',
    promise: 'P6',
    why: 'A question whose schedule was lost would never expire: nobody owns a chat that waits.',
    removal: [
      edit(
        'watch-chats.ts',
        'await wakeTimers(parts, { signal, after }).catch(',
        'await Promise.resolve(after).catch(',
      ),
    ],
    test: inTimers('T4: comes also when its schedule was lost: the watchdog finds the chat, which has no owner'),
  },
  {
    name: 'due timer is set again when its run begins',
    promise: 'P6',
    why: 'A deadline that was over before its run was on the log would have found nothing, and never come again.',
    removal: [edit('start-run.ts', '  await setDueTimers(parts, chat.chatId, chat.state);\n')],
    test: {
      file: `${SRC}/deadline.test.ts`,
      name: 'T4: comes when it fired between its schedule and the beginning of its run, which the log has as later',
    },
  },
];
