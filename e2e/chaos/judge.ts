/** The verdict: all checks over all evidence. Pure. */
import { compareSources } from '../../tools/ops/audit/compare-sources.ts';
import { percentile } from '../support/spread.ts';
import type { ChatEvidence, Promised, Violation, ViolationKind } from './evidence.ts';
import { eventsOf } from './evidence.ts';
import { judgeLogged, judgeProjections, judgeScreens, judgeUsage } from './judge-folds.ts';
import { judgeCommands, judgeContiguity, judgeQuestions, judgeRuns, judgeStops, judgeTools } from './judge-log.ts';
import type { Takeover } from './takeover.ts';
import type { SeenFault } from './viewer.ts';

const CHECKS: readonly ((evidence: ChatEvidence) => Violation[])[] = [
  judgeContiguity,
  judgeCommands,
  judgeRuns,
  judgeTools,
  judgeQuestions,
  judgeStops,
  judgeScreens,
  judgeProjections,
  judgeUsage,
  judgeLogged,
];

/** Everything that is wrong with one chat. */
export const judgeChat = (evidence: ChatEvidence): Violation[] => CHECKS.flatMap((check) => check(evidence));

/** A second opinion, from what operators compare chats with: differences that our own checks did not see. */
export function judgeByAudit({ chatId, epoch, commits, stored, record }: ChatEvidence): Violation[] {
  const { differences } = compareSources({ chatId, epoch, log: commits, stored, document: record });
  return differences.map(({ where, text, seq }) => ({
    promise: 'P1',
    kind: 'divergent',
    chatId,
    what: `audit, ${where}: ${text}`,
    ...(seq === undefined ? {} : { seq }),
  }));
}

/** Everything that is wrong with one chat, by either. */
export function judgeTwice(evidence: ChatEvidence): Violation[] {
  const violations = judgeChat(evidence);
  return violations.length > 0 ? violations : judgeByAudit(evidence);
}

const KIND_OF: Readonly<Record<string, ViolationKind>> = {
  gap: 'lost',
  repeated: 'doubled',
  back: 'out_of_order',
  cursor: 'out_of_order',
  delta: 'divergent',
};

/** What viewers saw and must not have seen. */
export function judgeSeen(faults: readonly SeenFault[]): Violation[] {
  return faults.map(({ viewer, chatId, kind, what, seq, trace }) => ({
    promise: 'P4',
    kind: KIND_OF[kind] ?? 'wrong',
    chatId,
    seq,
    what: `${viewer}: ${what}`,
    ...(trace === undefined ? {} : { trace }),
  }));
}

/** The longest that nearly every run may stand still when its orchestrator dies or hangs, in ms. */
export const TAKEOVER_MS = 10_000;

/** P3: 95 of 100 runs go on within ten seconds, where nothing else failed that this needs. */
export function judgeTakeovers(takeovers: readonly Takeover[]): Violation[] {
  return (['kill', 'hang', 'term'] as const).flatMap((kind): Violation[] => {
    const times = takeovers.filter((one) => one.kind === kind && one.alone).map(({ ms }) => ms);
    const p95 = percentile(times, 0.95);
    if (times.length === 0 || p95 <= TAKEOVER_MS) return [];
    const worst = takeovers.find((one) => one.kind === kind && one.alone && one.ms >= p95);
    const what = `takeover after ${kind}: p95 of ${times.length} is ${(p95 / 1000).toFixed(1)} s`;
    return [
      { promise: 'P3', kind: 'wrong', what, ...(worst === undefined ? {} : { chatId: worst.chatId, seq: worst.seq }) },
    ];
  });
}

/** P8: both orchestrators have run chats, else nothing was shown about two of them. */
export function judgeSharing(workers: ReadonlySet<string>, runs: number): Violation[] {
  if (workers.size >= 2 || runs < 20) return [];
  return [{ promise: 'P8', kind: 'wrong', what: `all ${runs} runs were made by ${workers.size} orchestrator` }];
}

/** What each promise comes to. */
export const PROMISES: Readonly<Record<Promised, string>> = {
  P1: 'one record: screens, MongoDB, API and sidebar are the fold of the log',
  P2: 'nothing acknowledged is lost, nothing is doubled',
  P3: 'a crash costs seconds: every run ends, no effect twice',
  P4: 'any device, any time: no hole, nothing twice',
  P5: 'stop stops',
  P6: 'a question waits, and is answered once',
  P7: 'counters are the sum of what was used',
  P8: 'two of each work as one',
  P9: 'a consumer that nobody knows has every event',
};

/** Counts of one kind of violation each. */
export type Counts = Readonly<Record<ViolationKind, number>>;

/** How often each kind was found. */
export function countKinds(violations: readonly Violation[]): Counts {
  const counts = { lost: 0, doubled: 0, out_of_order: 0, divergent: 0, stuck: 0, wrong: 0 };
  for (const { kind } of violations) counts[kind] += 1;
  return counts;
}

/** The events around the one that a violation is about, one line each. */
export function storyAround(evidence: ChatEvidence, seq: number | undefined): string[] {
  const events = eventsOf(evidence);
  const around = seq === undefined ? events.slice(-8) : events.filter((event) => Math.abs(event.seq - seq) <= 4);
  return around.map(
    ({ seq: place, at, type, ...rest }) => `${place} ${at} ${type} ${JSON.stringify(rest).slice(0, 150)}`,
  );
}
