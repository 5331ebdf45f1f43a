import type { Entry } from './contest.ts';
import { figuresOf, FLOOR, OURS, sharesOf, type Middle } from './figures.ts';
import type { Judgement } from './goals.ts';
import type { Machine } from './machine.ts';
import type { Recovered } from './recover.ts';
import type { Shape } from './shape.ts';

/** All that one contest came to. */
export interface Contest {
  readonly machine: Machine;
  readonly shape: Shape;
  readonly entries: readonly Entry[];
  readonly goals: readonly Judgement[];
}

/** A number for people: three digits that count. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100 || value === 0) return value.toFixed(0);
  return value.toPrecision(3);
}

const spread = (of: Middle | undefined): string =>
  of === undefined ? '–' : `${figure(of.middle)} (${figure(of.least)}..${figure(of.most)})`;
const single = (of: Middle | number | undefined): string =>
  of === undefined ? '–' : figure(typeof of === 'number' ? of : of.middle);

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The figures of all, the goals, and where a peer wins. */
export function report({ machine, shape, entries, goals }: Contest): string {
  return [
    `Measured ${machine.at.slice(0, 10)} on ${String(machine.cpus)} × ${machine.cpu}, ${String(machine.memoryGib)} GiB, ` +
      `${machine.system}, Node ${machine.node}; load average ${figure(machine.loadBefore)} before. The database was ${machine.database}. ` +
      `Median of ${String(shape.rounds)} interleaved rounds, smallest..largest in brackets.`,
    speed(entries, shape),
    disturbances(entries),
    verdicts(goals),
    ours(entries),
    absent(entries),
    `What they are:\n\n${entries.map(({ name, about }) => `- ${name}: ${about}`).join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function speed(entries: readonly Entry[], { streamChats, streamPerSecond, streamWords }: Shape): string {
  const floor = entries.find(({ name }) => name === FLOOR);
  const head = [
    'system',
    `tokens per core-second, ${String(streamChats)} × ${String(streamPerSecond)}/s`,
    `their ${String(streamWords)} tokens end after, s`,
    'first token over direct, p50, ms',
    'p95, ms',
    'CPU per short chat, ms',
    'short chats/s',
    'KiB per stream',
    'idle, MiB',
    'failed chats',
  ];
  const rows = entries.map((entry) => {
    const of = figuresOf(entry, floor, streamChats);
    return [
      entry.failure === undefined ? entry.name : `${entry.name} **(failed)**`,
      spread(of.tokensPerCoreSecond),
      single(of.streamSeconds),
      entry.name === FLOOR ? `(${single(of.firstTokenMs)})` : spread(of.overDirectMs?.p50),
      single(of.overDirectMs?.p95),
      spread(of.cpuPerShortChatMs),
      single(of.shortChatsPerSecond),
      single(of.kibPerStream),
      single(of.idleMib),
      String(of.failedChats),
    ];
  });
  return table(head, rows);
}

function disturbances(entries: readonly Entry[]): string {
  const head = [
    'system',
    'away 1 s: missing while it goes on',
    'lost for good',
    'twice',
    'killed: missing while it goes on',
    'lost for good',
    'twice',
    'model calls',
    'first new token after the kill, s',
  ];
  const cells = (of: Recovered | undefined): readonly string[] =>
    of === undefined ? ['–', '–', '–'] : [of.gap, of.lost, of.doubled].map(String);
  const rows = entries
    .filter(({ name }) => name !== FLOOR)
    .map(({ name, away, kill }) => [
      name,
      ...cells(away),
      ...cells(kill),
      kill === undefined ? '–' : String(kill.modelCalls),
      single(kill?.newAfterS),
    ]);
  return table(head, rows);
}

function verdicts(goals: readonly Judgement[]): string {
  const rows = goals.map(({ what, goal, value, unit, best, kept }) => [
    kept ? '✓' : '✗',
    what,
    best === undefined ? figureIn(value, unit) : `${spread(value)} ${unit} ${best}`,
    'atMost' in goal ? `≤ ${String(goal.atMost)} ${unit}` : `≥ ${String(goal.atLeast)} ${unit}`,
  ]);
  return table(['', 'goal', 'measured', 'wanted'], rows);
}

const figureIn = (value: Middle | undefined, unit: string): string =>
  value === undefined ? 'not measured' : `${single(value)} ${unit}`;

/** Which of our processes spends the CPU: where to look when a peer wins. */
function ours(entries: readonly Entry[]): string {
  const rounds = entries.find(({ name }) => name === OURS)?.rounds ?? [];
  if (rounds.length === 0) return '';
  const shares = (of: ReturnType<typeof sharesOf>): string =>
    of
      .filter(({ share }) => share >= 0.005)
      .map(({ name, share }) => `${name} ${(share * 100).toFixed(0)} %`)
      .join(', ');
  const streamed = shares(sharesOf(rounds, (round) => round.streamed.cpu));
  const short = shares(sharesOf(rounds, (round) => round.shorts.cpu));
  return `Where the CPU of ${OURS} goes: while it streams ${streamed}; in short chats ${short}.`;
}

/** Who could not be measured, and why. */
function absent(entries: readonly Entry[]): string {
  return entries
    .flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`- **${name} failed**: ${failure.replaceAll('\n', ' ')}`],
    )
    .join('\n');
}

const BEGIN = '<!-- peers: written by npm run bench -- peers -->';
const END = '<!-- /peers -->';

/**
 * The page with this text between its markers.
 * @throws Error when the markers are not there
 */
export function between(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${text}\n\n${page.slice(to)}`;
}
