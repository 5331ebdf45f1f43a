import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const SRC = 'apps/orchestrator/src';
const inRun = (name: string): NamedTest => ({ file: `${SRC}/run-chat.test.ts`, name });
const inTakeover = (name: string): NamedTest => ({ file: `${SRC}/takeover.test.ts`, name });
const inOrder = (name: string): NamedTest => ({ file: `${SRC}/once-and-in-order.test.ts`, name });
const inOwner = (name: string): NamedTest => ({ file: `${SRC}/one-owner.test.ts`, name });
const inCommands = (name: string): NamedTest => ({ file: `${SRC}/record-command.test.ts`, name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file: `${SRC}/${file}`, find, replace });

/** What keeps one orchestrator at a time at a chat, and every command recorded once. */
export const orchestratorMechanisms: readonly Mechanism[] = [
  {
    name: 'ticket ownership',
    promise: 'P3',
    why: 'The ticket of a run that goes on would be acked by one who does not run it, and a crash would then lose the run.',
    removal: [
      edit('claim-chat.ts', "return reply.streamSeq === delivery.streamSeq ? 'drop' : 'ack';", "return 'ack';"),
    ],
    test: inOwner('a ticket that comes to another one while its owner runs stays with the owner'),
  },
  {
    name: 'own ticket again',
    promise: 'P3',
    why: 'The owner would ack its own ticket when that is delivered a second time, and its crash would lose the run.',
    removal: [
      edit(
        'run-chat.ts',
        "if (mine.ticketSeq !== delivery.streamSeq) await settle(parts, delivery, 'ack');",
        "await settle(parts, delivery, 'ack');",
      ),
    ],
    test: inOwner('a ticket that comes again to the one who runs its chat stays with it'),
  },
  {
    name: 'ask the owner first',
    promise: 'P3',
    why: 'Every spare ticket would take a healthy run away from its owner.',
    removal: [edit('claim-chat.ts', '  if (declined !== undefined) return declined;\n')],
    test: inOwner('a spare ticket takes nothing away from who runs the chat'),
  },
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
      edit('run-chat.ts', 'chat.refuse((state) => isAtRest(state, chat.workflow))', 'chat.refuse()'),
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
    name: 'fenced owner stops',
    promise: 'P3',
    why: 'Who has lost its chat would go on paying for a model whose words nobody sees.',
    removal: [
      edit(
        'running-chat.ts',
        "    fenced.addEventListener('abort', () => this.#lose('fenced', fenced.reason), { once: true });\n",
      ),
    ],
    test: inOwner('who was fenced off stops at once, also in the middle of a tool'),
  },
  {
    name: 'ack younger than 3 s before an effect',
    promise: 'P3',
    why: 'A process that thaws in front of an effect would make it, though another one has made it meanwhile.',
    removal: [
      edit(
        'running-chat.ts',
        'while (this.#clock.monotonic() - this.#appender.lastAckAt() >= FRESH_MS) await this.verify();',
      ),
    ],
    test: inTakeover('at %s: when it thaws it is fenced, does nothing, and takes no ticket away'),
  },
  {
    name: 'heartbeat',
    promise: 'P3',
    why: 'A run that takes longer than 6 s would be given to somebody else while it goes on.',
    removal: [edit('beat.ts', '      delivery.working();\n')],
    test: inOwner('a ticket in flight is extended while its run moves: nobody else is asked to take it'),
  },
  {
    name: 'heartbeat of the loop',
    promise: 'P3',
    why: 'A run that hangs would hold its ticket for ever.',
    removal: [edit('beat.ts', 'if (chat.stalled) {', 'if (false) {')],
    test: inTakeover('P3: a step that hangs for longer than it may is given up, and its run goes on elsewhere'),
  },
  {
    name: 'tool intent',
    promise: 'P3',
    why: 'After a crash nobody would know that a tool may have taken effect, and it would be made twice.',
    removal: [
      edit('run-tools.ts', '    return { events: starts };', '    return starts.length > 0 ? undefined : undefined;'),
      edit(
        'run-tools.ts',
        '  return calls.filter((run) => begun.has(run.callId));',
        '  return begun.size > 0 ? [] : calls;',
      ),
    ],
    test: inRun('P6: hands over, runs a tool, waits for an approval without a ticket, and goes on when it is given'),
  },
  {
    name: 'onInterrupted',
    promise: 'P3',
    why: 'A tool that was interrupted would be run again without asking.',
    removal: [
      {
        file: 'libs/engine/src/open-calls.ts',
        find: '  if (call.attempts > 0) return dispositionOfInterrupted(context, call, tool);\n',
        replace: '',
      },
    ],
    test: inTakeover('between tool_started and the answer of a tool that asks: the person says %s'),
  },
  {
    name: 'poison count',
    promise: 'P3',
    why: 'A run that ends every process that takes it would go from one to the next for ever.',
    removal: [
      {
        file: 'libs/engine/src/end-run.ts',
        find: 'return (state.run?.claimsInARow ?? 0) >= MAX_CLAIMS;',
        replace: 'return state.run === undefined && MAX_CLAIMS < 0;',
      },
    ],
    test: inTakeover('P7: is claimed five times in a row %s an answer, then fails for good, and its ticket is parked'),
  },
  {
    name: 'watchdog',
    promise: 'P2',
    why: 'A chat whose gateway died between its commit and its ticket would never be answered.',
    removal: [edit('watch-chats.ts', 'await wakeSleepers(parts).catch(', 'await Promise.resolve().catch(')],
    test: inTakeover('P2: finds a chat whose gateway died between its two publishes'),
  },
  {
    name: 'run_released',
    promise: 'P8',
    why: 'A run that was handed over would look like one whose orchestrator may be coming back, and every command would wait for it.',
    removal: [
      edit(
        'run-chat.ts',
        '  await chat.change((state) => ({ events: releaseEvents(state, { worker, ...chat.cutOff }) }));\n',
      ),
    ],
    test: {
      file: `${SRC}/drain.test.ts`,
      name: 'P8: lets a reply end, releases the run at the step boundary, and another takes over at once',
    },
  },
  {
    name: 'ticket back at a drain',
    promise: 'P8',
    why: 'Whoever takes the run over would begin after 6 s instead of at once.',
    removal: [edit('run-chat.ts', '    else delivery.nak();', '')],
    test: {
      file: `${SRC}/drain.test.ts`,
      name: 'P8: lets a reply end, releases the run at the step boundary, and another takes over at once',
    },
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
    name: 'a call that is cut off is counted',
    promise: 'P7',
    why: 'A stop before the first word would cost money that no bill shows.',
    removal: [edit('call-model.ts', '  chat.call = call;\n')],
    test: inCommands('P7: a stop before the first word counts the prompt of a call that was sent'),
  },
  {
    name: 'a call is counted once',
    promise: 'P7',
    why: 'A call whose usage is on the log would be counted again by what ends its run.',
    removal: [edit('running-chat.ts', "    if (ends || type === 'usage') this.call = undefined;\n")],
    test: inCommands('P7: a stop while tools run counts no call again'),
  },
];
