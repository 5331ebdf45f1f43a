/** Child runs that were given the turn: how they end with the run that gave it, and that giving it comes to an end. */
import { describe, expect, it } from '@jest/globals';
import type { ChildDefinition, Target, WorkflowDefinition } from '@colloquy/contracts';
import fc from 'fast-check';
import { branch, child, HANDS_OVER, led, script, starts } from './test-children.ts';
import { ScriptedChat } from './test-driver.ts';

const limits = (more: Partial<WorkflowDefinition['limits']> = {}) => ({ maxTurns: 20, maxToolCalls: 20, ...more });

/** The commit that says more than once that a run has ended, or that its call was cut off. */
function endedTwice(chat: ScriptedChat): string[] {
  const ends = chat.all('run_completed').map(({ runId }) => runId);
  const cut = chat.commits.flatMap((commit, index) =>
    commit.flatMap((event) => (event.type === 'usage' && event.estimated ? [`${String(index)} ${event.runId}`] : [])),
  );
  const aborted = chat.all('message_aborted').map(({ messageId }) => messageId);
  return [ends, cut, aborted].flatMap((all) => all.filter((one, index) => all.indexOf(one) !== index));
}

/** The reply of a run that is about to call its model has begun to show. */
function show(chat: ScriptedChat, of: string | undefined): void {
  for (const { step, runId } of chat.steps) {
    if (step.kind !== 'call_model' || runId !== of) continue;
    chat.append([chat.startOf(step.request, chat.newId(), runId)]);
  }
}

describe('a turn that child runs have', () => {
  it.each([['any', 'terminate'] as const, ['first_success', 'revert_to_user'] as const])(
    '%s: what goes on yet when it ends the run (%s) is cut off once, and counted once',
    (mode, kind) => {
      const workflow = led([child(mode, [branch('x'), branch('y')], { then: { kind } })]);
      const chat = ScriptedChat.begun(workflow, script(HANDS_OVER));
      while (starts(chat).length < 2) chat.perform(chat.step);
      const [x = '', y = ''] = starts(chat).map(({ runId }) => runId);
      for (const { step, runId } of chat.steps) chat.perform(step, runId);
      show(chat, y);
      const before = chat.state.totals.modelCalls;
      while (chat.state.run !== undefined) {
        const own = chat.steps.find(({ runId }) => runId === x) ?? chat.steps[0];
        chat.perform(own?.step ?? chat.step, own?.runId);
      }
      expect(chat.commits.at(-1)?.map(({ type, runId }) => [type, runId === y])).toEqual([
        ['message_aborted', true],
        ['usage', true],
        ['run_completed', true],
        ['run_completed', false],
      ]);
      expect(chat.state.totals.modelCalls).toBe(before + 2);
      expect(endedTwice(chat)).toEqual([]);
    },
  );

  it('no run ends twice, and no call is counted twice, whatever is being said when it ends', () => {
    const mode = fc.constantFrom<ChildDefinition['mode']>('any', 'first_success', 'all');
    const then = fc.constantFrom<Target>({ kind: 'terminate' }, { kind: 'revert_to_user' }, { kind: 'stay' });
    fc.assert(
      fc.property(mode, then, fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 20 }), (how, where, order) => {
        const inner = child(how, [branch('y'), branch('z')], { name: 'inner', then: { kind: 'terminate' } });
        const group = branch('group', {
          agents: ['x', 'y', 'z'],
          pattern: { kind: 'default', initialAgent: 'x', afterWork: { kind: 'child', child: 'inner' } },
        });
        const chat = ScriptedChat.begun(
          led([child(how, [group, branch('x')], { then: where }), inner], { limits: limits() }),
          script(HANDS_OVER),
        );
        for (const [at, shows] of order) {
          const { steps } = chat;
          const planned = steps[at % steps.length];
          if (planned === undefined || planned.step.kind === 'rest') break;
          const open = planned.step.kind === 'call_model' && shows;
          if (open) show(chat, planned.runId);
          else chat.perform(planned.step, planned.runId);
        }
        chat.run();
        expect(endedTwice(chat)).toEqual([]);
        expect(chat.state.run).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});
