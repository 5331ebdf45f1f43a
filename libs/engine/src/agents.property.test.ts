/** Whatever hooks, guardrails, persons, forms, policies and summaries a workflow has: a crash changes nothing. */
import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition, ChatEvent, Guardrail, Json, WorkflowDefinition } from '@colloquy/contracts';
import fc from 'fast-check';
import { canonicalText } from './json-text.ts';
import { agent, handsTo, ScriptedChat, team, tool, type Answer, type Script } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

/** The same number for the same text. */
function rolled(text: string, sides: number): number {
  let hash = 7;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  return (hash >>> 3) % sides;
}

/** What a model is shown, without the ids, which differ from log to log. */
function shownTo({ purpose, agent: name, messages }: ModelRequest): string {
  const told = messages.map((message) => [message.role, message.content]);
  return JSON.stringify([purpose, name, told]);
}

const WORDS = ['fine', 'a card 1234', 'END', '{"n":1}', '{"n":"x"}', 'plain words', ''];

/** A model that does anything, and the same for the same question. */
function answer(seed: number, request: ModelRequest): Answer {
  const shown = `${String(seed)} ${shownTo(request)}`;
  const text = WORDS[rolled(shown, WORDS.length)] ?? '';
  if (request.purpose === 'guardrail') {
    const verdicts: readonly Json[] = [
      { tripped: false },
      { tripped: true, reason: 'x', replacement: '{"n":2}' },
      'unclear',
    ];
    return { calls: [{ tool: 'verdict', arguments: verdicts[rolled(`${shown} v`, 3)] ?? null }] };
  }
  if (request.purpose !== 'reply') return { text: `short ${text}` };
  const offered = request.tools[rolled(`${shown} t`, request.tools.length + 2)];
  const calls = offered === undefined ? [] : [{ tool: offered.name, arguments: { card: text, n: rolled(shown, 3) } }];
  return { text, calls };
}

/** Without the id of what a check is about, and the chat of a summary, which tells of ids too. */
function shownArguments(args: Json): string {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return canonicalText(args);
  return canonicalText({ ...args, about: '', chat: '' });
}

const script = (seed: number): Script => ({
  model: (request) => answer(seed, request),
  tool: ({ tool: { name }, arguments: args }) => {
    const roll = rolled(`${String(seed)} ${name} ${shownArguments(args)}`, 4);
    if (roll === 0) return { ok: false, error: { code: 'x', message: 'card 1234 is wrong' }, ms: 1 };
    const result =
      name === 'judge' ? { tripped: roll === 1, replacement: 'judged' } : { said: `card 1234 ${String(roll)}` };
    return { ok: true, result, set: { count: roll }, ms: 1 };
  },
  person: ({ prompt }) => (rolled(`${String(seed)} ${prompt}`, 2) === 0 ? '' : 'I say 1234'),
});

const checks: readonly Guardrail['check'][] = [
  { kind: 'regex', pattern: '1234' },
  { kind: 'model', model: 'small', instruction: 'Cards' },
  { kind: 'function', tool: 'judge' },
];
const guardrail = fc.record({
  name: fc.constantFrom('one', 'two', 'three'),
  on: fc.constantFrom('input' as const, 'output' as const, 'tool_arguments' as const, 'tool_result' as const),
  action: fc.constantFrom('stop' as const, 'redirect' as const, 'rewrite' as const, 'mask' as const, 'warn' as const),
  check: fc.constantFrom(...checks),
  message: fc.constant('Hidden'),
  target: fc.constant({ kind: 'agent' as const, agent: 'b' }),
});

const optional = <T>(value: T): fc.Arbitrary<T | undefined> => fc.constantFrom(value, undefined);
const schema: { [key: string]: Json } = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
const parts = fc.record({
  output: optional({ schema, strict: true, maxRetries: 1, saveTo: 'reply' }),
  updates: optional([{ when: 'count < 9', set: { count: 'count + 1' } }]),
  context: optional({ maxTokens: 40, keepLast: 2, summarize: true }),
  person: fc.constantFrom('never' as const, 'always' as const, 'on_end' as const),
  maxReplies: optional(2),
  endsOn: optional([{ kind: 'contains' as const, text: 'END' }]),
});

function defined(name: string, more: Partial<Record<keyof AgentDefinition, unknown>>): AgentDefinition {
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  return agent(name, { tools: ['look'], handoffs: [handsTo(name === 'a' ? 'b' : 'a')], ...Object.fromEntries(given) });
}

const workflow: fc.Arbitrary<WorkflowDefinition> = fc
  .record({
    a: parts,
    b: parts,
    guardrails: fc.uniqueArray(guardrail, { maxLength: 3, selector: ({ name }) => name }),
    summary: fc.constantFrom(
      { kind: 'last_message' as const },
      { kind: 'model' as const, model: 'small', instruction: 'Sum up' },
      { kind: 'function' as const, tool: 'look' },
    ),
  })
  .map(({ a, b, guardrails, summary }) =>
    team([defined('a', { ...a, afterWork: { kind: 'agent', agent: 'b' } }), defined('b', b)], {
      guardrails,
      summary,
      variables: { count: 0 },
      tools: ['look', 'judge'].map((name) => tool(name, { idempotent: true, onInterrupted: 'retry' })),
      limits: { maxTurns: 5, maxToolCalls: 8 },
    }),
  );

/** What remains of a log when ids, costs and signs of a takeover are taken away. */
function essence(events: readonly ChatEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    switch (event.type) {
      case 'text':
        return [[event.type, event.agent, event.text, event.structured, event.finishReason]];
      case 'message_aborted':
        return event.reason === 'crashed' ? [] : [[event.type, event.text, event.reason]];
      case 'tool_call':
        return [[event.type, event.tool, event.messageId === event.callId ? '' : event.arguments]];
      case 'tool_response':
        return [[event.type, event.ok, event.result, event.error]];
      case 'guardrail_tripped':
      case 'guardrail_passed':
        return [[event.type, event.name, event.on]];
      case 'context_updated':
        return [[event.type, event.set]];
      case 'context_summarized':
        return [[event.type, event.digest]];
      case 'speaker_selected':
      case 'handoff':
        return [[event.type, event.agent, event.by]];
      case 'run_completed':
        return [[event.type, event.reason, event.summary]];
      case 'run_failed':
        return [[event.type, event.error]];
      default:
        return [];
    }
  });
}

describe('an agent with everything', () => {
  it('N1, P3: whoever takes over at any commit ends with the same log', () => {
    fc.assert(
      fc.property(workflow, fc.nat(1000), fc.nat(), (definition, seed, cut) => {
        const whole = ScriptedChat.begun(definition, script(seed), 'Card 1234').run();
        const after = 2 + (cut % Math.max(1, whole.commits.length - 2));
        const chat = whole.upTo(after);
        if (chat.state.run !== undefined && chat.state.run.openRequests.length === 0) chat.takeOver();
        for (const { requestId } of chat.state.run?.openRequests ?? []) {
          const request = chat.all('input_request').find((event) => event.requestId === requestId);
          if (request !== undefined)
            chat.answer(
              requestId,
              script(seed).person?.({ kind: request.kind, agent: '', prompt: request.prompt }) ?? '',
            );
        }
        chat.run();
        expect(essence(chat.events)).toEqual(essence(whole.events));
      }),
      { numRuns: 200 },
    );
  });

  it('N2: comes to rest, with every call answered, every call of a model counted, and nothing held', () => {
    fc.assert(
      fc.property(workflow, fc.nat(1000), (definition, seed) => {
        const chat = ScriptedChat.begun(definition, script(seed), 'Card 1234').run();
        chat.say('Card 1234, again');
        chat.run();
        expect(chat.state.run).toBeUndefined();
        const answered = new Set(chat.all('tool_response').map(({ callId }) => callId));
        for (const { callId } of chat.all('tool_call')) expect(answered.has(callId)).toBe(true);
        expect(chat.all('tool_response')).toHaveLength(chat.all('tool_call').length);
        expect(chat.state.totals.modelCalls).toBe(chat.requests.length);
        const ended = new Set([...chat.all('text'), ...chat.all('message_aborted')].map(({ messageId }) => messageId));
        for (const { messageId } of chat.all('message_started')) expect(ended.has(messageId)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
