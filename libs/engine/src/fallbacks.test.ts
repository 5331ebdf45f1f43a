/** Model calls that fail for good: the next model of the agent, the next in the list, or the end of the run. */
import { describe, expect, it } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { failedCallEvents } from './fallbacks.ts';
import { agent, assistant, cutOffOf, ScriptedChat, team, type Script } from './test-driver.ts';
import type { CallInProgress } from './cut-off.ts';

const failure = { code: 'model_unavailable', message: 'Nobody answers there.', retryable: true };
const three = agent('a', { model: 'large', fallbacks: ['small', 'tiny'] });

/** Takes steps; a call of one of the models that are down fails for good. */
function runWithout(down: readonly string[], chat: ScriptedChat, modelName?: Named): ScriptedChat {
  for (let taken = 0; chat.step.kind !== 'rest' && taken < 100; taken++) {
    const { step, runId } = chat.steps[0] ?? { step: chat.step };
    if (step.kind === 'call_model' && down.includes(step.request.model)) fail(chat, { runId, modelName });
    else chat.perform(step, runId);
  }
  return chat;
}

type Named = ((model: string) => string) | undefined;

function fail(
  chat: ScriptedChat,
  { runId, call, modelName }: { runId?: string | undefined; call?: CallInProgress; modelName?: Named } = {},
): void {
  const planned = chat.steps.find((each) => runId === undefined || each.runId === runId);
  if (planned?.step.kind !== 'call_model') throw new Error('nothing is asked of a model');
  const { state, workflow } = chat.seen(planned.runId);
  const { request } = planned.step;
  const named = modelName === undefined ? {} : { modelName };
  chat.append(failedCallEvents(state, workflow, { request, failure, cutOff: cutOffOf(new Map(), call), ...named }));
}

const begun = (workflow: WorkflowDefinition, script: Script = {}) => ScriptedChat.begun(workflow, script);
const models = (chat: ScriptedChat) => chat.requests.map(({ model }) => model);

describe('an agent with models to fall back to', () => {
  it('L1: is answered for by the next one when a model has failed for good, and the log says so', () => {
    const chat = runWithout(['large'], begun(team([three])));
    expect(models(chat)).toEqual(['small']);
    const error = { code: 'model_unavailable', message: 'Nobody answers there.' };
    expect(chat.all('model_changed')).toMatchObject([{ agent: 'a', from: 'large', to: 'small', error }]);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('L1: tries them in their order, and the run fails with the last one', () => {
    const chat = runWithout(['large', 'small', 'tiny'], begun(team([three])));
    expect(chat.all('model_changed').map(({ from, to }) => [from, to])).toEqual([
      ['large', 'small'],
      ['small', 'tiny'],
    ]);
    expect(chat.all('run_failed')[0]?.error).toEqual(failure);
  });

  it.each([
    [['large', 'large'], []],
    [
      ['small', 'large', 'tiny'],
      ['small', 'tiny'],
    ],
    [
      ['small', 'small', 'tiny', 'small'],
      ['small', 'tiny'],
    ],
  ])('L1: asks each of them once, also when %j names one twice', (fallbacks, tried) => {
    const chat = runWithout(['large', 'small', 'tiny'], begun(team([agent('a', { model: 'large', fallbacks })])));
    expect(chat.all('model_changed').map(({ to }) => to)).toEqual(tried);
    expect(chat.all('run_failed')).toHaveLength(1);
  });

  it('L1: asks each of them once, also when one of them is the default', () => {
    const named = (model: string): string => (model === 'default' ? 'large' : model);
    const workflow = team([agent('a', { model: 'default', fallbacks: ['large', 'small', 'default', 'tiny'] })]);
    const chat = runWithout(['default', 'large', 'small', 'tiny'], begun(workflow), named);
    expect(chat.all('model_changed').map(({ from, to }) => [from, to])).toEqual([
      ['default', 'small'],
      ['small', 'tiny'],
    ]);
    expect(chat.all('run_failed')).toHaveLength(1);
  });

  it('stays with the one that answers for the rest of the run, and begins with its own in the next', () => {
    const pattern = { kind: 'round_robin' as const, initialAgent: 'a', maxRounds: 3 };
    const chat = runWithout(['large'], begun(team([three], { pattern })));
    expect(models(chat)).toEqual(['small', 'small', 'small']);
    chat.say('Again');
    expect(models(chat.run()).at(-1)).toBe('large');
  });

  it('L2: goes on with it after a takeover', () => {
    const chat = begun(team([three]));
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    fail(chat);
    const other = chat.upTo(chat.commits.length);
    other.takeOver();
    expect(models(other.run())).toEqual(['small']);
  });

  it('counts what the failed call has used', () => {
    const chat = begun(team([three]));
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    fail(chat, { call: { request: chat.step.request, model: 'large', written: 'Well' } });
    expect(chat.types().slice(-2)).toEqual(['usage', 'model_changed']);
    expect(chat.all('usage')[0]).toMatchObject({ model: 'large', promptTokens: 7, completionTokens: 4, cutOff: true });
  });

  it('has its summaries made by it too, unless they have a model of their own', () => {
    const context = { maxTokens: 20, keepLast: 1, summarize: true };
    const long = 'word '.repeat(60);
    const summarised = (more: object) =>
      ScriptedChat.begun(team([{ ...three, context: { ...context, ...more } }]), {
        model: ({ purpose }) => ({ text: purpose === 'summary' ? 'short' : long }),
      });
    const twice = (chat: ScriptedChat): ScriptedChat => {
      runWithout(['large', 'nano'], chat).say('And?');
      return runWithout(['large', 'nano'], chat);
    };
    const own = twice(summarised({}));
    expect(own.all('usage').map(({ purpose }) => purpose)).toContain('summary');
    expect(own.all('run_failed')).toEqual([]);
    expect(twice(summarised({ model: 'nano' })).all('run_failed')).toHaveLength(1);
  });

  it('in a child run changes nothing for its parent', () => {
    const branch = { history: 'none' as const, carryover: 'none' as const, summary: { kind: 'last_message' as const } };
    const pattern = { kind: 'round_robin' as const, initialAgent: 'b', maxRounds: 1 };
    const children: WorkflowDefinition['children'] = [
      {
        name: 'look',
        title: 'Look',
        description: '',
        mode: 'sequence',
        branches: [{ name: 'look', agents: ['b'], pattern, ...branch }],
        then: { kind: 'terminate' },
      },
    ];
    const first = agent('a', { model: 'fine', afterWork: { kind: 'child', child: 'look' } });
    const chat = runWithout(['large'], begun(team([first, { ...three, name: 'b' }], { children })));
    const [changed] = chat.all('model_changed');
    expect(changed?.runId).toBe(chat.all('run_started')[1]?.runId);
    expect(models(chat)).toEqual(['fine', 'small']);
  });
});

describe('a model call that fails for good', () => {
  it('without a model to fall back to fails the run', () => {
    const chat = runWithout(['default'], begun(assistant));
    expect(chat.types().slice(-1)).toEqual(['run_failed']);
  });

  it('that was to choose a speaker: the next one in the list is, and the log says why', () => {
    const pattern = { kind: 'auto' as const, initialAgent: 'a', model: 'leader', maxRounds: 1 };
    const agents = ['a', 'b', 'c'].map((name) => agent(name, { model: 'fine' }));
    const chat = runWithout(['leader'], begun(team(agents, { pattern })));
    expect(chat.speakers).toEqual(['a', 'b', 'c']);
    expect(chat.all('speaker_selected')[1]).toMatchObject({
      by: 'pattern',
      candidates: ['a', 'b', 'c'],
      reason: 'The model that was to choose failed: Nobody answers there. It is the next one in the list.',
    });
    expect(chat.all('run_failed')).toEqual([]);
  });

  it('that was to make a title: the first words are', () => {
    const chat = runWithout(['small'], begun(team([agent('a')], { titleModel: 'small' })));
    expect([chat.state.title, chat.reason]).toEqual(['Hello', 'handoff_terminate']);
  });

  it('that was to judge: the run fails, since who gives no verdict has let nothing pass', () => {
    const check = { kind: 'model' as const, model: 'judge', instruction: 'Insults' };
    const guardrails = [{ name: 'taste', on: 'output' as const, action: 'stop' as const, check }];
    const chat = runWithout(['judge'], begun(team([three], { guardrails })));
    expect([chat.all('run_failed').length, chat.all('text')]).toEqual([1, []]);
  });
});
