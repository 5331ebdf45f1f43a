/** Child runs: nested chats, sub-agents as tools, branches at once, and how they are joined. */
import { describe, expect, it } from '@jest/globals';
import type { ChildDefinition } from '@colloquy/contracts';
import { MAX_DEPTH } from './run-tree.ts';
import { ASKS, branch, child, ends, HANDS_OVER, heardBy, led, script, starts } from './test-children.ts';
import { ScriptedChat, tool } from './test-driver.ts';

describe('a turn that is handed to child runs', () => {
  const nested = led([child('sequence', [branch('x')])]);

  it('begins one with a message, goes back with its summary, and ends with the run (AG2: nested chat)', () => {
    const chat = ScriptedChat.begun(nested, script(HANDS_OVER)).run();
    const [root, inner] = chat.all('run_started');
    expect(inner).toMatchObject({ parentRunId: root?.runId, child: 'research', branch: 'x', asked: 'Hello' });
    expect(chat.speakers).toEqual(['lead', 'x', 'lead']);
    expect(heardBy(chat, 'x')).toEqual([['You are x.', 'Hello']]);
    expect(heardBy(chat, 'lead').at(-1)).toEqual(['You are lead.', 'Hello', 'research: x was here']);
    expect(ends(chat)).toEqual([
      ['handoff_terminate', 'x was here'],
      ['handoff_terminate', undefined],
    ]);
    expect(chat.state.run).toBeUndefined();
  });

  it('as an after-work too, where a nested chat of AG2 crashes', () => {
    const afterWork = { kind: 'child', child: 'research' } as const;
    const agents = nested.agents.map((each) => (each.name === 'lead' ? { ...each, afterWork } : each));
    const then = { kind: 'terminate' } as const;
    const workflow = { ...nested, agents, children: [child('sequence', [branch('x')], { then })] };
    const chat = ScriptedChat.begun(workflow, script({ text: 'I ask them.' })).run();
    expect(chat.speakers).toEqual(['lead', 'x']);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('tells of its nesting in each event, where the events of AG2 are flat', () => {
    const chat = ScriptedChat.begun(nested, script(HANDS_OVER)).run();
    const inner = starts(chat)[0]?.runId;
    const said = chat.all('text').filter(({ agent: name }) => name === 'x');
    expect(said.map(({ runId }) => runId)).toEqual([inner]);
    expect(chat.all('run_completed').map(({ runId }) => runId)[0]).toBe(inner);
  });

  it('counts what child runs use in the run and in the chat, where AG2 counts none of it', () => {
    const chat = ScriptedChat.begun(nested, script(HANDS_OVER));
    let tokens = 0;
    while (chat.step.kind !== 'rest') {
      tokens = Math.max(tokens, chat.state.run?.tokens ?? 0);
      chat.perform(chat.step, chat.steps[0]?.runId);
    }
    const used = chat.all('usage').reduce((sum, event) => sum + event.promptTokens + event.completionTokens, 0);
    expect(chat.state.totals.modelCalls).toBe(3);
    expect(tokens).toBe(used);
    expect(chat.state.totals.promptTokens + chat.state.totals.completionTokens).toBe(used);
  });

  it('goes on where `then` says', () => {
    const then = { kind: 'agent', agent: 'z' } as const;
    const chat = ScriptedChat.begun(led([child('sequence', [branch('x')], { then })]), script(HANDS_OVER)).run();
    expect(chat.speakers).toEqual(['lead', 'x', 'z']);
    expect(heardBy(chat, 'z')[0]).toContain('research: x was here');
  });

  it('keeps variables apart: a child has a copy, and what it sets stays with it', () => {
    const workflow = led([child('sequence', [branch('x', { message: 'Look at {subject}' })])], {
      variables: { subject: 'tides' },
    });
    const set = { subject: 'winds' };
    const chat = ScriptedChat.begun(
      workflow,
      script(HANDS_OVER, {
        model: (request) => {
          if (request.agent === 'lead') return request.messages.length > 2 ? { text: 'Done' } : HANDS_OVER;
          return request.messages.length > 2 ? { text: 'I noted it' } : { calls: [{ tool: 'note' }] };
        },
        tool: () => ({ ok: true, result: 'noted', ms: 1, set }),
      }),
    );
    let variables: unknown;
    while (chat.step.kind !== 'rest') {
      variables = chat.state.run?.variables ?? variables;
      chat.perform(chat.step, chat.steps[0]?.runId);
    }
    expect(heardBy(chat, 'x')[0]).toContain('Look at tides');
    expect(variables).toEqual({ subject: 'tides' });
  });

  it.each([
    ['none', ['You are y.', 'Hello']],
    ['last', ['You are y.', 'Hello\n\nContext:\nx was here']],
  ] as const)('carries %s of the branches before it over in a sequence', (carryover, heard) => {
    const chat = ScriptedChat.begun(
      led([child('sequence', [branch('x'), branch('y', { carryover })])]),
      script(HANDS_OVER),
    ).run();
    expect(heardBy(chat, 'y')).toEqual([heard]);
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: y was here');
  });

  it('carries all summaries over, and knows the history of its parent when it is to', () => {
    const third = branch('z', { carryover: 'all', history: 'all', message: 'Sum up' });
    const chat = ScriptedChat.begun(
      led([child('sequence', [branch('x'), branch('y'), third])]),
      script(HANDS_OVER),
    ).run();
    expect(heardBy(chat, 'z')).toEqual([['You are z.', 'Hello', 'Sum up\n\nContext:\nx was here\n\ny was here']]);
  });
});

describe('branches at once', () => {
  const fan = led([child('all', [branch('x'), branch('y'), branch('z')])]);

  it('all begin in one commit, and each can take its step', () => {
    const chat = ScriptedChat.begun(fan, script(HANDS_OVER));
    while (starts(chat).length === 0) chat.perform(chat.step);
    expect(chat.commits.at(-1)?.map(({ type }) => type)).toEqual(['run_started', 'run_started', 'run_started']);
    expect(chat.steps.map(({ runId }) => runId)).toEqual(starts(chat).map(({ runId }) => runId));
  });

  it('begin with the variables of their parent, which are not said again: many branches fit into one commit', () => {
    const subject = 'x'.repeat(200_000);
    const { children = [], ...rest } = fan;
    const chat = ScriptedChat.begun({ ...rest, children, variables: { subject } }, script(HANDS_OVER));
    while (starts(chat).length === 0) chat.perform(chat.step);
    expect(starts(chat).map(({ variables }) => variables)).toEqual([{}, {}, {}]);
    expect(chat.state.run?.children.map(({ variables }) => variables)).toEqual([{ subject }, { subject }, { subject }]);
    expect(JSON.stringify(chat.commits.at(-1)).length).toBeLessThan(10_000);
  });

  it.each([[(): number => 0], [(steps: number) => steps - 1]])(
    'are joined in the order in which they are written, whichever is the faster (%#)',
    (pick) => {
      const chat = ScriptedChat.begun(fan, script(HANDS_OVER, { pick })).run();
      expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: x: x was here\n\ny: y was here\n\nz: z was here');
    },
  );

  it('any: the first end counts, the others are not needed', () => {
    const chat = ScriptedChat.begun(led([child('any', [branch('x'), branch('y')])]), script(HANDS_OVER)).run();
    expect(ends(chat).map(([code]) => code)).toEqual(['handoff_terminate', 'not_needed', 'handoff_terminate']);
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: x was here');
  });

  const failing = (name: string) => (chat: ScriptedChat) => {
    const run = chat.all('run_started').find((event) => event.branch === name);
    chat.append([
      { type: 'run_failed', runId: run?.runId ?? '', error: { code: 'x', message: 'It broke', retryable: false } },
    ]);
  };
  const begunBranches = (mode: ChildDefinition['mode']) => {
    const chat = ScriptedChat.begun(led([child(mode, [branch('x'), branch('y')])]), script(HANDS_OVER));
    while (starts(chat).length === 0) chat.perform(chat.step);
    return chat;
  };

  it('first_success: a failure does not count as long as another one may succeed', () => {
    const chat = begunBranches('first_success');
    failing('x')(chat);
    chat.run();
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: y was here');
  });

  it('a branch that failed is told of, and ends neither the others nor the run', () => {
    const chat = begunBranches('all');
    failing('y')(chat);
    chat.run();
    expect(heardBy(chat, 'lead').at(-1)?.at(-1)).toBe('research: x: x was here\n\ny: failed: It broke');
    expect(chat.reason).toBe('handoff_terminate');
  });
});

describe('a sub-agent as a tool', () => {
  const asked = led([child('all', [branch('x', { message: 'Please {args.task} {args.depth} m' })])]);

  it('is asked by the arguments of the call, and its summary is the result', () => {
    const chat = ScriptedChat.begun(asked, script(ASKS)).run();
    expect(starts(chat)[0]).toMatchObject({
      parentCallId: chat.all('tool_call')[0]?.callId,
      asked: 'Please dig 2 m',
    });
    expect(chat.all('tool_response')).toMatchObject([{ ok: true, result: 'x was here' }]);
    expect(chat.all('tool_started')).toEqual([]);
  });

  it('is not asked by arguments that its schema refuses: the model learns what is wrong', () => {
    const source = { kind: 'child' as const, child: 'research' };
    const inputSchema = { type: 'object', properties: { task: { type: 'string' } }, required: ['task', 'due'] };
    const strict = { ...asked, tools: [tool('ask_team', { source, inputSchema }), tool('note')] };
    const chat = ScriptedChat.begun(strict, script(ASKS)).run();
    expect(starts(chat)).toEqual([]);
    expect(chat.all('tool_response')).toMatchObject([
      { ok: false, error: { code: 'invalid_arguments', message: 'The arguments must have "due".' } },
    ]);
  });

  it('goes on at once with other calls of the same reply, each with its own runs', () => {
    const calls = [1, 2].map((n) => ({ tool: 'ask_team', arguments: { task: `dig${String(n)}` } }));
    const chat = ScriptedChat.begun(asked, script({ calls: [...calls, { tool: 'note' }] }));
    while (starts(chat).length === 0) chat.perform(chat.step);
    expect(chat.steps.map(({ step }) => step.kind)).toEqual(['run_tools', 'decide', 'decide']);
    chat.run();
    expect(new Set(starts(chat).map(({ runId }) => runId)).size).toBe(2);
    expect(chat.all('tool_response')).toHaveLength(3);
  });

  it('that fails is a failed response to its call', () => {
    const chat = ScriptedChat.begun(asked, script(ASKS));
    while (starts(chat).length === 0) chat.perform(chat.step);
    const runId = starts(chat)[0]?.runId ?? '';
    chat.append([{ type: 'run_failed', runId, error: { code: 'x', message: 'It broke', retryable: false } }]);
    chat.run();
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'child_failed' } }]);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('one after the other where the workflow says so', () => {
    const calls = [1, 2].map((n) => ({ tool: 'ask_team', arguments: { n } }));
    const chat = ScriptedChat.begun({ ...asked, sequentialTools: true }, script({ calls }));
    while (starts(chat).length === 0) chat.perform(chat.step);
    expect(chat.steps).toHaveLength(1);
    chat.run();
    expect(chat.types().filter((type) => type === 'run_started' || type === 'tool_response')).toEqual([
      'run_started',
      'run_started',
      'tool_response',
      'run_started',
      'tool_response',
    ]);
  });

  it('is refused below the deepest place', () => {
    const agents = asked.agents.map((each) => (each.name === 'x' ? { ...each, tools: ['ask_team'] } : each));
    const chat = ScriptedChat.begun(
      { ...asked, agents },
      { model: ({ messages }) => (messages.some(({ role }) => role === 'tool') ? { text: 'Done' } : ASKS) },
    ).run();
    expect(starts(chat)).toHaveLength(MAX_DEPTH);
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: false, error: { code: 'too_deep' } });
    expect(chat.reason).toBe('handoff_terminate');
  });
});
