/** What the plan of a tree of runs still holds when a limit of the run above has been reached. */
import { describe, expect, it } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { nextSteps } from './next.ts';
import { ASKS, branch, child, led, script, starts } from './test-children.ts';
import { ScriptedChat, type Answer, type Script } from './test-driver.ts';
import type { Step } from './types.ts';

const plain = led([child('all', [branch('x'), branch('y')])]);

const limited = (limits: Partial<WorkflowDefinition['limits']>): WorkflowDefinition['limits'] => ({
  ...plain.limits,
  ...limits,
});
/** A budget that only the chat's own run has, and that the first call has used up. */
const SPENT = limited({ budgetMicroUsd: 1 });

/** The lead has called its team; the agents of the team answer so. */
function asked(
  answer: Answer,
  { workflow = plain, calls = ASKS }: { workflow?: WorkflowDefinition; calls?: Answer } = {},
) {
  const { model: lead } = script(calls);
  const model: Script['model'] = (request) => (request.agent === 'lead' ? (lead?.(request) ?? {}) : answer);
  const chat = ScriptedChat.begun(workflow, { model });
  while (starts(chat).length === 0) chat.perform(chat.step);
  const [root = '', first = ''] = chat.all('run_started').map(({ runId }) => runId);
  /** The plan, with other limits and while the chat's own run takes a step, where it is asked for. */
  const plan = (limits = workflow.limits, busy: readonly string[] = []) =>
    nextSteps(chat.state, { ...workflow, limits }, new Set(busy));
  const stepOf = (runId: string) => plan(workflow.limits, [root]).find((planned) => planned.runId === runId)?.step;
  /** The first child run gets to a step of this kind. */
  const upTo = (kind: string): void => {
    for (let step = stepOf(first); step !== undefined && namesIn(step) !== kind; step = stepOf(first)) {
      chat.perform(step, first);
    }
    expect(stepOf(first)).toBeDefined();
  };
  return { chat, root, first, plan, stepOf, upTo };
}

/** A step in words. */
function namesIn(step: Step): string {
  return step.kind === 'decide' ? step.events.map(({ type }) => type).join(' ') : step.kind;
}

const agents = plain.agents.map((each) => {
  const afterWork = each.name === 'x' ? { afterWork: { kind: 'agent', agent: 'y' } as const } : {};
  return { ...each, ...afterWork, tools: ['note', 'ask_team'] };
});
const inGroup = { ...plain, agents, children: [child('all', [branch('x', { agents: ['x', 'y'] }), branch('y')])] };
const HANDED = 'handoff speaker_selected';
const NOTES: Answer = { calls: [{ tool: 'note' }] };

describe('when a limit of the run is reached while it takes a step', () => {
  it.each([
    ['of money', { budgetMicroUsd: 1 }],
    ['of tokens', { budgetTokens: 1 }],
    ['of tool calls', { maxToolCalls: 0 }],
    ['of time', { deadlineMs: 1 }],
  ])('its child runs are kept from model calls: a limit %s', (_, limits) => {
    const { root, first, plan, upTo } = asked({ text: 'Here' });
    upTo('call_model');
    expect(plan(plain.limits, [root])[0]).toMatchObject({ runId: first, step: { kind: 'call_model' } });
    const kinds = plan(limited(limits), [root]).map(({ step }) => step.kind);
    expect(kinds.filter((kind) => kind !== 'decide')).toEqual([]);
  });

  it.each([
    ['a turn', 'speaker_selected', {}],
    ['tools', 'run_tools', NOTES],
    ['child runs of their own', 'run_started run_started', ASKS],
    ['a turn that is handed over', HANDED, { text: 'Here' }],
  ])('its child runs are kept from what leads to costs: %s', (_, kind, answer) => {
    const { root, first, plan, upTo } = asked(answer, { workflow: inGroup });
    upTo(kind);
    expect(plan(SPENT, [root]).filter(({ runId }) => runId === first)).toEqual([]);
  });

  it.each([
    ['their end', 'run_completed', { text: 'Here' }],
    ['why a call was not made', 'tool_response', { calls: [{ tool: 'nothing' }] }],
  ])('its child runs still say what costs nothing: %s', (_, kind, answer) => {
    const { root, first, plan, stepOf, upTo } = asked(answer);
    upTo(kind);
    expect(plan(SPENT, [root])).toEqual([{ runId: first, key: first, step: stepOf(first) }]);
  });
});

describe('the end of a run by a limit', () => {
  it('comes when its child runs have said what costs nothing, and then alone', () => {
    const { chat, root, first, plan, upTo } = asked({ text: 'Here' });
    upTo('run_completed');
    const [end, ...others] = plan(SPENT);
    expect(others).toEqual([]);
    expect(end?.runId).toBe(first);
    if (end !== undefined) chat.perform(end.step, first);
    expect(plan(SPENT).map(({ runId, step }) => [runId, namesIn(step)])).toEqual([
      [root, 'tool_response run_completed'],
    ]);
  });
});

describe('a step by which others end', () => {
  it('ends not the run that takes it: its other child runs go on beside it', () => {
    const calls = { calls: [...(ASKS.calls ?? []), ...(ASKS.calls ?? [])] };
    const any = led([child('any', [branch('x'), branch('y')])]);
    const { chat, root, first, plan, stepOf, upTo } = asked({ text: 'Here' }, { workflow: any, calls });
    upTo('run_completed');
    chat.perform(stepOf(first) ?? chat.step, first);
    const [own, ...others] = plan();
    expect(own).toMatchObject({ runId: root });
    expect(own === undefined ? '' : namesIn(own.step)).toBe('run_completed tool_response');
    expect(others.map(({ runId }) => runId)).toEqual(
      starts(chat)
        .map(({ runId }) => runId)
        .slice(1),
    );
  });
});
