/** What must hold of finding speakers, whatever the workflow, and wherever a worker dies. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import fc from 'fast-check';
import { seededChoice } from './seeded-choice.ts';
import { speakerWorkflows } from './test-speakers.ts';
import { agent, ScriptedChat, team, tool, type Answer, type Script } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

const tools = [tool('read', { idempotent: true, onInterrupted: 'retry' }), tool('send', { onInterrupted: 'retry' })];
const workflows = speakerWorkflows(
  team(
    ['a', 'b', 'c'].map((name) => agent(name, { tools: ['read', 'send'] })),
    { tools, variables: { n: 0 }, limits: { maxTurns: 9, maxToolCalls: 15 } },
  ),
);

/** Everybody does what they do by what they see alone, so that a run that goes on elsewhere goes on the same way. */
function steady(seed: number): Script {
  const pick = <T>(items: readonly T[], about: string): T | undefined =>
    seededChoice(items, `${String(seed)} ${about}`);
  const answer = ({ agent: name, purpose, messages, tools: offered }: ModelRequest): Answer => {
    const seen = `${name} ${purpose} ${messages.map(({ content }) => content ?? '').join('|')}`;
    const chosen = pick([...offered, undefined, undefined], seen);
    const args: Json = { name: pick(['a', 'b', 'c', 'user', 'Wolf'], seen) ?? '', n: pick([1, 2, 3], seen) ?? 0 };
    return {
      text: pick(['', 'word', 'more'], `${seen} text`) ?? '',
      calls: chosen ? [{ tool: chosen.name, arguments: args }] : [],
    };
  };
  return {
    model: answer,
    tool: ({ tool: { name }, arguments: args }) => {
      const about = `${name} ${JSON.stringify(args)}`;
      const to = pick(['a', 'b', 'c', undefined], about);
      const target = to === undefined ? {} : { target: { kind: 'agent' as const, agent: to } };
      return { ok: true, result: about, ms: 1, set: { n: pick([0, 2, 3, 4, 5, 6, 7], about) ?? 0 }, ...target };
    },
    person: ({ schema }) => pick((schema as { enum: string[] }).enum, JSON.stringify(schema)),
  };
}

/** What a chat came to, without the ids that another worker gives. */
const cameTo = (chat: ScriptedChat) => ({
  speakers: chat.all('speaker_selected').map((event) => [event.agent, event.by, event.candidates, event.reason]),
  handoffs: chat.all('handoff').map((event) => [event.from, event.to, event.by]),
  effects: [...chat.effects.values()].sort(),
  wrong: chat.all('message_aborted').filter(({ reason }) => reason === 'invalid').length,
  reason: chat.reason,
});

/** The worker died after so many commits; what had answered had its effect. Another one goes on to the end. */
function diedAfter(whole: ScriptedChat, commits: number, script: Script): ScriptedChat {
  const chat = whole.upTo(commits);
  const responded = new Set(chat.all('tool_response').map(({ callId }) => callId));
  for (const [callId, effect] of whole.effects) if (responded.has(callId)) chat.effects.set(callId, effect);
  chat.takeOver();
  chat.run();
  for (const { requestId, schema = null } of chat.state.run?.openRequests ?? []) {
    const said = script.person?.({ kind: 'choice', agent: '', prompt: '', schema });
    chat.answer(requestId, said ?? null);
  }
  return chat.run();
}

describe('finding speakers', () => {
  it('N2: ends, with a reason that has a code, whatever the workflow', () => {
    const codes = new Set<string | undefined>();
    const by = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...workflows), (seed, workflow) => {
        const chat = ScriptedChat.begun(workflow, steady(seed)).run();
        expect(chat.state.run).toBeUndefined();
        expect(chat.reason).toBeDefined();
        codes.add(chat.reason);
        for (const event of chat.all('speaker_selected')) by.add(event.by);
        const names = workflow.agents.map(({ name }) => name);
        for (const { agent: name, candidates } of chat.all('speaker_selected')) {
          expect(names).toContain(name);
          if (candidates !== undefined) expect(candidates).toContain(name);
        }
      }),
      { numRuns: 200 },
    );
    // The plays that are made here reach all of it.
    expect(by).toEqual(new Set(['pattern', 'handoff', 'model', 'human', 'after_work']));
    expect([...codes].sort()).toEqual(expect.arrayContaining(['loop_detected', 'max_turns', 'no_next_speaker']));
  });

  it('N1, P3: goes on alike wherever the worker died', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...workflows), (seed, workflow) => {
        const script = steady(seed);
        const whole = ScriptedChat.begun(workflow, script).run();
        // The run has begun: its id is what a choice at random goes by.
        for (let commits = 2; commits < whole.commits.length; commits++) {
          const chat = diedAfter(whole, commits, script);
          expect(cameTo(chat)).toEqual(cameTo(whole));
        }
      }),
      { numRuns: 20 },
    );
  });
});
