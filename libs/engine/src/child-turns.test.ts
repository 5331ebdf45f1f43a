/** Child runs that were given the turn: how they end with the run that gave it, and that giving it comes to an end. */
import { describe, expect, it } from '@jest/globals';
import type { ChildDefinition, EventOf, Target, WorkflowDefinition } from '@colloquy/contracts';
import fc from 'fast-check';
import { nextSteps, stepOf } from './next.ts';
import { ASKS, branch, child, HANDS_OVER, heardBy, led, script, starts } from './test-children.ts';
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

/** What one run can do comes before all others, until the chat rests. */
function alone(chat: ScriptedChat, of: string): void {
  for (let taken = 0; chat.step.kind !== 'rest' && taken < 50; taken++) {
    const own = chat.steps.find(({ runId }) => runId === of) ?? chat.steps[0];
    chat.perform(own?.step ?? chat.step, own?.runId);
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
      alone(chat, x);
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

  const ring = (names: readonly string[]) =>
    names.map((name, index) =>
      child('sequence', [branch('x')], {
        name,
        then: { kind: 'child', child: names[(index + 1) % names.length] ?? '' },
      }),
    );

  it.each([[['research']], [['research', 'review']]])(
    'is a turn of the run that gives it: %j end at maxTurns',
    (names) => {
      const chat = ScriptedChat.begun(led(ring(names), { limits: limits({ maxTurns: 5 }) }), script(HANDS_OVER)).run();
      expect([chat.reason, starts(chat).length]).toEqual(['max_turns', 4]);
      expect(chat.state.run).toBeUndefined();
    },
  );

  it('is one turn, however many branches they are, and none when a tool call asks', () => {
    const all = (mode: ChildDefinition['mode']) => led([child(mode, [branch('x'), branch('y'), branch('z')])]);
    for (const mode of ['sequence', 'all'] as const) {
      const chat = ScriptedChat.begun({ ...all(mode), limits: limits({ maxTurns: 3 }) }, script(HANDS_OVER)).run();
      expect([chat.reason, chat.speakers.filter((name) => name === 'lead').length]).toEqual(['handoff_terminate', 2]);
    }
    const asked = ScriptedChat.begun({ ...all('all'), limits: limits({ maxTurns: 1 }) }, script(ASKS)).run();
    expect(asked.reason).toBe('handoff_terminate');
  });

  it('B2: a call of theirs that is too much for what their parents have left is not made', () => {
    const tight = led([child('all', [branch('x')])], { limits: limits({ budgetTokens: 1001 }) });
    const dear = { ...HANDS_OVER, tokens: 995 };
    const chat = ScriptedChat.begun(tight, script(dear)).run();
    expect(chat.requests.map(({ agent: name }) => name)).toEqual(['lead']);
    expect(chat.all('run_completed')[0]).toMatchObject({
      runId: starts(chat)[0]?.runId,
      reason: { code: 'budget_tokens' },
    });
    const whole = led([child('all', [branch('x')])], { limits: limits({ chatBudgetTokens: 1001 }) });
    expect(ScriptedChat.begun(whole, script(dear)).run().requests).toHaveLength(1);
  });

  it('a branch whose definition is gone is failed under its own key, the others go on', () => {
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), script(HANDS_OVER));
    while (starts(chat).length < 2) chat.perform(chat.step);
    const [x = ''] = starts(chat).map(({ runId }) => runId);
    const without = led([child('all', [branch('y')])]);
    for (const { key, step } of nextSteps(chat.state, without)) expect(stepOf(chat.state, without, key)).toEqual(step);
    expect(stepOf(chat.state, without, x)).toMatchObject({ events: [{ type: 'run_failed', runId: x }] });
    expect(stepOf(chat.state, without, `${x}+`)).toBeUndefined();
  });
});

describe('first_success', () => {
  const BAD = ['guardrail', 'budget_usd', 'loop_detected', 'max_tool_calls', 'question_expired', 'max_turns'] as const;

  /** How x ended, before y has begun to speak. */
  function afterEnd(mode: ChildDefinition['mode'], code: EventOf<'run_completed'>['reason']['code']): ScriptedChat {
    const chat = ScriptedChat.begun(led([child(mode, [branch('x'), branch('y')])]), script(HANDS_OVER));
    while (starts(chat).length < 2) chat.perform(chat.step);
    const runId = starts(chat)[0]?.runId ?? '';
    chat.append([{ type: 'run_completed', runId, reason: { code, text: 'So it was.' }, summary: 'Half of it' }]);
    return chat.run();
  }
  const heard = (chat: ScriptedChat) => heardBy(chat, 'lead').at(-1)?.at(-1);

  it.each(BAD)('a branch that %s has stopped is no success', (code) => {
    expect(heard(afterEnd('first_success', code))).toBe('research: y was here');
  });

  it.each(['text_matched', 'tool_finished', 'handoff_terminate', 'no_next_speaker'] as const)(
    'a branch that came to its end (%s) is one',
    (code) => {
      expect(heard(afterEnd('first_success', code))).toBe('research: Half of it');
    },
  );

  it('all: what it leaves is told of, and that it failed; one whose turns were over has only not finished', () => {
    expect(heard(afterEnd('all', 'guardrail'))).toBe('research: x: failed: Half of it\n\ny: y was here');
    expect(heard(afterEnd('all', 'max_turns'))).toBe('research: x: Half of it\n\ny: y was here');
  });

  it('nobody has finished: it has failed, and says what each has left', () => {
    const pattern = { kind: 'round_robin', initialAgent: 'x', maxRounds: 9 } as const;
    const endless = branch('x', { pattern, maxTurns: 1 });
    const chat = ScriptedChat.begun(led([child('first_success', [endless])]), script(ASKS)).run();
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { message: 'x was here' } }]);
  });

  it('sequence: one whose turns were over is built upon', () => {
    const pattern = { kind: 'round_robin', initialAgent: 'x', maxRounds: 9 } as const;
    const branches = [branch('x', { pattern, maxTurns: 1 }), branch('y', { carryover: 'last', message: 'Go on' })];
    const chat = ScriptedChat.begun(led([child('sequence', branches)]), script(HANDS_OVER)).run();
    expect(heardBy(chat, 'y')).toEqual([['You are y.', 'Go on\n\nContext:\nx was here']]);
  });
});
