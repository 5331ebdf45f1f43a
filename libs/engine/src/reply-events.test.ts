import { describe, expect, it } from '@jest/globals';
import { replyEvents, toolEvents } from './reply-events.ts';
import { agent, assistant, handsTo, id, ScriptedChat, team, tool } from './test-driver.ts';
import type { ModelRequest, ModelResult } from './types.ts';

/** A chat whose model is being asked, and what it is asked. */
function asked(workflow = assistant): { chat: ScriptedChat; request: ModelRequest } {
  const chat = ScriptedChat.begun(workflow);
  for (;;) {
    const { step } = chat;
    if (step.kind === 'call_model') return { chat, request: step.request };
    chat.perform(step);
  }
}

const result = (more: Partial<ModelResult>): ModelResult => ({
  messageId: id('reply'),
  text: '',
  toolCalls: [],
  finishReason: 'stop',
  model: 'gpt',
  usage: { promptTokens: 3, cachedTokens: 1, completionTokens: 2 },
  costMicroUsd: 50,
  ms: 9,
  firstTokenMs: 4,
  ...more,
});

describe('the request', () => {
  it('offers the agent`s tools, a tool for each handoff, and the question where it may ask', () => {
    const workflow = team(
      [
        agent('a', {
          tools: ['look', 'gone'],
          handoffs: [handsTo('b')],
          askPerson: true,
          model: 'm',
          parameters: { temperature: 0 },
        }),
        agent('b'),
      ],
      { tools: [tool('look'), tool('other')] },
    );
    const { request } = asked(workflow);
    expect(request).toMatchObject({ agent: 'a', purpose: 'reply', model: 'm', parameters: { temperature: 0 } });
    expect(request.tools.map(({ name }) => name)).toEqual(['look', 'transfer_to_b', 'ask_person']);
    expect(request.tools[1]).toMatchObject({
      description: 'When b is wanted',
      inputSchema: { properties: { reason: {} } },
    });
  });
});

describe('replyEvents', () => {
  it('puts reasoning, text, calls, usage and handoff in this order, for one commit', () => {
    const workflow = team([agent('a', { tools: ['pay'], handoffs: [handsTo('b')] }), agent('b')], {
      tools: [tool('pay', { approval: 'required' })],
    });
    const { chat, request } = asked(workflow);
    const toolCalls = ['pay', 'transfer_to_b', 'odd'].map((name) => ({
      callId: id(name),
      tool: name,
      arguments: '{broken',
    }));
    const reasoning = { messageId: id('thought'), text: 'Hm', ms: 3 };
    const events = replyEvents(chat.state, workflow, {
      request,
      result: result({ text: 'Yes', toolCalls, reasoning }),
    });
    expect(events.map(({ type }) => type)).toEqual([
      'message_started',
      'reasoning',
      'message_started',
      'text',
      'tool_call',
      'tool_call',
      'usage',
      'handoff',
    ]);
    expect(events.filter(({ type }) => type === 'tool_call')).toMatchObject([
      { tool: 'pay', arguments: '{broken', approval: 'required', messageId: id('reply') },
      { tool: 'odd', approval: 'none' },
    ]);
    chat.append(events);
    expect(chat.state.run?.openMessages).toEqual([]);
  });

  it('does not start a message again that was streamed, and ends one that was streamed without text', () => {
    const { chat, request } = asked();
    chat.append([chat.startOf(request, id('reply'))]);
    const whole = replyEvents(chat.state, assistant, { request, result: result({ text: 'Hi' }) });
    expect(whole.map(({ type }) => type)).toEqual(['text', 'usage']);
    const toolCalls = [{ callId: id('call'), tool: 'x', arguments: {} }];
    const silent = replyEvents(chat.state, assistant, { request, result: result({ toolCalls }) });
    expect(silent.map(({ type }) => type)).toEqual(['text', 'tool_call', 'usage']);
  });

  it('P7: counts totals over the chat; an unknown price adds nothing', () => {
    const { chat, request } = asked();
    chat.append(replyEvents(chat.state, assistant, { request, result: result({ text: 'a' }) }));
    chat.append(
      replyEvents(chat.state, assistant, {
        request,
        result: result({ text: 'b', messageId: id('two'), costMicroUsd: null }),
      }),
    );
    const totals = { promptTokens: 6, cachedTokens: 2, completionTokens: 4, costMicroUsd: 50, modelCalls: 2 };
    expect(chat.all('usage').at(-1)).toMatchObject({ costMicroUsd: null, firstTokenMs: 4, model: 'gpt', totals });
    expect(chat.state.totals).toEqual(totals);
    expect(chat.state.run).toMatchObject({ tokens: 10, costMicroUsd: 50 });
  });

  it('is nothing when the run was stopped meanwhile', () => {
    const { chat, request } = asked();
    chat.cancel();
    expect(replyEvents(chat.state, assistant, { request, result: result({ text: 'late' }) })).toEqual([]);
  });
});

describe('toolEvents', () => {
  const workflow = team([agent('a', { tools: ['look'] })], { tools: [tool('look')] });
  const running = () => {
    const chat = ScriptedChat.begun(workflow, { model: () => ({ calls: [{ tool: 'look' }] }) });
    for (;;) {
      const { step } = chat;
      if (step.kind === 'run_tools') return { chat, run: step.calls[0] };
      chat.perform(step);
    }
  };

  it('is one response with all that the tool wants', () => {
    const { chat, run } = running();
    if (run === undefined) throw new Error('no call');
    const answer = { ok: true, result: 1, ms: 2, truncated: true, set: { x: 1 }, target: { kind: 'stay' } } as const;
    const { callId } = run;
    const runId = chat.state.run?.runId;
    expect(toolEvents(chat.state, chat.workflow, { run, result: answer })).toEqual([
      { type: 'tool_response', runId, agent: 'a', callId, ...answer },
    ]);
  });

  it('is nothing when the run was stopped meanwhile, or the call was answered', () => {
    const { chat, run } = running();
    if (run === undefined) throw new Error('no call');
    chat.cancel();
    expect(toolEvents(chat.state, chat.workflow, { run, result: { ok: true, result: 1, ms: 2 } })).toEqual([]);
  });
});
