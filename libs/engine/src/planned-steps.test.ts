/** The plan of a tree of runs: what can be done now beside what is being done. */
import { describe, expect, it } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { nextSteps, stepOf } from './next.ts';
import { ASKS, branch, child, led, script, starts } from './test-children.ts';
import { assistant, ScriptedChat } from './test-driver.ts';
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
