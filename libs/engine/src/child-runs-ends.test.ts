/** Child runs, a person and limits: what reaches the whole tree. */
import { describe, expect, it } from '@jest/globals';
import { failureEvents, tooManyAttempts } from './end-run.ts';
import { nextSteps } from './next.ts';
import { statusOf } from './status-of.ts';
import { ASKS, branch, child, ends, HANDS_OVER, heardBy, led, script, starts } from './test-children.ts';
import { cutOffOf, id, ScriptedChat, type Answer, type Script } from './test-driver.ts';
import { timersOf } from './timers-of.ts';

describe('a person and child runs', () => {
  it('a question of one waits, the others go on, and the chat waits when nothing else can', () => {
    const ask: Answer = { calls: [{ tool: 'ask_person', arguments: { question: 'Which?' } }] };
    const { model: others } = script(HANDS_OVER);
    const model: Script['model'] = (request) => {
      const asks = request.agent === 'x' && !request.messages.some(({ role }) => role === 'tool');
      return asks ? ask : (others?.(request) ?? {});
    };
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), { model }).run();
    expect(chat.all('text').flatMap(({ text }) => (text === '' ? [] : [text]))).toEqual(['y was here']);
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(chat.answer(chat.pending, 'This one').verdict).toBe('accepted');
    chat.run();
    expect(chat.all('input_response')[0]?.runId).toBe(starts(chat)[0]?.runId);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('who stops the run stops the whole tree, children first, and every open call has its response', () => {
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), script(ASKS));
    while (starts(chat).length === 0) chat.perform(chat.step);
    chat.cancel();
    const [root, x, y] = chat.all('run_started').map(({ runId }) => runId);
    expect(chat.all('run_cancelled').map(({ runId }) => runId)).toEqual([x, y, root]);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'cancelled' } }]);
    expect(chat.state.run).toBeUndefined();
  });

  it('each call that is cut off at once is counted, and the totals are their sum', () => {
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])]), script(HANDS_OVER));
    while (starts(chat).length === 0) chat.perform(chat.step);
    // Both are chosen, then both speak.
    for (const { step, runId } of chat.steps) chat.perform(step, runId);
    const shown = new Map<string, string>();
    for (const { step, runId } of chat.steps) {
      const messageId = id(`half-${String(shown.size)}`);
      if (step.kind === 'call_model') chat.append([chat.startOf(step.request, messageId, runId)]);
      shown.set(messageId, 'Half');
    }
    const before = chat.state.totals;
    chat.cancel(shown);
    const lost = chat.commits.at(-1)?.filter((event) => event.type === 'usage') ?? [];
    expect(chat.commits.at(-1)?.filter(({ type }) => type === 'message_aborted')).toHaveLength(2);
    expect(lost).toHaveLength(2);
    expect(chat.state.totals.modelCalls).toBe(before.modelCalls + 2);
    expect(chat.state.totals.completionTokens).toBe(before.completionTokens + 8);
  });
});

describe('limits', () => {
  it('a budget of the parent ends the whole tree before the next thing that costs', () => {
    const workflow = led([child('all', [branch('x'), branch('y')])], {
      limits: { maxTurns: 20, maxToolCalls: 20, budgetTokens: 1000 },
    });
    const said = script(HANDS_OVER).model;
    const dear: Script['model'] = (request) => ({ ...said?.(request), tokens: 495 });
    const chat = ScriptedChat.begun(workflow, { model: dear }).run();
    expect(chat.reason).toBe('budget_tokens');
    expect(chat.all('usage')).toHaveLength(2);
    expect(chat.state.run).toBeUndefined();
    expect(ends(chat).map(([code]) => code)).toEqual(['handoff_terminate', 'not_needed', 'budget_tokens']);
  });

  it('a budget of a branch ends that branch, and its parent goes on', () => {
    const pattern = { kind: 'round_robin', initialAgent: 'x', maxRounds: 9 } as const;
    const workflow = led([child('sequence', [branch('x', { pattern, budgetTokens: 500 })])]);
    const said = script(HANDS_OVER).model;
    const dear: Script['model'] = (request) => ({ ...said?.(request), tokens: 495 });
    const chat = ScriptedChat.begun(workflow, { model: dear }).run();
    expect(chat.requests.map(({ agent }) => agent)).toEqual(['lead', 'x', 'lead']);
    expect(ends(chat).map(([code]) => code)).toEqual(['budget_tokens', 'handoff_terminate']);
  });
});

describe('the end of the run', () => {
  const begunBranches = (more: Parameters<typeof led>[1] = {}) => {
    const chat = ScriptedChat.begun(led([child('all', [branch('x'), branch('y')])], more), script(ASKS));
    while (starts(chat).length === 0) chat.perform(chat.step);
    return chat;
  };
  const lastTypes = (chat: ScriptedChat) => chat.commits.at(-1)?.map(({ type }) => type);

  it('by its deadline ends its child runs with it', () => {
    const chat = begunBranches({ limits: { maxTurns: 9, maxToolCalls: 9, deadlineMs: 60_000 } });
    chat.fire(timersOf(chat.state)[0]);
    expect(lastTypes(chat)).toEqual(['run_completed', 'run_completed', 'tool_response', 'run_completed']);
    expect(ends(chat).map(([code]) => code)).toEqual(['not_needed', 'not_needed', 'deadline']);
  });

  it('as poison ends its child runs with it: claims count for the whole tree, and work of any of them sets them back', () => {
    const chat = begunBranches();
    for (let claims = 0; claims < 4; claims++) chat.takeOver(new Map());
    chat.perform(chat.steps[0]?.step ?? chat.step, chat.steps[0]?.runId);
    expect(chat.state.run?.claimsInARow).toBe(0);
    for (let claims = 0; claims < 5; claims++) chat.takeOver(new Map());
    expect(tooManyAttempts(chat.state)).toBe(true);
    const about = { code: 'too_many_attempts', message: 'Too often', retryable: false };
    chat.append(failureEvents(chat.state, { ...about, ...cutOffOf() }));
    expect(chat.all('run_failed').map(({ runId }) => runId)).toEqual([chat.all('run_started')[0]?.runId]);
    expect(chat.state.run).toBeUndefined();
  });

  it('by a question that a child run has put and nobody answers, where the workflow says so', () => {
    const questionExpiry = { afterMs: 1000, then: 'end_run' } as const;
    const workflow = led([child('all', [branch('x'), branch('y')])]);
    const agents = workflow.agents.map((each) => ({ ...each, questionExpiry }));
    const ask: Answer = { calls: [{ tool: 'ask_person', arguments: { question: 'Which?' } }] };
    const model: Script['model'] = ({ agent: name }) => (name === 'lead' ? HANDS_OVER : ask);
    const chat = ScriptedChat.begun({ ...workflow, agents }, { model }).run();
    expect(timersOf(chat.state).map(({ kind }) => kind)).toEqual(['expiry', 'expiry']);
    expect(statusOf(chat.state)).toBe('waiting');
    chat.fire(timersOf(chat.state)[1]);
    expect(chat.reason).toBe('question_expired');
    expect(chat.state.run).toBeUndefined();
  });

  it('of a branch whose definition is gone is a failure that its parent hears of', () => {
    const chat = begunBranches();
    const workflow = led([child('all', [branch('y')])]);
    const [lost] = nextSteps(chat.state, workflow);
    expect(lost?.step).toMatchObject({ events: [{ type: 'run_failed', error: { code: 'definition_missing' } }] });
  });
});

describe('an inner group', () => {
  it('has agents and a pattern of its own, and hears what was said last (AG2: of an inner group the one before it)', () => {
    const pattern = { kind: 'round_robin', initialAgent: 'y', maxRounds: 1 } as const;
    const group = branch('group', { agents: ['x', 'y', 'z'], pattern });
    const chat = ScriptedChat.begun(
      led([child('sequence', [group])]),
      script({ ...HANDS_OVER, text: 'Facts please' }),
    ).run();
    expect(chat.speakers).toEqual(['lead', 'y', 'x', 'z', 'lead']);
    expect(starts(chat)[0]?.asked).toBe('Facts please');
    expect(heardBy(chat, 'x')).toEqual([['You are x.', 'Facts please', 'y: y was here']]);
    expect(ends(chat)[0]).toEqual(['max_rounds', 'z was here']);
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: z was here');
  });

  it('leaves what its own agents said, not what its parent said before', () => {
    const silent = branch('x', { history: 'all', maxTurns: 1 });
    const model: Script['model'] = ({ agent: name, messages }) =>
      name === 'lead' && messages.length < 4 ? { ...HANDS_OVER, text: 'Said before' } : { text: '' };
    const chat = ScriptedChat.begun(led([child('sequence', [silent])]), { model });
    for (let taken = 0; chat.all('run_completed').length === 0; taken++) {
      if (taken > 50) throw new Error('no end');
      chat.perform(chat.step, chat.steps[0]?.runId);
    }
    expect(ends(chat)[0]?.[1]).toBe('');
  });
});
