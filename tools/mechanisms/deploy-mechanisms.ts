import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const SRC = 'apps/orchestrator/src';
const inTakeover = (name: string): NamedTest => ({ file: `${SRC}/takeover.test.ts`, name });
const inSuspects = (name: string): NamedTest => ({ file: `${SRC}/suspects.test.ts`, name });
const inDrain = (name: string): NamedTest => ({ file: `${SRC}/drain.test.ts`, name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file, find, replace });

const TEN_DEPLOYS = 'P3: ten deploys in a row in one long step (%s) neither end the run nor its call';

/** What keeps crashes and deploys from costing more than they must. */
export const deployMechanisms: readonly Mechanism[] = [
  {
    name: 'short requests for tickets',
    promise: 'P3',
    why: 'The ticket of a process that hangs would go into its own request for tickets, and be lost for 6 s more.',
    removal: [edit(`${SRC}/pull-tickets.ts`, 'const TICKET_WAIT_MS = 2000;', 'const TICKET_WAIT_MS = 5000;')],
    test: inTakeover(
      'whenever that happens, its run goes on within 10 s: the ticket does not come back to who is frozen',
    ),
  },
  {
    name: 'suspects apart',
    promise: 'P3',
    why: 'A run that ends its process would have the runs beside it stopped as poison too.',
    removal: [
      edit(
        `${SRC}/claim-chat.ts`,
        '  if (mustBeAlone(folded.state) && !chats.isolate(delivery.ticket.chatId)) return { nakMs: apartMs(delivery) };\n',
      ),
    ],
    test: inSuspects('P3: takes no other run with it: those that died with it are claimed apart from it, and complete'),
  },
  {
    name: 'a drain is no crash of the run',
    promise: 'P3',
    why: 'Five deploys in one long step would stop the run as poison.',
    removal: [edit('libs/engine/src/evolve-run.ts', 'claimsInARow: Math.max(0, run.claimsInARow - 1), ')],
    test: inDrain(TEN_DEPLOYS),
  },
  {
    name: 'a drain is no crash of the call',
    promise: 'P3',
    why: 'Five deploys in one long tool call would give the call up.',
    removal: [edit('libs/engine/src/evolve-run.ts', "    case 'run_released':\n      return released(run);\n")],
    test: inDrain(TEN_DEPLOYS),
  },
  {
    name: 'budget between two attempts',
    promise: 'P7',
    why: 'A model call that fails again and again would be paid for beyond the budget.',
    removal: [edit(`${SRC}/call-model.ts`, ' || !isWanted(chat, runId)')],
    test: {
      file: `${SRC}/run-chat.test.ts`,
      name: 'P7: does not try again when the attempts that failed have used up the budget',
    },
  },
  {
    name: 'drain between two attempts',
    promise: 'P8',
    why: 'A drain would wait for a model that is to be tried again, and cut off what it says.',
    removal: [edit(`${SRC}/call-model.ts`, 'chat.draining || ')],
    test: inDrain('P8: does not wait for a model to be tried again'),
  },
];
