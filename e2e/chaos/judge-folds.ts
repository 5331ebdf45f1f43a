/** Whether log, MongoDB, the API and every screen say the same: pure checks of one chat. */
import { publicEvent, type ChatEvent, type Totals } from '@colloquy/contracts';
import { applyCommits, documentOf, emptyView, recordOfLog, rowOf, type ChatView } from '@colloquy/transcript';
import { shown } from '../support/bare-client.ts';
import { eventsOf, type ChatEvidence, type Violation } from './evidence.ts';

/** The first place where two values differ, as a path; undefined when they are the same as JSON. */
export function firstDifference(a: unknown, b: unknown, at = ''): string | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return undefined;
  if (!isObject(a) || !isObject(b)) return `${at === '' ? 'it' : at}: ${different(a, b)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[key], b[key], at === '' ? key : `${at}.${key}`);
    if (found !== undefined) return found;
  }
  // The same fields in another order.
  return undefined;
}

const different = (a: unknown, b: unknown): string =>
  typeof a === 'string' && typeof b === 'string' ? differentText(a, b) : `${brief(a)} is not ${brief(b)}`;

/** Where two texts part. */
function differentText(a: string, b: string): string {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const from = Math.max(0, same - 10);
  const piece = (text: string): string => brief(text.slice(from, same + 40));
  return `${a.length} and ${b.length} characters, from ${same} on ${piece(a)} is not ${piece(b)}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const brief = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 120);

/** The fold of the log up to an event, as a screen has it. */
export function foldOfLog({ chatId, commits }: Pick<ChatEvidence, 'chatId' | 'commits'>, upTo = Infinity): ChatView {
  let view = emptyView(chatId);
  for (const { commit } of commits) {
    if ((commit.events[0]?.seq ?? 0) > upTo) break;
    const events = commit.events.filter(({ seq }) => seq <= upTo).map(publicEvent);
    view = applyCommits(view, { events, deltas: commit.deltas ?? [] });
  }
  return view;
}

/** Each screen shows the fold of the log up to where it was closed. */
export function judgeScreens(evidence: ChatEvidence): Violation[] {
  const { chatId } = evidence;
  const violations: Violation[] = [];
  const folds = new Map<number, unknown>();
  for (const { viewer, view } of evidence.views) {
    const expected = folds.get(view.lastSeq) ?? shown(foldOfLog(evidence, view.lastSeq));
    folds.set(view.lastSeq, expected);
    const difference = firstDifference(shown(view), expected);
    if (difference === undefined) continue;
    violations.push({
      promise: 'P1',
      kind: 'divergent',
      chatId,
      seq: view.lastSeq,
      what: `${viewer} shows ${difference}`,
    });
  }
  return violations;
}

/** MongoDB has every event of the log, as it is and once; its document and the API's are the fold of the log. */
export function judgeProjections(evidence: ChatEvidence): Violation[] {
  const { chatId, epoch, commits, stored, record, document, row } = evidence;
  const violations = judgeStored(chatId, eventsOf(evidence), stored);
  // A log with a hole has no fold; that it has one is said elsewhere.
  if (eventsOf(evidence).some(({ seq }, index) => seq !== index + 1)) return violations;
  const placed = commits.filter(({ commit }) => commit.events.length > 0).map((one) => ({ epoch, ...one }));
  const fold = recordOfLog(placed, publicEvent);
  if (fold === undefined) return violations;
  const expected = documentOf(fold);
  const compare = (who: string, found: unknown, wanted: unknown): void => {
    const difference = found === undefined ? 'nothing' : firstDifference(found, wanted);
    if (difference === undefined) return;
    violations.push({ promise: 'P1', kind: 'divergent', chatId, what: `${who} has ${difference}` });
  };
  compare('MongoDB’s document', record && documentOf(record), expected);
  compare('GET /v1/chats/:id', document, expected);
  compare('the sidebar', row, rowOf(fold));
  return violations;
}

function judgeStored(chatId: string, events: readonly ChatEvent[], stored: readonly ChatEvent[]): Violation[] {
  const violations: Violation[] = [];
  const places = new Map<number, ChatEvent[]>();
  for (const event of stored) places.set(event.seq, [...(places.get(event.seq) ?? []), event]);
  for (const event of events) {
    const found = places.get(event.seq) ?? [];
    places.delete(event.seq);
    const about = { chatId, seq: event.seq, promise: 'P2' } as const;
    if (found.length === 0) violations.push({ ...about, kind: 'lost', what: `MongoDB lacks event ${event.seq}` });
    if (found.length > 1) violations.push({ ...about, kind: 'doubled', what: `MongoDB has event ${event.seq} twice` });
    const difference = found[0] === undefined ? undefined : firstDifference(found[0], event);
    if (difference !== undefined)
      violations.push({
        ...about,
        promise: 'P1',
        kind: 'divergent',
        what: `MongoDB’s event ${event.seq} has ${difference}`,
      });
  }
  for (const seq of places.keys())
    violations.push({ promise: 'P2', kind: 'doubled', chatId, seq, what: `MongoDB has event ${seq}, the log has not` });
  return violations;
}

const COUNTERS = ['promptTokens', 'cachedTokens', 'completionTokens', 'costMicroUsd'] as const;

/** Counters are the sum of the usage events: in the last of them, and in MongoDB. */
export function judgeUsage(evidence: ChatEvidence): Violation[] {
  const { chatId, record } = evidence;
  const violations: Violation[] = [];
  const sum: Totals = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0 };
  for (const event of eventsOf(evidence)) {
    if (event.type !== 'usage') continue;
    for (const name of COUNTERS) sum[name] += event[name] ?? 0;
    sum.modelCalls += 1;
    const difference = firstDifference(event.totals, { ...sum });
    if (difference !== undefined)
      violations.push({ promise: 'P7', kind: 'divergent', chatId, seq: event.seq, what: `totals: ${difference}` });
  }
  if (record === undefined) return violations;
  const { byModel: _byModel, ...counted } = record.usage;
  const difference = firstDifference(counted, sum);
  if (difference !== undefined)
    violations.push({ promise: 'P7', kind: 'divergent', chatId, what: `MongoDB’s counters: ${difference}` });
  return violations;
}

/** A consumer that nobody was told of has had every event. */
export function judgeLogged(evidence: ChatEvidence): Violation[] {
  const { chatId, logged } = evidence;
  const missing = eventsOf(evidence).filter(({ seq }) => logged?.has(seq) !== true);
  const [first] = missing;
  if (first === undefined) return [];
  const what = `the event logger wrote no line for ${missing.length} events, the first is ${first.seq}`;
  return [{ promise: 'P9', kind: 'lost', chatId, seq: first.seq, what }];
}
