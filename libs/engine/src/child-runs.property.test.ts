/** What must hold of child runs whatever models, tools, people, crashes and the order of branches do. */
import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, WorkflowDefinition } from '@colloquy/contracts';
import fc from 'fast-check';
import { nextSteps } from './next.ts';
import { evolve, initialState } from './evolve.ts';
import { runsOf } from './run-tree.ts';
import { branch, child } from './test-children.ts';
import { agent, ScriptedChat, team, tool, type Answer, type Script } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

/** Numbers by a seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const handsTo = (name: string) => ({ target: { kind: 'child', child: name } as const, description: 'x' });
const asks = (name: string, inner: string) => tool(name, { source: { kind: 'child', child: inner } });
const read = tool('read', { idempotent: true, onInterrupted: 'retry' });

/** Child runs in every way: as calls at once, as a turn, and one in another. */
function nestedTeam(mode: 'all' | 'any' | 'first_success', more: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  const tools = ['read', 'fan', 'chain'];
  return team(
    [
      agent('lead', { tools, handoffs: [handsTo('chain_run')] }),
      agent('x', { tools, askPerson: true }),
      agent('y', { tools, handoffs: [handsTo('pair_run')] }),
      agent('z', { tools: ['read'] }),
    ],
    {
      tools: [read, asks('fan', 'fan_run'), asks('chain', 'chain_run')],
      children: [
        child(mode, [branch('x'), branch('y'), branch('z', { history: 'all' })], { name: 'fan_run' }),
        child('sequence', [branch('x'), branch('z', { carryover: 'all' })], { name: 'chain_run' }),
        child(mode, [branch('x'), branch('z')], { name: 'pair_run' }),
      ],
      limits: { maxTurns: 6, maxToolCalls: 40 },
      ...more,
    },
  );
}

/** What was said of a run, without what tells one play of it from another: ids, places, times, and crashes. */
const FLEETING: ReadonlySet<string> = new Set([
  'message_started',
  'message_aborted',
  'tool_started',
  'usage',
  'run_claimed',
]);

function nameOf(event: Extract<ChatEvent, { type: 'run_started' }>, names: ReadonlyMap<string, string>): string {
  const { parentRunId, branch: name, child: of, asked } = event;
  return [names.get(parentRunId ?? ''), of, name, asked].join(' / ');
}

function logOf(events: readonly ChatEvent[]): string[] {
  const names = new Map<string, string>();
  const logs = new Map<string, string[]>();
  for (const event of events) {
    const { runId } = event;
    if (event.type === 'run_started') names.set(event.runId, nameOf(event, names));
    if (runId === undefined || FLEETING.has(event.type)) continue;
    const { seq: _seq, at: _at, ...rest } = event;
    const plain = JSON.stringify(rest, (key, value: unknown) => (IDS.has(key) ? undefined : value));
    logs.set(runId, [...(logs.get(runId) ?? []), plain]);
  }
  return [...logs].map(([runId, lines]) => [names.get(runId) ?? '', ...sortedResponses(lines)].join('\n')).sort();
}

const IDS: ReadonlySet<string> = new Set([
  'runId',
  'messageId',
  'callId',
  'parentRunId',
  'parentCallId',
  'worker',
  'ms',
  'totals',
]);

/** Calls of one reply answer in any order. */
function sortedResponses(lines: readonly string[]): string[] {
  const place = (line: string): boolean => line.includes('"tool_response"');
  return lines.reduce<string[]>((sorted, line) => {
    let at = sorted.length;
    while (place(line) && at > 0 && place(sorted[at - 1] ?? '') && (sorted[at - 1] ?? '') > line) at -= 1;
    return sorted.toSpliced(at, 0, line);
  }, []);
}

describe('a worker that dies while branches go on at once (P3)', () => {
  const workflow = nestedTeam('all');
  /** By what it knows alone: whoever goes on, in whatever order, it says the same. */
  const answers: Record<string, Answer[]> = {
    lead: [
      { text: 'All of you', calls: [{ tool: 'fan' }, { tool: 'chain', arguments: { n: 1 } }, { tool: 'read' }] },
      { text: '', calls: [{ tool: 'transfer_to_chain_run' }] },
      { text: 'Done' },
    ],
    x: [{ calls: [{ tool: 'read', arguments: { of: 'x' } }] }, { text: 'x knows' }],
    y: [{ calls: [{ tool: 'transfer_to_pair_run' }] }, { text: 'y knows' }],
    z: [{ text: 'z knows' }],
  };
  const model = ({ agent: name, messages }: ModelRequest): Answer => {
    const results = messages.filter(({ role }) => role === 'tool').length;
    const heard = messages.filter(({ role, ...about }) => role === 'user' && 'name' in about).length;
    const taken = name === 'lead' ? (heard > 0 ? 2 : results > 0 ? 1 : 0) : Math.min(1, results + heard);
    return answers[name]?.[taken] ?? { text: `${name} knows` };
  };
  const play = (seed: number): Script => ({ model, pick: numbers(seed) });
  const whole = ScriptedChat.begun(workflow, { model }).run();
  const said = (chat: ScriptedChat) =>
    [...chat.state.said].map(({ seq: _seq, ...item }) => ({ ...item, callId: '', messageId: '' }));
  const known = (chat: ScriptedChat) => said(chat).map((item) => JSON.stringify(item));

  it('plays child runs in children of children', () => {
    expect(whole.all('run_started').length).toBeGreaterThan(8);
    expect(whole.state.run).toBeUndefined();
  });

  it('N4: branches that end in any order give the same logs of their runs, and the same state', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const chat = ScriptedChat.begun(workflow, play(seed)).run();
        expect(logOf(chat.events)).toEqual(logOf(whole.events));
        expect(known(chat).sort()).toEqual(known(whole).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('is followed by one that gives the same logs of the runs, wherever it died', () => {
    for (let commits = 2; commits <= whole.commits.length; commits++) {
      const chat = whole.upTo(commits);
      if (chat.state.run !== undefined) chat.takeOver(new Map());
      chat.run();
      expect(logOf(chat.events)).toEqual(logOf(whole.events));
      expect(known(chat).sort()).toEqual(known(whole).sort());
    }
  });
});

describe('whatever happens to child runs', () => {
  const workflows = [
    nestedTeam('all'),
    nestedTeam('any'),
    nestedTeam('first_success', { sequentialTools: true }),
    nestedTeam('any', { titleModel: 'small', limits: { maxTurns: 6, maxToolCalls: 10, budgetTokens: 900 } }),
  ];

  function wild(roll: (below: number) => number): Script {
    return {
      model: (request) => {
        const calls = Array.from({ length: roll(3) }, () => ({
          tool: request.tools[roll(request.tools.length + 1)]?.name ?? 'none',
          arguments: { question: 'Well?', n: roll(3) },
        }));
        return { text: roll(3) === 0 ? '' : `word ${String(roll(9))}`, calls: roll(2) === 0 ? [] : calls };
      },
      tool: () =>
        roll(5) === 0
          ? { ok: false, error: { code: 'x', message: 'No' }, ms: 1 }
          : { ok: true, result: roll(4), ms: 1 },
      person: () => (roll(3) === 0 ? undefined : 'x'),
      pick: roll,
    };
  }

  /** Several runs are in the middle of a model call; then somebody stops them, or their worker dies. */
  function cutOff(chat: ScriptedChat, roll: (below: number) => number): void {
    const shown = new Map<string, string>();
    for (const { step, runId } of chat.steps) {
      if (step.kind !== 'call_model' || step.request.purpose !== 'reply' || roll(2) === 0) continue;
      const messageId = chat.newId();
      chat.append([chat.startOf(step.request, messageId, runId)]);
      shown.set(messageId, 'Half');
    }
    if (chat.state.run === undefined) return;
    if (roll(4) === 0) chat.cancel(shown);
    else chat.takeOver(shown);
    const events = chat.commits.at(-1) ?? [];
    expect(events.filter(({ type }) => type === 'usage')).toHaveLength(shown.size);
  }

  function expectSettled(chat: ScriptedChat): void {
    const used = chat.all('usage');
    expect(chat.state.totals.modelCalls).toBe(used.length);
    expect(chat.state.totals.completionTokens).toBe(used.reduce((sum, event) => sum + event.completionTokens, 0));
    const responses = chat.all('tool_response').map(({ callId }) => callId);
    expect(new Set(responses).size).toBe(responses.length);
    const ends = [...chat.all('run_completed'), ...chat.all('run_cancelled'), ...chat.all('run_failed')];
    expect(new Set(ends.map(({ runId }) => runId)).size).toBe(ends.length);
    const starts = chat.all('run_started').map(({ runId }) => runId);
    expect(new Set(starts).size).toBe(starts.length);
    const going = new Set(runsOf(chat.state.run).map(({ runId }) => runId));
    const over = new Set(ends.map(({ runId }) => runId));
    expect(starts.filter((runId) => !over.has(runId) && !going.has(runId))).toEqual([]);
    if (chat.state.run === undefined) expect(responses).toHaveLength(chat.all('tool_call').length);
  }

  it('N2: the chat comes to rest, every run that began has ended, every call is answered and counted once', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...workflows), (seed, workflow) => {
        const roll = numbers(seed);
        const chat = ScriptedChat.begun(workflow, wild(roll));
        for (let step = 0; step < 80 && chat.step.kind !== 'rest'; step++) {
          if (roll(15) === 0) cutOff(chat, roll);
          const { steps } = chat;
          const planned = steps[roll(steps.length)];
          if (planned !== undefined) chat.perform(planned.step, planned.runId);
        }
        chat.run(3000);
        expectSettled(chat);
      }),
      { numRuns: 150 },
    );
  });

  it('N1: the log up to any commit gives the steps that could be taken there', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...workflows), (seed, workflow) => {
        const chat = ScriptedChat.begun(workflow, wild(numbers(seed)));
        for (let taken = 0; taken < 60 && chat.step.kind !== 'rest'; taken++) {
          const { steps } = chat;
          expect(nextSteps(chat.events.reduce(evolve, initialState), workflow)).toEqual(steps);
          const planned = steps.at(-1);
          if (planned !== undefined) chat.perform(planned.step, planned.runId);
        }
      }),
      { numRuns: 20 },
    );
  });
});
