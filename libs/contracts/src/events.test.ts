import { describe, expect, it } from '@jest/globals';
import { PRIVATE_FIELDS } from './events/public-chat-event.ts';
import {
  chatEventSchema,
  eventSchemas,
  isEventType,
  publicChatEventSchema,
  publicEvent,
  SEEN_EVENT_TYPES,
  type ChatEvent,
} from './index.ts';
import { privateFieldsOf } from './visibility.ts';

const ID = '019b0000-0000-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';
const SECRET = 'must not be seen';

const created = {
  seq: 1,
  at: AT,
  type: 'chat_created',
  ownerId: 'ann',
  workflow: 'assistant',
  variables: { k: SECRET },
};
const PRIVATE: readonly Record<string, unknown>[] = [
  created,
  {
    seq: 2,
    at: AT,
    type: 'run_started',
    runId: ID,
    workflow: 'assistant',
    workflowHash: 'h',
    engineVersion: 1,
    trigger: 2,
    asked: SECRET,
    variables: { k: SECRET },
    worker: SECRET,
  },
  { seq: 3, at: AT, type: 'run_claimed', runId: ID, attempt: 1, worker: SECRET },
  { seq: 4, at: AT, type: 'run_released', runId: ID, worker: SECRET, reason: 'drain' },
  { seq: 5, at: AT, type: 'context_updated', runId: ID, set: { k: SECRET } },
  {
    seq: 6,
    at: AT,
    type: 'guardrail_tripped',
    runId: ID,
    name: 'g',
    on: 'input',
    action: 'stop',
    replacement: SECRET,
    detail: SECRET,
  },
  {
    seq: 7,
    at: AT,
    type: 'run_failed',
    runId: ID,
    error: { code: 'c', message: 'm', retryable: false },
    detail: SECRET,
  },
  { seq: 8, at: AT, type: 'tool_response', runId: ID, callId: ID, ok: true, hidden: SECRET, ms: 1, set: { k: SECRET } },
  {
    seq: 9,
    at: AT,
    type: 'reply_held',
    runId: ID,
    agent: 'a',
    messageId: ID,
    finishReason: 'stop',
    reply: { text: SECRET, toolCalls: [] },
  },
  { seq: 10, at: AT, type: 'context_summarized', runId: ID, agent: 'a', upToSeq: 2, digest: SECRET },
  {
    seq: 11,
    at: AT,
    type: 'handoff',
    runId: ID,
    from: 'a',
    to: 'group_manager',
    by: 'model',
    towards: { kind: 'group_manager', instruction: SECRET },
  },
];

describe('chatEventSchema', () => {
  it.each(PRIVATE)('takes $type', (event) => {
    expect(chatEventSchema.parse(event)).toEqual(event);
  });

  it.each([
    ['an unknown type', { ...created, type: 'no_such' }],
    ['seq 0', { ...created, seq: 0 }],
    ['a broken seq', { ...created, seq: 1.5 }],
    ['a time without milliseconds', { ...created, at: '2026-01-01T00:00:00Z' }],
    ['a missing field', { ...created, workflow: undefined }],
    ['an id with a dot', { ...PRIVATE[1], runId: 'aaaaaaaaaaaaaaaaaaaa.b' }],
    ['an id with a star', { ...PRIVATE[2], runId: '*' }],
  ])('refuses %s', (_what, event) => {
    expect(chatEventSchema.safeParse(event).success).toBe(false);
  });

  it('knows the types that a screen shows', () => {
    expect(SEEN_EVENT_TYPES.filter((type) => !isEventType(type))).toEqual([]);
    expect(isEventType('toString')).toBe(false);
  });
});

describe('publicChatEventSchema', () => {
  it.each(PRIVATE)('takes $type as it goes out, and lets nothing private through', (event) => {
    const shown = publicEvent(event as unknown as ChatEvent);
    expect(publicChatEventSchema.parse(shown)).toEqual(shown);
    expect(publicChatEventSchema.parse(event)).toEqual(shown);
  });

  it('demands all that is public', () => {
    expect(publicChatEventSchema.safeParse({ ...created, ownerId: undefined }).success).toBe(false);
    expect(publicChatEventSchema.safeParse({ ...created, type: 'no_such' }).success).toBe(false);
  });

  it('names in its type what the schemas mark private', () => {
    const marked = Object.values(eventSchemas).flatMap((schema) => privateFieldsOf(schema));
    expect(new Set(marked)).toEqual(new Set(PRIVATE_FIELDS));
    const kept = Object.values(eventSchemas).flatMap((schema) =>
      Object.keys(schema.shape).filter((name) => !privateFieldsOf(schema).includes(name)),
    );
    expect(kept.filter((name) => marked.includes(name))).toEqual([]);
  });
});

describe('publicEvent', () => {
  it.each(PRIVATE)('drops what is private of $type, and nothing else', (event) => {
    const shown = publicEvent(event as unknown as ChatEvent) as unknown as Record<string, unknown>;
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    const kept = Object.entries(event).filter(([, value]) => !JSON.stringify(value).includes(SECRET));
    expect(shown).toEqual(Object.fromEntries(kept));
  });

  it('covers every event that has a private field', () => {
    const withPrivate = Object.entries(eventSchemas).filter(([, schema]) =>
      JSON.stringify(Object.values(schema.shape).map((field) => (field as { meta(): unknown }).meta())).includes(
        '"private":true',
      ),
    );
    expect(withPrivate.map(([type]) => type).sort()).toEqual(PRIVATE.map((event) => String(event['type'])).sort());
  });

  it('leaves the envelope only of a type that it does not know', () => {
    const event = { seq: 9, at: AT, type: 'from_the_future', runId: ID, agent: 'a', commandId: ID, secret: SECRET };
    expect(publicEvent(event as unknown as ChatEvent)).toEqual({
      seq: 9,
      at: AT,
      type: 'from_the_future',
      runId: ID,
      agent: 'a',
      commandId: ID,
    });
  });

  it('drops a field that this version does not know: nothing says that it is public', () => {
    const event = { seq: 9, at: AT, type: 'chat_pinned', pinned: true, secret: SECRET };
    expect(publicEvent(event as unknown as ChatEvent)).toEqual({ seq: 9, at: AT, type: 'chat_pinned', pinned: true });
  });
});
