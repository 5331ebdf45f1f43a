import { describe, expect, it } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { promptTokens } from './budgets.ts';
import { nextSteps } from './next.ts';
import { branch, child, HANDS_OVER, led, script, starts } from './test-children.ts';
import { ScriptedChat } from './test-driver.ts';
import type { ModelRequest, PlannedStep } from './types.ts';

/** The limits of the teams of the tests, and others. */
const limits = (more: Partial<WorkflowDefinition['limits']>) => ({ ...led([]).limits, ...more });

const XYZ = [
  child(
    'all',
    ['x', 'y', 'z'].map((name) => branch(name)),
  ),
];

/** Three branches have the turn and none has spoken. */
function atOnce(more: Parameters<typeof led>[1] = {}): ScriptedChat {
  const chat = ScriptedChat.begun(led(XYZ, more), script({ ...HANDS_OVER, tokens: 1 }));
  while (starts(chat).length < 3) chat.perform(chat.step);
  for (;;) {
    const next = nextSteps(chat.state, chat.workflow).find(({ step }) => step.kind === 'decide');
    if (next === undefined) return chat;
    chat.perform(next.step);
  }
}

const plan = (chat: ScriptedChat, busy: readonly string[] = []): readonly PlannedStep[] =>
  nextSteps(chat.state, chat.workflow, new Set(busy));
const ids = (steps: readonly PlannedStep[]): readonly (string | undefined)[] => steps.map(({ runId }) => runId);

describe('calls of parallel child runs', () => {
  const [first] = plan(atOnce());
  const each = first?.step.kind === 'call_model' ? promptTokens(first.step.request) : 0;
  const used = atOnce().state.run?.tokens ?? 0;

  it('go on at once where the budget has room for all of them', () => {
    expect(each).toBeGreaterThan(0);
    expect(plan(atOnce())).toHaveLength(3);
    expect(plan(atOnce({ limits: limits({ budgetTokens: used + 3 * each }) }))).toHaveLength(3);
  });

  it.each(['budgetTokens', 'chatBudgetTokens'] as const)(
    'B3: wait where their prompts together are more than what is left of %s, also of those that go on',
    (name) => {
      const tight = (tokens: number) => atOnce({ limits: limits({ [name]: tokens }) });
      const [x = '', y = '', z = ''] = starts(tight(used + 2 * each)).map(({ runId }) => runId);
      expect(ids(plan(tight(used + 2 * each)))).toEqual([x, y]);
      expect(ids(plan(tight(used + 2 * each), [x, y]))).toEqual([]);
      expect(ids(plan(tight(used + 2 * each), [y]))).toEqual([x]);
      expect(ids(plan(tight(used + 2 * each - 1), [z]))).toEqual([]);
      expect(ids(plan(tight(used + each)))).toEqual([x]);
    },
  );

  it('B3: count with what they asked when they were begun, and are measured once', () => {
    const chat = atOnce({ limits: limits({ budgetTokens: used + 2 * each }) });
    const [x, y] = plan(chat);
    if (x === undefined || y === undefined || x.step.kind !== 'call_model') throw new Error('no calls');
    const twice: ModelRequest = {
      ...x.step.request,
      messages: [...x.step.request.messages, ...x.step.request.messages],
    };
    const busy = (request: ModelRequest) =>
      nextSteps(chat.state, chat.workflow, new Map([[x.key, { kind: 'call_model', request } as const]]));
    expect(ids(busy(x.step.request))).toEqual([y.runId]);
    expect(ids(busy(twice))).toEqual([]);
    let looked = 0;
    const { messages, ...rest } = twice;
    const watched = Object.defineProperty({ ...rest, messages }, 'messages', {
      get: () => {
        looked += 1;
        return messages;
      },
    });
    busy(watched);
    busy(watched);
    expect(looked).toBe(1);
  });

  it('B3: are all made in the end where what they take leaves room', () => {
    const chat = atOnce({ limits: limits({ budgetTokens: used + 2 * each }) }).run();
    expect(new Set(chat.requests.map(({ agent }) => agent))).toEqual(new Set(['lead', 'x', 'y', 'z']));
    expect(chat.state.run).toBeUndefined();
  });

  it("B3: of a branch's own budget only its own calls count", () => {
    const branches = ['x', 'y', 'z'].map((name) => branch(name, { budgetTokens: each }));
    const chat = ScriptedChat.begun(led([child('all', branches)]), script({ ...HANDS_OVER, tokens: 1 }));
    while (starts(chat).length < 3) chat.perform(chat.step);
    for (let at = 0; at < 3; at++) {
      const next = plan(chat).find(({ step }) => step.kind === 'decide');
      if (next !== undefined) chat.perform(next.step);
    }
    expect(plan(chat).filter(({ step }) => step.kind === 'call_model')).toHaveLength(3);
  });

  it('B3: wait for none that make no call: the run above takes a step of its own', () => {
    const chat = atOnce({ limits: limits({ budgetTokens: used + 3 * each }) });
    const root = chat.state.run?.runId ?? '';
    expect(plan(chat, [root])).toHaveLength(3);
    expect(plan(chat, [root, `${root}+`])).toHaveLength(3);
  });
});
