import { spreadOf, spreadText, type Spread } from '../support/spread.ts';
import { replayCommand, type ChaosOptions } from './chaos-options.ts';
import type { CrowdCounts } from './crowd.ts';
import type { Promised, Violation } from './evidence.ts';
import { countKinds, PROMISES } from './judge.ts';
import type { Takeover } from './takeover.ts';

/** All that a run came to. */
export interface Outcome {
  readonly options: ChaosOptions;
  readonly servers: readonly string[];
  readonly seconds: number;
  readonly chats: number;
  readonly runs: number;
  /** Runs that ended with an error, by its code. */
  readonly failed: Readonly<Record<string, number>>;
  readonly events: number;
  readonly commits: number;
  readonly commands: { readonly sent: number; readonly accepted: number };
  /** Attempts by what they were answered. */
  readonly answers: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly counts: CrowdCounts;
  readonly takeovers: readonly Takeover[];
  /** ms. */
  readonly catchUps: readonly number[];
  /** ms from sending to the first 2xx. */
  readonly accepts: readonly number[];
  /** The commands that waited longest for their 2xx, in words. */
  readonly slowest: readonly string[];
  /** ms from the 202 of a stop to its event. */
  readonly stops: readonly number[];
  readonly violations: readonly Violation[];
  /** Events around violations, by chat. */
  readonly stories: ReadonlyMap<string, readonly string[]>;
  /** Where everything lies, when it was kept. */
  readonly kept: string | undefined;
}

const MOST_SHOWN = 20;

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

/** Takeover figures by the kind of fault. */
export function takeoverFigures(takeovers: readonly Takeover[]): Record<string, Spread> {
  const figures: Record<string, Spread> = {};
  for (const kind of ['kill', 'hang', 'term'] as const) {
    const all = takeovers.filter((one) => one.kind === kind);
    figures[kind] = spreadOf(all.filter(({ alone }) => alone).map((one) => one.ms));
    figures[`${kind} with other faults`] = spreadOf(all.filter(({ alone }) => !alone).map((one) => one.ms));
  }
  const handOvers = takeovers.filter((one) => one.kind === 'term' && one.alone).flatMap((one) => one.handOverMs ?? []);
  figures['term, from the release'] = spreadOf(handOvers);
  return figures;
}

/** The report for people, line by line. */
export function reportLines(outcome: Outcome): string[] {
  const { options, faults, violations } = outcome;
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const { lost, doubled, out_of_order: disordered, divergent } = countKinds(violations);
  return [
    '',
    `seed ${options.seed}, ${options.minutes} min, ${options.chats} chats at once, NATS nodes: ${options.natsNodes}`,
    ...outcome.servers,
    `${outcome.runs} runs in ${outcome.chats} chats, ${outcome.events} events in ${outcome.commits} commits, ${total} faults`,
    `faults     ${listed(faults)}`,
    `failed     ${listed(outcome.failed) || 'no run'}`,
    `commands   ${outcome.commands.accepted} accepted of ${outcome.commands.sent}; answers: ${listed(outcome.answers)}`,
    `202 after  ${spreadText(spreadOf(outcome.accepts))}`,
    ...outcome.slowest.map((one) => `slowest    ${one}`),
    `stop       ${spreadText(spreadOf(outcome.stops))}`,
    `screens    ${listed({ ...outcome.counts })}`,
    `catch-up   ${spreadText(spreadOf(outcome.catchUps))}`,
    ...Object.entries(takeoverFigures(outcome.takeovers)).map(
      ([kind, spread]) => `takeover   ${kind}: ${spreadText(spread)}`,
    ),
    '',
    ...verdictLines(violations),
    '',
    `${lost} lost, ${doubled} duplicated, ${disordered} out of order, ${divergent} divergent folds`,
    ...violationLines(outcome),
    violations.length === 0 ? 'Every promise was kept.' : 'Not every promise was kept.',
    ...(outcome.kept === undefined ? [] : [`Kept: ${outcome.kept}`]),
    ...(violations.length === 0 ? [] : [`The same faults again: ${replayCommand(options)}`]),
  ];
}

function verdictLines(violations: readonly Violation[]): string[] {
  return Object.entries(PROMISES).map(([promise, words]) => {
    const broken = violations.filter((violation) => violation.promise === promise);
    const kinds = Object.entries(countKinds(broken)).filter(([, count]) => count > 0);
    const found = kinds.map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`).join(', ');
    return `${broken.length === 0 ? '✓' : '✗'} ${promise} ${words}${found === '' ? '' : `: ${found}`}`;
  });
}

function violationLines({ violations, stories }: Outcome): string[] {
  const told = new Set<readonly string[]>();
  const lines = violations.slice(0, MOST_SHOWN).flatMap(({ promise, chatId, seq, what, trace }) => {
    const where = chatId === undefined ? '' : ` chat ${chatId}${seq === undefined ? '' : ` at event ${seq}`}`;
    const story = trace ?? stories.get(`${chatId ?? ''} ${seq ?? ''}`) ?? [];
    if (told.has(story)) return [`${promise}${where}: ${what}`];
    told.add(story);
    return [`${promise}${where}: ${what}`, ...story.map((line) => `    ${line}`)];
  });
  if (violations.length > MOST_SHOWN) lines.push(`… and ${violations.length - MOST_SHOWN} more`);
  return lines;
}

/** The same for machines. */
export function reportJson(outcome: Outcome): Record<string, unknown> {
  const { stories: _stories, takeovers, catchUps, accepts, stops, violations, options, ...rest } = outcome;
  const promises = Object.fromEntries(
    (Object.keys(PROMISES) as Promised[]).map((promise) => [
      promise,
      violations.filter((violation) => violation.promise === promise).length,
    ]),
  );
  return {
    ok: violations.length === 0,
    ...options,
    ...rest,
    takeoverMs: takeoverFigures(takeovers),
    catchUpMs: spreadOf(catchUps),
    acceptMs: spreadOf(accepts),
    stopMs: spreadOf(stops),
    violationsByPromise: promises,
    ...countKinds(violations),
    violations: violations.slice(0, 100),
    replay: replayCommand(options),
  };
}
