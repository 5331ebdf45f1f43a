import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type Commit, type Delta } from '@colloquy/contracts';
import { documentOf, recordOfLog, rowOf } from '@colloquy/transcript';
import type { ChatEvidence, Violation } from './evidence.ts';
import { foldOfLog } from './judge-folds.ts';
import { judgeStops } from './judge-log.ts';
import { judgeByAudit, judgeChat, judgeTakeovers } from './judge.ts';
import type { SentCommand } from './ledger.ts';
import { takeoversOf } from './takeover.ts';

const chatId = 'chat-of-the-judge-test';
const runId = 'run-of-the-judge-test1';
const callId = 'call-of-the-judge-test';
const epoch = 'e';
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const totals = { promptTokens: 5, cachedTokens: 0, completionTokens: 3, costMicroUsd: 7, modelCalls: 1 };
const command = (id: string): string => `command-${id}-of-the-test`;

type Loose = Record<string, unknown> & { readonly type: ChatEvent['type'] };

const BODIES: readonly Loose[] = [
  { type: 'chat_created', commandId: command('a'), ownerId: 'u', workflow: 'w', variables: {} },
  { type: 'user_message', commandId: command('a'), messageId: command('a'), text: 'refund', by: 'u' },
  {
    type: 'run_started',
    runId,
    workflow: 'w',
    workflowHash: 'h',
    engineVersion: 1,
    trigger: 2,
    variables: {},
    worker: 'o1',
  },
  {
    type: 'message_started',
    runId,
    agent: 'a',
    messageId: 'm'.repeat(20),
    kind: 'text',
    purpose: 'reply',
    model: 'x',
    attempt: 1,
  },
  { type: 'text', runId, agent: 'a', messageId: 'm'.repeat(20), text: 'Yes.', finishReason: 'tool_calls' },
  {
    type: 'tool_call',
    runId,
    agent: 'a',
    callId,
    tool: 'refund_order',
    arguments: {},
    messageId: 'm'.repeat(20),
    approval: 'none',
  },
  {
    type: 'usage',
    runId,
    agent: 'a',
    purpose: 'reply',
    model: 'x',
    promptTokens: 5,
    cachedTokens: 0,
    completionTokens: 3,
    costMicroUsd: 7,
    ms: 1,
    firstTokenMs: 1,
    totals,
  },
  { type: 'tool_started', runId, callId, attempt: 1 },
  { type: 'tool_response', runId, callId, ok: true, result: 1, ms: 1 },
  { type: 'user_message', commandId: command('b'), messageId: command('b'), text: 'b', by: 'u' },
  { type: 'user_message', commandId: command('c'), messageId: command('c'), text: 'c', by: 'u' },
  { type: 'run_completed', runId, reason: { code: 'no_next_speaker', text: '' } },
];

const eventAt = (body: Loose, seq: number): ChatEvent => ({ ...body, seq, at: at(seq) }) as unknown as ChatEvent;
const EVENTS = BODIES.map((body, index) => eventAt(body, index + 1));

const sent = (id: string, kind: SentCommand['kind'], sentAt: number): SentCommand => ({
  chatId,
  sender: 'u',
  kind,
  key: id,
  sentAt,
  acceptedAt: sentAt + 5,
  acceptedWall: sentAt + 5,
  commandIds: new Set([command(id)]),
  answers: ['202'],
  refused: undefined,
});

/** Evidence in which everything follows from these events, as it must. */
function evidenceOf(events: readonly ChatEvent[] = EVENTS): ChatEvidence {
  // What one command caused is in one commit.
  const [first, second, ...rest] = events;
  const commits = [[first, second].flatMap((event) => event ?? []), ...rest.map((event) => [event])].map(
    (own, index) => ({
      streamSeq: index + 1,
      commit: { v: 1 as const, chatId, events: own },
    }),
  );
  const record = recordOfLog(
    commits.map((one) => ({ epoch, ...one })),
    publicEvent,
  );
  if (record === undefined) throw new Error('a log without events');
  return {
    chatId,
    epoch,
    commits,
    stored: events,
    record,
    document: documentOf(record),
    row: rowOf(record),
    rests: true,
    views: [{ viewer: 'screen', view: foldOfLog({ chatId, commits }) }],
    commands: [sent('a', 'create', 0), sent('b', 'message', 10), sent('c', 'message', 20)],
    effects: [{ callId }],
    modelAway: [],
    logged: new Set(events.map(({ seq }) => seq)),
  };
}

const found = (evidence: ChatEvidence): string[] =>
  [...new Set(judgeChat(evidence).map(({ promise, kind }: Violation) => `${promise} ${kind}`))].sort();

/** The same events, numbered again. */
const renumbered = (events: readonly ChatEvent[]): ChatEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1 }));
const without = (place: number): ChatEvent[] => EVENTS.filter((_, index) => index !== place);

describe('the verdict', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(judgeChat(evidenceOf())).toEqual([]);
    expect(judgeByAudit(evidenceOf())).toEqual([]);
  });

  it('P1: hears a second opinion', () => {
    expect(judgeByAudit({ ...evidenceOf(), stored: without(4) })).not.toEqual([]);
  });

  it('P2: sees a hole in the log, and an event that is there twice', () => {
    const evidence = evidenceOf();
    const hole = evidence.commits.filter((_, index) => index !== 4);
    expect(
      found({
        ...evidence,
        commits: hole,
        record: undefined,
        document: undefined,
        row: undefined,
        stored: [],
        views: [],
      }),
    ).toContain('P2 lost');
    const twice = [...evidence.commits, ...evidence.commits.slice(-1)];
    expect(found({ ...evidence, commits: twice })).toContain('P2 doubled');
  });

  it('P2: sees an accepted command that is not on the log', () => {
    expect(found(evidenceOf(renumbered(without(9))))).toEqual(['P2 lost']);
  });

  it('P2: sees a command that was recorded twice, also in another form', () => {
    const again = renumbered([...EVENTS.slice(0, 11), ...EVENTS.slice(10)]);
    expect(found(evidenceOf(again))).toEqual(['P2 doubled']);
    const refusal = { type: 'command_rejected', commandId: command('c'), code: 'chat_busy', message: '' } as const;
    expect(found(evidenceOf([...EVENTS, eventAt(refusal, EVENTS.length + 1)]))).toEqual(['P2 doubled']);
  });

  it('P2: sees that one key became two commands', () => {
    const evidence = evidenceOf();
    const commands = evidence.commands.map((one) => ({
      ...one,
      commandIds: new Set([...one.commandIds, command('c')]),
    }));
    expect(found({ ...evidence, commands })).toContain('P2 doubled');
  });

  it('P2: sees commands of one sender that changed places, and lets those be that were sent at once', () => {
    const swapped = renumbered([...EVENTS.slice(0, 9), ...EVENTS.slice(9, 11).reverse(), ...EVENTS.slice(11)]);
    expect(found(evidenceOf(swapped))).toEqual(['P2 out_of_order']);
    const together = [sent('a', 'create', 0), sent('b', 'message', 10), sent('c', 'message', 12)];
    expect(found({ ...evidenceOf(swapped), commands: together })).toEqual([]);
  });

  it('P2: sees what MongoDB lacks, and what it has that is not on the log', () => {
    expect(found({ ...evidenceOf(), stored: without(4) })).toEqual(['P2 lost']);
    const extra = eventAt({ type: 'chat_pinned', pinned: true }, EVENTS.length + 1);
    expect(found({ ...evidenceOf(), stored: [...EVENTS, extra] })).toEqual(['P2 doubled']);
  });

  it('P1: sees a fold that differs: a screen, a document, the API, the sidebar', () => {
    const evidence = evidenceOf();
    const other = evidenceOf(EVENTS.map((event) => (event.type === 'text' ? { ...event, text: 'No.' } : event)));
    expect(found({ ...evidence, views: other.views })).toEqual(['P1 divergent']);
    expect(found({ ...evidence, record: other.record })).toEqual(['P1 divergent']);
    expect(found({ ...evidence, document: other.document })).toEqual(['P1 divergent']);
    expect(found({ ...evidence, row: other.row && { ...other.row, lastText: 'No.' } })).toEqual(['P1 divergent']);
    expect(found({ ...evidence, stored: other.stored })).toEqual(['P1 divergent']);
  });

  it('P3: sees a run without an end, one that works on after it, and a chat that does not rest', () => {
    expect(found(evidenceOf(EVENTS.slice(0, 11)))).toEqual(['P3 stuck']);
    const more = eventAt({ type: 'speaker_selected', runId, agent: 'a', by: 'pattern' }, EVENTS.length + 1);
    expect(found(evidenceOf([...EVENTS, more]))).toEqual(['P2 doubled']);
    expect(found({ ...evidenceOf(), rests: false })).toEqual(['P3 stuck']);
  });

  it('P3: sees a tool that was started again without asking, and an effect without intent', () => {
    const again = renumbered([...EVENTS.slice(0, 8), ...EVENTS.slice(7)]);
    expect(found(evidenceOf(again))).toEqual(['P3 doubled']);
    expect(found({ ...evidenceOf(), effects: [{ callId: 'another-call-of-it' }] })).toEqual(['P3 wrong']);
  });

  it('P3: excuses a run that the model left alone, and no other failure', () => {
    const failed = (code: string): ChatEvidence =>
      evidenceOf([
        ...EVENTS.slice(0, 11),
        eventAt({ type: 'run_failed', runId, error: { code, message: '', retryable: true } }, 12),
      ]);
    const modelAway = [{ from: Date.parse(at(10)), to: Date.parse(at(20)) }];
    expect(found(failed('model_unavailable'))).toEqual(['P3 wrong']);
    expect(found({ ...failed('model_unavailable'), modelAway })).toEqual([]);
    expect(found({ ...failed('too_many_attempts'), modelAway })).toEqual(['P3 wrong']);
  });

  it('P6: sees a second answer to a question', () => {
    const requestId = 'request-of-the-test1';
    const ask = { type: 'input_request', runId, requestId, kind: 'text', prompt: '?' } as const;
    const answer = { type: 'input_response', runId, requestId, by: 'u', value: 'x' } as const;
    const log = [...EVENTS.slice(0, 11), ask, answer, answer, ...EVENTS.slice(11)].map((event, index) =>
      eventAt(event as Loose, index + 1),
    );
    expect(found(evidenceOf(log))).toEqual(['P6 doubled']);
  });

  it('P7: sees counters that are not the sum', () => {
    const wrong = EVENTS.map((event) =>
      event.type === 'usage' ? { ...event, totals: { ...totals, costMicroUsd: 8 } } : event,
    );
    expect(found(evidenceOf(wrong))).toContain('P7 divergent');
  });

  it('P9: sees an event that a consumer never had', () => {
    expect(found({ ...evidenceOf(), logged: new Set([1, 2, 3]) })).toEqual(['P9 lost']);
  });
});

describe('stops', () => {
  const stop: Commit = { v: 1, chatId, events: [eventAt({ type: 'run_cancelled', runId, by: 'u' }, 5)] };
  const piece = (kind: Delta['kind']): Commit => ({
    v: 1,
    chatId,
    events: [],
    deltas: [{ messageId: `${kind}-after-the-stop`, runId, agent: 'a', offset: 0, text: 'And', kind }],
  });
  const judged = (...commits: readonly Commit[]): number =>
    judgeStops({ chatId, commits: commits.map((commit, streamSeq) => ({ commit, streamSeq })) }).length;

  it('P5: sees who begins to speak after a stop, and lets the rest of what was cut off pass', () => {
    expect(judged(stop, piece('text'))).toBe(1);
    expect(judged(piece('text'), stop, piece('text'))).toBe(0);
    expect(judged(stop, piece('arguments'))).toBe(0);
  });
});

describe('takeovers', () => {
  const claimed = (worker: string, seconds: number): ChatEvent => ({
    ...eventAt({ type: 'run_claimed', runId, attempt: 1, worker }, 20),
    at: at(seconds),
  });
  const log = [...EVENTS.slice(0, 5), claimed('o2', 14)];
  const fault = { kind: 'kill', worker: 'o1', at: Date.parse(at(8)) } as const;

  it('P3: are measured from the fault of the owner to the next claim', () => {
    const [takeover] = takeoversOf({ chatId, events: log }, [fault], []);
    expect(takeover).toMatchObject({ kind: 'kill', ms: 6000, silenceMs: 9000, alone: true });
    const other = { ...fault, worker: 'o3' };
    expect(takeoversOf({ chatId, events: log }, [other], [])).toEqual([]);
  });

  it('P3: are none where the owner came only after the fault, or woke and went on', () => {
    const early = { ...fault, at: Date.parse(at(2)) };
    expect(takeoversOf({ chatId, events: log }, [early], [])).toEqual([]);
    const hang = { ...fault, kind: 'hang' } as const;
    expect(takeoversOf({ chatId, events: log }, [hang], [])).toHaveLength(1);
    const said = eventAt({ type: 'context_updated', runId, set: {} }, 12);
    expect(takeoversOf({ chatId, events: [...log.slice(0, -1), said, claimed('o2', 14)] }, [hang], [])).toEqual([]);
  });

  it('P3: are none where a person was waited for', () => {
    const answer = eventAt({ type: 'input_response', runId, requestId: 'request-of-the-test1', by: 'u', value: 1 }, 13);
    expect(takeoversOf({ chatId, events: [...EVENTS.slice(0, 5), answer, claimed('o2', 14)] }, [fault], [])).toEqual(
      [],
    );
  });

  it('P3: are told apart where something else failed too', () => {
    const disturbance = { from: Date.parse(at(10)), to: Date.parse(at(11)) };
    expect(takeoversOf({ chatId, events: log }, [fault], [disturbance])[0]?.alone).toBe(false);
  });

  it('P3: may take ten seconds, nearly all of them', () => {
    const takeover = { kind: 'hang', chatId, seq: 1, silenceMs: 0, handOverMs: undefined, alone: true } as const;
    const fast = Array.from({ length: 99 }, () => ({ ...takeover, ms: 7000 }));
    expect(judgeTakeovers([...fast, { ...takeover, ms: 30_000 }])).toEqual([]);
    expect(judgeTakeovers([{ ...takeover, ms: 11_000 }])).toHaveLength(1);
  });
});
