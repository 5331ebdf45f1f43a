/** What a run keeps of its child runs, event by event. */
import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { count, takeInChildren } from './evolve-children.ts';
import { initialState } from './evolve.ts';
import { branch, child, led } from './test-children.ts';
import { agent, id, ScriptedChat, team, tool } from './test-driver.ts';
import type { RunState } from './types.ts';

const workflow = led([child('all', [branch('x'), branch('y')])]);
const ROOT = id('root');
const X = id('x');
const INNER = id('inner');

const started = (runId: string, more: object = {}) => {
  const about = { workflow: 'team', workflowHash: 'h', engineVersion: 1, trigger: 2, variables: {}, worker: 'w1' };
  return { type: 'run_started', runId, ...about, ...more };
};
const begins = (runId: string, parentRunId: string, more: object = {}) =>
  started(runId, { parentRunId, child: 'research', branch: 'x', mode: 'all', history: 'none', asked: 'Dig', ...more });
const calls = (runId: string, name: string, more: object = {}) => {
  const about = { agent: 'lead', tool: 'ask_team', arguments: {}, messageId: id('m'), approval: 'none' };
  return { type: 'tool_call', runId, callId: id(name), ...about, ...more };
};
const answers = (runId: string, name: string) => {
  return { type: 'tool_response', runId, agent: 'lead', callId: id(name), ok: true, result: 'yes', ms: 1 };
};
const says = (runId: string, text: string) => {
  return { type: 'text', runId, agent: 'lead', messageId: id(text), text, finishReason: 'stop' };
};
const gets = (runId: string) => ({ type: 'speaker_selected', runId, agent: 'lead', by: 'handoff' });
const completes = (runId: string, code: string, more: object = {}) => {
  return { type: 'run_completed', runId, reason: { code, text: 'Enough.' }, ...more };
};
const costs = (runId: string) => {
  const used = { promptTokens: 7, cachedTokens: 0, completionTokens: 2, costMicroUsd: 11, firstTokenMs: 1, ms: 1 };
  const totals = {
    promptTokens: 7,
    cachedTokens: 0,
    completionTokens: 2,
    modelCalls: 1,
    costMicroUsd: 11,
    unpricedCalls: 0,
  };
  return { type: 'usage', runId, agent: 'x', messageId: id('u'), purpose: 'reply', model: 'm', ...used, totals };
};

/** A run of the lead, and what happens then. */
const after = (...events: readonly object[]) => {
  const chat = ScriptedChat.begun(workflow);
  const all = [started(ROOT), gets(ROOT), ...events];
  chat.append(all.map((event) => event as NewEvent));
  return chat;
};
const rootOf = ({ state }: ScriptedChat): RunState => {
  if (state.run === undefined) throw new Error('no run goes on');
  return state.run;
};
/** A child run and one below it. */
const nested = (...events: readonly object[]) => {
  const chat = after(begins(X, ROOT), begins(INNER, X), ...events);
  const root = rootOf(chat);
  const [x] = root.children;
  return { chat, root, x, inner: x?.children[0] };
};
const textsOf = (run: RunState | undefined) =>
  [...(run?.origin?.said ?? [])].map((item) => ('text' in item ? item.text : item.kind));

describe('a child run that begins', () => {
  it('is one of a sequence where the log does not say of what', () => {
    expect(rootOf(after(begins(X, ROOT, { mode: undefined }))).childRuns).toMatchObject([{ mode: 'sequence' }]);
  });

  it.each(['child', 'branch'])('is none when the log does not name its %s', (name) => {
    const root = rootOf(after(begins(X, ROOT, { [name]: undefined })));
    expect([root.runId, root.children, root.childRuns]).toEqual([ROOT, [], []]);
  });

  it('knows of what was said before what is settled only: a call without its response may be itself', () => {
    const said = [says(ROOT, 'So'), calls(ROOT, 'done'), answers(ROOT, 'done'), calls(ROOT, 'open')];
    const [x] = rootOf(after(...said, begins(X, ROOT, { history: 'all' }))).children;
    expect(textsOf(x)).toEqual(['Hello', 'So', 'call', 'result', 'Dig']);
    expect(x?.saidBefore).toBe(4);
  });

  it('that is asked nothing has heard nothing', () => {
    const [x] = rootOf(after(begins(X, ROOT, { asked: undefined }))).children;
    expect(x?.origin?.said.length).toBe(0);
  });
});

describe('a child run that ends', () => {
  const outcomeOf = (end: object) => rootOf(after(begins(X, ROOT), end)).childRuns.map(({ outcome }) => outcome);

  it.each([
    ['was stopped', { type: 'run_cancelled', runId: X, by: 'user-1', commandId: id('c') }],
    ['was not needed', completes(X, 'not_needed')],
  ])('leaves nothing when it %s', (_, end) => {
    const root = rootOf(after(begins(X, ROOT), end));
    expect([root.children, root.childRuns]).toEqual([[], []]);
  });

  it.each([
    ['its summary, by a good end', completes(X, 'text_matched', { summary: 'Found' }), { ok: true, text: 'Found' }],
    ['why it ended, by a limit, without a summary', completes(X, 'deadline'), { ok: false, text: 'Enough.' }],
    ['its summary, by a limit', completes(X, 'deadline', { summary: 'Half' }), { ok: false, text: 'Half' }],
  ])('leaves %s', (_, end, outcome) => {
    expect(outcomeOf(end)).toMatchObject([outcome]);
  });

  it('is gone from its parent, whatever stands above that', () => {
    const claim = { type: 'run_claimed', runId: ROOT, worker: 'w2', attempt: 2 };
    const { root, x } = nested(claim, completes(INNER, 'text_matched', { summary: 'Found' }));
    expect([root.runId, root.childRuns.length, root.children.length]).toEqual([ROOT, 1, 1]);
    expect(x).toMatchObject({ runId: X, children: [], childRuns: [{ runId: INNER, outcome: { text: 'Found' } }] });
  });
});

describe('what child runs of a turn have left', () => {
  const found = [begins(X, ROOT), completes(X, 'text_matched', { summary: 'Found' })];

  it('is said when the turn goes on, and then it is no more', () => {
    const chat = after(...found, gets(ROOT));
    expect(chat.state.said.at(-1)).toMatchObject({ kind: 'agent', agent: 'research', text: 'Found', messageId: X });
    expect(rootOf(chat).childRuns).toEqual([]);
  });

  it('is not said when it is no word', () => {
    const chat = after(begins(X, ROOT), completes(X, 'text_matched'), gets(ROOT));
    expect(chat.state.said.at(-1)).toMatchObject({ kind: 'user', text: 'Hello' });
  });

  it('is not what child runs of a call have left: that is the result of the call', () => {
    const Y = id('y');
    const called = begins(Y, ROOT, { branch: 'y', parentCallId: id('open') });
    const ended = completes(Y, 'text_matched', { summary: 'Secret' });
    const chat = after(calls(ROOT, 'open'), called, ended, ...found, gets(ROOT));
    expect(chat.state.said.at(-1)).toMatchObject({ kind: 'agent', text: 'Found', messageId: X });
    expect(rootOf(chat).childRuns).toMatchObject([{ runId: Y, callId: id('open') }]);
    const alone = after(calls(ROOT, 'open'), called, ended, gets(ROOT));
    expect(alone.state.said.at(-1)).toMatchObject({ kind: 'call' });
    expect(rootOf(alone).childRuns).toMatchObject([{ runId: Y }]);
  });

  it('is nothing in a chat in which no run goes on', () => {
    const event = after().events.at(-1);
    if (event !== undefined) expect(takeInChildren(initialState, event)).toBe(initialState);
  });
});

describe('what a child run does counts above it', () => {
  it('what it uses, in every run above', () => {
    const { root, x, inner } = nested(costs(INNER));
    const used = { tokens: 9, costMicroUsd: 11 };
    expect([root, x, inner]).toMatchObject([used, used, used]);
  });

  it('its tool calls, in every run above', () => {
    const { root, x, inner } = nested(calls(X, 'one'), calls(INNER, 'two'));
    expect([root, x, inner].map((run) => run?.toolCalls)).toEqual([2, 2, 1]);
  });

  it('but not the calls that the engine makes for it: they count nowhere', () => {
    const { root, x, inner } = nested(calls(INNER, 'own', { messageId: id('own') }));
    expect([root, x, inner].map((run) => run?.toolCalls)).toEqual([0, 0, 0]);
  });

  it('claims of all of them begin anew with a piece of work, and with nothing less', () => {
    const claim = { type: 'run_claimed', runId: ROOT, worker: 'w2', attempt: 2 };
    const claimsOf = (event: object) => nested(claim, claim, event).root.claimsInARow;
    expect(claimsOf(costs(INNER))).toBe(2);
    expect(claimsOf(says(INNER, 'Found'))).toBe(0);
  });
});

describe('an amount', () => {
  it.each([[3], [0.5]])('is a number: %p', (value) => {
    expect(count(value)).toBe(value);
  });

  it.each([[-1], [0], [NaN], [null], [undefined], ['5' as unknown as number]])('is none: %p', (value) => {
    expect(count(value)).toBe(0);
  });
});

describe('functions that the engine calls in child runs', () => {
  it('use up no tool call of the run above', () => {
    const afterWork = { kind: 'function', tool: 'route' } as const;
    const lead = agent('lead', { handoffs: [{ target: { kind: 'child', child: 'research' }, description: 'Facts' }] });
    const agents = [lead, agent('x', { afterWork }), agent('y', { afterWork })];
    const children = [child('all', [branch('x'), branch('y')])];
    const limits = { maxTurns: 9, maxToolCalls: 1 };
    const chat = ScriptedChat.begun(team(agents, { tools: [tool('route')], children, limits }), {
      model: ({ agent: name, messages }) =>
        name === 'lead' && messages.length < 3 ? { calls: [{ tool: 'transfer_to_research' }] } : { text: 'Here' },
    }).run();
    expect(chat.all('tool_call')).toHaveLength(2);
    expect(chat.reason).toBe('handoff_terminate');
  });
});
