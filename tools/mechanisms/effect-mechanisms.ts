import type { Edit, Mechanism, NamedTest } from './mechanism.ts';

const SRC = 'apps/orchestrator/src';
const inRun = (name: string): NamedTest => ({ file: `${SRC}/run-chat.test.ts`, name });
const inTakeover = (name: string): NamedTest => ({ file: `${SRC}/takeover.test.ts`, name });
const inCommands = (name: string): NamedTest => ({ file: `${SRC}/record-command.test.ts`, name });
const edit = (file: string, find: string, replace = ''): Edit => ({ file: `${SRC}/${file}`, find, replace });

/** What keeps effects from being made twice, and what they have cost and shown from being lost. */
export const effectMechanisms: readonly Mechanism[] = [
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
    name: 'shown text at a takeover',
    promise: 'P3',
    why: 'What was shown of a message whose orchestrator died would vanish, and the message never end.',
    removal: [
      {
        file: 'libs/engine/src/end-run.ts',
        find: 'return [claim, ...runsOf(run).flatMap((each) => cutter.cut(each))];',
        replace: 'return [claim];',
      },
    ],
    test: inTakeover('in mid-stream: what was shown stays, and what it has cost is on the bill'),
  },
  {
    name: 'a call that is cut off is counted',
    promise: 'P7',
    why: 'A stop before the first word would cost money that no bill shows.',
    removal: [edit('call-model.ts', '  chat.steps.called(runId, call);\n')],
    test: inCommands('P7: a stop before the first word counts the prompt of a call that was sent'),
  },
  {
    name: 'a call is counted once',
    promise: 'P7',
    why: 'A call whose usage is on the log would be counted again by what ends its run.',
    removal: [edit('running-chat.ts', "    if (type === 'usage') this.steps.settleCalls((of) => of === runId);\n")],
    test: inCommands('P7: a stop while tools run counts no call again'),
  },
];
