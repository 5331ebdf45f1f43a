import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const SRC = 'apps/orchestrator/src';
const inTakeover = (name: string): NamedTest => ({ file: `${SRC}/takeover.test.ts`, name });
const inOwner = (name: string): NamedTest => ({ file: `${SRC}/one-owner.test.ts`, name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file: `${SRC}/${file}`, find, replace });

/** What keeps one orchestrator at a time at a chat. */
export const ownerMechanisms: readonly Mechanism[] = [
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
    removal: [edit('run-chat.ts', 'mine.ticketSeq !== delivery.streamSeq', 'delivery.streamSeq > 0')],
    test: inOwner('a ticket that comes again to the one who runs its chat stays with it'),
  },
  {
    name: 'ask the leader before a ticket goes',
    promise: 'P3',
    why: 'When a log was lost and put back at once, who ran the chat before would take away the one ticket that there is.',
    removal: [
      edit(
        'running-chat.ts',
        '    await this.verify();\n    await this.stillOwner();\n',
        '    await this.stillOwner();\n',
      ),
    ],
    test: inOwner('the ticket of a log that was lost and put back at once is not acked by who ran it before'),
  },
  {
    name: 'ask the owner first',
    promise: 'P3',
    why: 'Every spare ticket would take a healthy run away from its owner.',
    removal: [edit('claim-chat.ts', '  if (declined !== undefined) return declined;\n')],
    test: inOwner('a spare ticket takes nothing away from who runs the chat'),
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
    removal: [edit('beat.ts', 'if (stalledMs !== undefined) {', 'if (false) {')],
    test: inTakeover('P3: a step that hangs for longer than it may is given up, and its run goes on elsewhere'),
  },
  {
    name: 'each branch by itself',
    promise: 'P3',
    why: 'A branch that hangs would be held up for as long as another one moves.',
    removal: [
      edit(
        'steps-in-progress.ts',
        'if (step !== undefined) step.progressAt = this.#clock.monotonic();',
        'for (const other of this.#steps.values()) other.progressAt = this.#clock.monotonic();',
      ),
    ],
    test: {
      file: `${SRC}/parallel-runs.test.ts`,
      name: 'S1: a branch that hangs is noticed while another one goes on, and the run goes on elsewhere',
    },
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
    name: 'run_released',
    promise: 'P8',
    why: 'A run that was handed over would look like one whose orchestrator may be coming back, and every command would wait for it.',
    removal: [
      edit(
        'take-steps.ts',
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
];
