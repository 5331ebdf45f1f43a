/** For tests only: workflows with something of everything, and a script in which anything happens that may. */
import type { Json, Target, WorkflowDefinition } from '@colloquy/contracts';
import { agent, handsTo, team, tool, type Answer, type Script } from './test-driver.ts';
import { speakerWorkflows } from './test-speakers.ts';
import type { ModelRequest } from './types.ts';

/** A small generator of our own: the same seed gives the same play, whoever plays it. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) % sides;
  }
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.roll(items.length)];
  }
}

const tools = [
  tool('read', { idempotent: true, onInterrupted: 'retry' }),
  tool('write', { approval: 'required', onInterrupted: 'retry', approvalWhen: 'args != 1', approvalSticky: true }),
  tool('send'),
  tool('stop', { onInterrupted: 'fail' }),
];
/** Three agents, each of which has what the others have not. */
export const desk = (more: Partial<WorkflowDefinition> = {}) =>
  team(
    [
      agent('a', {
        tools: ['read', 'write'],
        handoffs: [handsTo('b'), { target: { kind: 'revert_to_user' }, description: 'x' }],
      }),
      agent('b', {
        tools: ['read', 'send', 'stop'],
        handoffs: [handsTo('a')],
        askPerson: true,
        afterWork: { kind: 'agent', agent: 'a' },
      }),
      agent('c', { askPerson: true, afterWork: { kind: 'stay' } }),
    ],
    { tools, limits: { maxTurns: 8, maxToolCalls: 12, budgetTokens: 2000 }, ...more },
  );
/** What the properties are tried with. */
export const workflows = [
  desk(),
  desk({ sequentialTools: true, titleModel: 'small', onNewInput: 'interrupt' }),
  desk({
    pattern: { kind: 'round_robin', initialAgent: 'c', maxRounds: 2 },
    terminateOn: 'word 7',
    onNewInput: 'reject',
  }),
  desk({ pattern: { kind: 'default', initialAgent: 'b', afterWork: { kind: 'agent', agent: 'c' } } }),
  ...speakerWorkflows(desk()),
  desk({ onNewInput: 'steer', limits: { maxTurns: 8, maxToolCalls: 12, chatBudgetTokens: 3000 } }),
  hurried('go_on'),
  hurried('end_run'),
];

/** Everything in it has its time. */
function hurried(then: 'go_on' | 'end_run'): WorkflowDefinition {
  const { agents, ...rest } = desk({ limits: { maxTurns: 8, maxToolCalls: 12, deadlineMs: 60_000 } });
  const questionExpiry = { afterMs: 1000, then, ...(then === 'go_on' ? { defaultAnswer: 'x' } : {}) };
  return {
    ...rest,
    agents: agents.map((each) => ({ ...each, questionExpiry })),
    tools: tools.map((each) => ({ ...each, questionExpiry })),
  };
}

/** A model that does anything that a model may do. */
function wildAnswer(dice: Dice, request: ModelRequest): Answer {
  const calls = Array.from({ length: dice.roll(4) }, () => {
    const offered = dice.roll(8) === 0 ? 'invented tool' : (dice.pick(request.tools)?.name ?? 'none');
    const args: Json =
      dice.roll(5) === 0
        ? '{"broken'
        : {
            question: 'Well?',
            name: dice.pick(['a', 'b', 'c', 'user', 'Wolf']) ?? '',
            n: dice.roll(3),
            options: ['x', 'y'].slice(0, dice.roll(3)),
            schema: dice.roll(3) === 0 ? { properties: { n: { type: 'integer' } } } : {},
          };
    return { tool: offered, arguments: args };
  });
  const text = dice.roll(3) === 0 ? '' : `word ${String(dice.roll(9))}`;
  return { text, calls, costMicroUsd: dice.roll(3) === 0 ? null : dice.roll(100) };
}

/** Models, tools and a person who do anything that they may. */
export function wildScript(dice: Dice): Script {
  return {
    model: (request) => wildAnswer(dice, request),
    tool: () => {
      if (dice.roll(5) === 0) return { ok: false, error: { code: 'failed', message: 'It broke' }, ms: 1 };
      const targets = [
        { kind: 'terminate' },
        { kind: 'stay' },
        { kind: 'agent', agent: 'c' },
        { kind: 'agent', agent: 'ghost' },
        { kind: 'ask_user' },
        { kind: 'random' },
        { kind: 'group_manager', candidates: ['b', 'c'] },
        { kind: 'function', tool: 'send' },
      ] as const satisfies Target[];
      const target = dice.roll(6) === 0 ? dice.pick(targets) : undefined;
      const set = dice.roll(3) === 0 ? { set: { n: dice.roll(9) } } : {};
      return { ok: true, result: dice.roll(4), ms: 1, ...set, ...(target === undefined ? {} : { target }) };
    },
    person: () => dice.pick([true, false, 'x', 'a', 'c', 'words', undefined]),
  };
}
