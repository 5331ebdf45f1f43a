/** The plan of a tree of runs: what can be done now beside what is being done. */
import { describe, expect, it } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { evolve, initialState } from './evolve.ts';
import { next, nextSteps, stepOf } from './next.ts';
import { ASKS, branch, child, led, script, starts } from './test-children.ts';
import { assistant, id, ScriptedChat } from './test-driver.ts';
import type { Step } from './types.ts';

const workflow = led([child('any', [branch('x'), branch('y')])]);

/** What a key of the plan stands for now; no step at all is taken for a rest. */
const at = (chat: ScriptedChat, key = '', of: WorkflowDefinition | undefined = workflow): Step =>
  stepOf(chat.state, of, key) ?? { kind: 'rest', status: 'idle' };

/** The lead has called its team and a tool; the team has begun, and the tool is run. */
function working() {
  const calls = [...(ASKS.calls ?? []), { tool: 'note' }];
  const chat = ScriptedChat.begun(workflow, script({ calls }));
  while (starts(chat).length === 0) chat.perform(chat.step);
  const root = chat.state.run?.runId ?? '';
  return { chat, root, busy: new Set([root]) };
}

describe('the plan', () => {
  it('N4: says of a run that takes a step only what its child runs do', () => {
    const { chat, root, busy } = working();
    expect(nextSteps(chat.state, workflow).map(({ runId }) => runId)).toContain(root);
    expect(nextSteps(chat.state, workflow, busy).map(({ runId }) => runId)).toEqual(
      starts(chat).map(({ runId }) => runId),
    );
  });

  it('N4: takes in what child runs have come to while their parent takes a step, once', () => {
    const { chat, root, busy } = working();
    const [x] = starts(chat);
    const ended = (): boolean => chat.all('run_completed').length > 0;
    while (!ended()) chat.perform(at(chat, x?.runId), x?.runId);
    const key = `${root}+`;
    const join = at(chat, key);
    expect(nextSteps(chat.state, workflow, busy)[0]).toEqual({ runId: root, key, step: join });
    expect(nextSteps(chat.state, workflow, new Set([root, key])).map(({ runId }) => runId)).not.toContain(root);
    chat.perform(join, root);
    expect(chat.all('tool_response')).toMatchObject([{ ok: true, result: 'x was here' }]);
    expect(chat.types().filter((type) => type === 'run_completed')).toHaveLength(2);
    expect(stepOf(chat.state, workflow, key)).toBeUndefined();
    expect(nextSteps(chat.state, workflow, busy)).toEqual([]);
  });

  it('is a start while no run goes on, and nothing beside a start', () => {
    const chat = ScriptedChat.begun(assistant);
    const step = at(chat, 'start', undefined);
    expect(nextSteps(chat.state, undefined)).toEqual([{ key: 'start', step }]);
    expect(step.kind).toBe('start_run');
    expect(nextSteps(chat.state, undefined, new Set(['start']))).toEqual([]);
    chat.perform(step);
    expect(at(chat, 'start', assistant)).toEqual({ kind: 'rest', status: 'idle' });
    chat.say('And then?');
    expect(chat.state.inbox).toHaveLength(1);
    expect(at(chat, 'start', assistant)).toEqual({ kind: 'rest', status: 'idle' });
  });

  it('ends a run whose definition is gone, by whichever key', () => {
    const { chat, root } = working();
    const [lost] = nextSteps(chat.state, undefined);
    expect(lost).toMatchObject({ key: root, step: { kind: 'decide' } });
    expect(stepOf(chat.state, undefined, root)).toEqual(lost?.step);
    expect(stepOf(chat.state, undefined, 'nobody')).toBeUndefined();
  });

  it('says nothing of a run that is over', () => {
    const { chat, root } = working();
    chat.cancel();
    expect(stepOf(chat.state, workflow, root)).toBeUndefined();
  });
});

describe('a chat that is deleted while its run goes on', () => {
  it('rests: nothing is planned, and no step stands for a key any more', () => {
    const { chat, root, busy } = working();
    chat.append([{ type: 'chat_deleted', by: 'user-1' }]);
    const rest = { kind: 'rest', status: 'idle' };
    expect(next(chat.state, workflow)).toEqual(rest);
    expect(nextSteps(chat.state, workflow, busy)).toEqual([]);
    expect(stepOf(chat.state, workflow, root)).toBeUndefined();
    chat.append([
      { type: 'user_message', messageId: id('m2'), commandId: id('c2'), text: 'Still there?', by: 'user-1' },
    ]);
    expect(stepOf(chat.state, workflow, 'start')).toEqual(rest);
    chat.append([{ type: 'run_completed', runId: root, reason: { code: 'deadline', text: '' } }]);
    expect(next(chat.state, workflow)).toEqual(rest);
  });
});

describe('what cannot be started', () => {
  it('is a message to a chat without a workflow: it rests', () => {
    const chat = new ScriptedChat(assistant);
    chat.append([{ type: 'user_message', messageId: id('m'), commandId: id('c'), text: 'Hello', by: 'user-1' }]);
    expect(next(chat.state, assistant)).toEqual({ kind: 'rest', status: 'idle' });
  });
});

describe('while all that can be done is being done', () => {
  it('nothing is planned, not even a rest', () => {
    const chat = ScriptedChat.begun(assistant);
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    expect(nextSteps(chat.state, assistant, new Set([chat.state.run?.runId ?? '']))).toEqual([]);
    expect(nextSteps(chat.state, undefined, new Set([chat.state.run?.runId ?? '']))).toEqual([]);
  });
});

describe('the title of a chat', () => {
  it('is no part of what a child run does, only of the steps of the chat`s own run', () => {
    const { chat, root } = working();
    const bare = chat.events.filter(({ type }) => type !== 'chat_renamed').reduce(evolve, initialState);
    const [x] = starts(chat);
    const names = (step: Step | undefined) => JSON.stringify(step).includes('chat_renamed');
    expect(names(stepOf(bare, workflow, x?.runId ?? ''))).toBe(false);
    expect(nextSteps(bare, workflow).filter(({ runId, step }) => runId !== root && names(step))).toEqual([]);
    const first = chat.events.slice(0, 3).reduce(evolve, initialState);
    expect(names(stepOf(first, workflow, root))).toBe(true);
    expect(nextSteps(first, workflow)).toEqual([{ runId: root, key: root, step: stepOf(first, workflow, root) }]);
  });
});

describe('a definition that is gone', () => {
  const failure = (runId: string | undefined) => {
    const message = 'The definition of the workflow "team" is gone.';
    return { type: 'run_failed', runId, error: { code: 'definition_missing', message, retryable: true } };
  };
  const lastOf = (step: Step | undefined) => (step?.kind === 'decide' ? step.events.at(-1) : undefined);

  it('ends the run, and its child runs with it: they have no step of their own', () => {
    const { chat, root } = working();
    expect(lastOf(stepOf(chat.state, undefined, root))).toEqual(failure(root));
    expect(stepOf(chat.state, undefined, starts(chat)[0]?.runId ?? '')).toBeUndefined();
  });

  it('of one branch ends the child run that it is of', () => {
    const { chat } = working();
    const [, y] = starts(chat);
    const without = led([child('any', [branch('x')])]);
    expect(lastOf(stepOf(chat.state, without, y?.runId ?? ''))).toEqual(failure(y?.runId));
    expect(stepOf(chat.state, without, 'nobody')).toBeUndefined();
  });
});
