import { describe, expect, it } from '@jest/globals';
import { parseChatRequest } from './chat-request.ts';
import { countTokens } from './count-tokens.ts';
import { loadScripts } from './load-scripts.ts';
import { writeReply } from './write-reply.ts';
import type { Reply } from './reply.ts';

const scripts = loadScripts();

const TOOLS = {
  search_docs: { query: { type: 'string' } },
  lookup_order: { orderId: { type: 'string' } },
  refund_order: { orderId: { type: 'string' }, amount: { type: 'number' }, reason: { type: 'string' } },
  transfer_to_billing: {},
  transfer_to_technical: {},
} as const;

type ToolName = keyof typeof TOOLS;

interface Scene {
  readonly system?: string;
  readonly tools?: readonly ToolName[];
  readonly said: string;
  /** Tools called since, with what they answered. */
  readonly answers?: readonly (readonly [ToolName, unknown])[];
}

function play(scene: Scene): Reply {
  const answers = (scene.answers ?? []).flatMap(([name, answer], index) => {
    const call = { id: `call-${index}`, type: 'function', function: { name, arguments: '{}' } };
    return [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: call.id, content: typeof answer === 'string' ? answer : JSON.stringify(answer) },
    ];
  });
  const tools = (scene.tools ?? []).map((name) => ({
    type: 'function',
    function: { name, parameters: { type: 'object', properties: TOOLS[name], required: Object.keys(TOOLS[name]) } },
  }));
  const system = { role: 'system', content: scene.system ?? 'You are an agent.' };
  const messages = [system, { role: 'user', content: scene.said }, ...answers];
  return writeReply(parseChatRequest({ model: 'demo', messages, tools }), scripts);
}

function callsOf(reply: Reply): unknown[] {
  return reply.calls.map((call) => [call.tool, JSON.parse(call.arguments) as unknown]);
}

describe('assistant', () => {
  it('searches for the words that matter', () => {
    const reply = play({ said: 'Hello, can you tell me how a chat survives a crash?', tools: ['search_docs'] });
    expect(callsOf(reply)).toEqual([['search_docs', { query: 'chat survives crash' }]]);
    expect(reply.text).toContain('chat survives crash');
  });

  it('quotes what it found, at a length that is seen to stream', () => {
    const found = { results: [{ title: 'Crash safety', excerpt: 'A chat is its log.', path: 'docs/a.md' }] };
    const reply = play({ said: 'How does a chat survive?', tools: ['search_docs'], answers: [['search_docs', found]] });
    expect(reply.calls).toEqual([]);
    expect(reply.text).toContain('**Crash safety**\n\n> A chat is its log.');
    expect(countTokens(reply.text)).toBeGreaterThan(150);
    expect(countTokens(reply.text)).toBeLessThan(400);
  });

  it('says so when nothing was found', () => {
    const reply = play({ said: 'Bananas?', tools: ['search_docs'], answers: [['search_docs', { results: [] }]] });
    expect(reply.text).toContain('nothing in it fits');
  });
});

describe('support-desk', () => {
  const triage = ['transfer_to_billing', 'transfer_to_technical'] as const;
  const billing = ['lookup_order', 'refund_order'] as const;

  it.each([
    ['I want a refund for order A-1042', 'transfer_to_billing'],
    ['You charged me twice', 'transfer_to_billing'],
    ['The app crashes at start', 'transfer_to_technical'],
  ])('triage hands "%s" to the right colleague', (said, tool) => {
    expect(play({ said, tools: triage }).calls.map((call) => call.tool)).toEqual([tool]);
  });

  it('billing looks the order up, then asks for the refund', () => {
    const said = 'I want a refund for order A-1042, it came broken';
    expect(callsOf(play({ said, tools: billing }))).toEqual([['lookup_order', { orderId: 'A-1042' }]]);
    const order = { order: { id: 'A-1042', total: 59.9 } };
    expect(callsOf(play({ said, tools: billing, answers: [['lookup_order', order]] }))).toEqual([
      ['refund_order', { orderId: 'A-1042', amount: 59.9, reason: `Customer request: ${said}` }],
    ]);
  });

  it.each([
    [{ ok: true, refundId: 'r1' }, 'approved'],
    ['Refunded 59.90', 'approved'],
    [{ ok: false }, 'declined'],
    [{ error: { code: 'not_approved', message: 'no' } }, 'declined'],
    ['The person declined this call.', 'declined'],
  ])('billing tells the outcome of %j', (answer, word) => {
    const reply = play({
      said: 'refund A-1',
      tools: billing,
      answers: [
        ['lookup_order', { total: 5 }],
        ['refund_order', answer],
      ],
    });
    expect(reply.calls).toEqual([]);
    expect(reply.text).toContain(word);
  });

  it('technical searches, then goes step by step', () => {
    const scene = {
      said: 'The app crashes at start',
      system: 'You are the technical specialist.',
      tools: ['search_docs'],
    } as const;
    expect(play(scene).calls.map((call) => call.tool)).toEqual(['search_docs']);
    expect(play({ ...scene, answers: [['search_docs', 'Restart the app.']] }).text).toContain('> Restart the app.');
  });
});

describe('any other agent', () => {
  it('says that it is the demo model', () => {
    expect(play({ said: 'Plan a study of birds', system: 'You are the planner.' }).text).toContain('**demo model**');
  });

  it.each([
    ['I want a refund for order A-1042 please', 'I want a refund for order'],
    ['I want a refund\n\nThe answer began: Sorry', 'I want a refund'],
    ['Hi', 'Hi'],
    ['[[say:10]]', 'Chat about something'],
    ['How do I write a workflow with three agents and a tool that must be approved?', 'How do I write a workflow'],
  ])('titles "%s"', (said, title) => {
    expect(play({ said, system: 'Write a short title for this chat.' })).toEqual({ text: title, calls: [] });
  });

  it('follows the markers before any script', () => {
    expect(play({ said: 'x [[say:3]]', tools: ['search_docs'] }).text).toBe('w1 w2 w3');
    expect(play({ said: '[[echo]] one\ntwo', tools: ['search_docs'] }).text).toBe('one\ntwo');
    expect(callsOf(play({ said: '[[tool:refund_order {"amount": 5}]]' }))).toEqual([['refund_order', { amount: 5 }]]);
    const done = play({ said: '[[tool:search_docs {}]]', answers: [['search_docs', 'found']] });
    expect(done).toEqual({ text: 'done: found', calls: [] });
  });
});
