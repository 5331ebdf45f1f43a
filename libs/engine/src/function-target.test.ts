/** A tool that says where the turn goes; re-expresses AG2's test_function_targets. */
import { describe, expect, it } from '@jest/globals';
import type { Json, Target } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';
import type { ToolResult } from './types.ts';

const route: Target = { kind: 'function', tool: 'route' };
const workflow = team([agent('a', { afterWork: route }), agent('b'), agent('c')], {
  tools: [tool('route', { onInterrupted: 'retry' }), tool('other')],
  limits: { maxTurns: 4, maxToolCalls: 6 },
});
const answering = (result: Partial<Extract<ToolResult, { ok: true }>>, more: Script = {}) =>
  ScriptedChat.begun(workflow, { tool: () => ({ ok: true, result: null, ms: 1, ...result }), ...more }).run();

describe('a tool that says where the turn goes', () => {
  it('is told who hands over and what was said last; the variables stay private', () => {
    const chat = answering({ target: { kind: 'agent', agent: 'b' } });
    expect(chat.all('tool_call')).toMatchObject([
      { agent: 'a', tool: 'route', arguments: { from: 'a', text: 'a is here.' }, approval: 'none' },
    ]);
    const [call] = chat.all('tool_call');
    expect(call?.callId).toBe(call?.messageId);
  });

  it('may say it by its target, or by its result alone: a name', () => {
    expect(answering({ target: { kind: 'agent', agent: 'c' } }).speakers).toEqual(['a', 'c']);
    expect(answering({ result: ' b ' }).speakers).toEqual(['a', 'b']);
    expect(answering({ result: 'terminate' }).reason).toBe('handoff_terminate');
    expect(answering({ result: 'user' }).reason).toBe('no_next_speaker');
    expect(answering({ result: 'b', target: { kind: 'terminate' } }).reason).toBe('handoff_terminate');
  });

  it('may have somebody else choose, or another tool', () => {
    const chosen = answering({ target: { kind: 'ask_user', candidates: ['b', 'c'] } }, { person: () => 'c' });
    expect(chosen.speakers).toEqual(['a', 'c']);
    const chain = answering(
      {},
      {
        tool: (run) => ({
          ok: true,
          ms: 1,
          result: null,
          target: run.tool.name === 'route' ? { kind: 'function', tool: 'other' } : { kind: 'agent', agent: 'b' },
        }),
      },
    );
    expect([chain.speakers, chain.all('tool_call').map(({ tool: name }) => name)]).toEqual([
      ['a', 'b'],
      ['route', 'other'],
    ]);
  });

  it('sets variables, in one commit with where the turn goes', () => {
    const chat = answering({ set: { desk: 'b' }, target: { kind: 'agent', agent: 'b' } });
    const commit = chat.commits.find((events) => events.some(({ type }) => type === 'context_updated'));
    expect(commit?.map(({ type }) => type)).toEqual(['context_updated', 'handoff', 'speaker_selected']);
    expect(chat.all('context_updated')).toMatchObject([{ set: { desk: 'b' } }]);
  });

  it('that fails, or names nobody, ends the run and says so', () => {
    const results: Json[] = [null, 'ghost', 7, { agent: 'b' }];
    for (const result of results) expect(answering({ result }).reason).toBe('no_next_speaker');
    const failed = answering({}, { tool: () => ({ ok: false, error: { code: 'x', message: 'b' }, ms: 1 }) });
    expect(failed.all('run_completed')[0]?.reason).toEqual({
      code: 'no_next_speaker',
      text: '"route" did not say who speaks next.',
    });
    expect(answering({ target: { kind: 'agent', agent: 'ghost' } }).reason).toBe('no_next_speaker');
  });

  it('that names itself ends the run', () => {
    expect(answering({ target: route }).reason).toBe('no_next_speaker');
  });

  it('is called again in each turn, under another id', () => {
    const chat = answering({ target: { kind: 'agent', agent: 'a' } });
    const ids = chat.all('tool_call').map(({ callId }) => callId);
    expect([new Set(ids).size, chat.reason, chat.speakers]).toEqual([4, 'max_turns', ['a', 'a', 'a', 'a']]);
  });

  it('is a tool as any other to a takeover: it is asked what becomes of a call that had started', () => {
    const chat = ScriptedChat.begun(workflow, { tool: () => ({ ok: true, result: 'b', ms: 1 }) });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const { step } = chat;
    const runId = chat.state.run?.runId ?? '';
    chat.append(step.calls.map(({ callId, attempt }) => ({ type: 'tool_started', runId, callId, attempt })));
    chat.takeOver();
    expect(chat.step).toMatchObject({ kind: 'run_tools', calls: [{ callId: step.calls[0]?.callId, attempt: 2 }] });
    expect(chat.run().speakers).toEqual(['a', 'b']);
  });

  it('[M] leaves no trace in what agents hear', () => {
    const chat = answering({ result: 'b' });
    expect(chat.requests[1]?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'You are b.'],
      ['user', 'Hello'],
      ['user', 'a: a is here.'],
    ]);
  });

  it('that names another one, which names it again, comes to an end', () => {
    const chat = answering(
      {},
      {
        tool: (run) => ({
          ok: true,
          ms: 1,
          result: null,
          target: { kind: 'function', tool: run.tool.name === 'route' ? 'other' : 'route' },
        }),
      },
    );
    expect(chat.reason).toBe('loop_detected');
    expect(chat.all('tool_call').length).toBeLessThan(12);
  });

  it('may be one of a long chain: each is asked once', () => {
    const names = Array.from({ length: 14 }, (_, index) => `f${String(index)}`);
    const first: Target = { kind: 'function', tool: 'f0' };
    const chain = team([agent('a', { afterWork: first }), agent('b')], { tools: names.map((name) => tool(name)) });
    const chat = ScriptedChat.begun(chain, {
      tool: ({ tool: { name } }) => {
        const following = names[names.indexOf(name) + 1];
        const to: Target =
          following === undefined ? { kind: 'agent', agent: 'b' } : { kind: 'function', tool: following };
        return { ok: true, ms: 1, result: null, target: to };
      },
    }).run();
    expect(chat.speakers).toEqual(['a', 'b']);
  });
});
