/**
 * What happened in a chat, run by run, without what differs between two chats that went the same way: ids, times, who
 * ran it, how often something was begun. Branches that run at once may interleave in any way, so each run has lines of
 * its own, under the names of the branches that lead to it.
 */
import type { ChatEvent } from '@colloquy/contracts';
import type { ChatView } from '@colloquy/transcript';

/** The lines of each run, by its path: `` for what belongs to no child, `/study:one#1` for the first run of a branch. */
export type LinesOfRuns = Readonly<Record<string, readonly string[]>>;

/** What a crash may add, or move: who has the run, what was begun and not ended, what was paid for it, the title. */
const MOVED: ReadonlySet<string> = new Set([
  'run_claimed',
  'run_released',
  'message_started',
  'tool_started',
  'usage',
  'chat_renamed',
]);
const OWN: ReadonlySet<string> = new Set(
  'seq at ms attempt attempts worker workflowHash trigger deadlineAt expiresAt startedAt key progress'
    .concat(' commandId messageId about usage spent')
    .split(' '),
);
const IDS = /\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]+-[0-9a-f]{28})\b/g;

const plain = (value: object): string =>
  JSON.stringify(value, (name, inner: unknown) => (OWN.has(name) ? undefined : inner)).replaceAll(IDS, '#');

/** True for what the log of an undisturbed chat has, too: it says how far a chat has got. */
export function isProgress(event: ChatEvent): boolean {
  return !MOVED.has(event.type) && !(event.type === 'message_aborted' && event.reason === 'crashed');
}

/** The lines of a log. */
export function linesOfLog(events: readonly ChatEvent[]): LinesOfRuns {
  const paths = pathsOf(events);
  const tools = new Map(events.flatMap((event) => (event.type === 'tool_call' ? [[event.callId, event.tool]] : [])));
  return grouped(
    events.filter(isProgress).map((event) => {
      const tool = event.type === 'tool_response' ? { tool: tools.get(event.callId) } : {};
      return [paths.get(event.runId ?? '') ?? '', plain({ ...event, ...tool })];
    }),
  );
}

/** The lines of what a client shows of it. */
export function linesOfView(view: ChatView, events: readonly ChatEvent[]): LinesOfRuns {
  const paths = pathsOf(events);
  return grouped(
    [...view.entries]
      .filter((entry) => {
        if (entry.kind === 'run') return !['taken_over', 'resumed', 'released'].includes(entry.phase);
        return !('reason' in entry && entry.reason === 'crashed');
      })
      .map((entry) => [paths.get('runId' in entry ? entry.runId : '') ?? '', plain(entry)]),
  );
}

function pathsOf(events: readonly ChatEvent[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const times = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'run_started' || event.parentRunId === undefined) continue;
    const name = `${paths.get(event.parentRunId) ?? ''}/${event.child ?? ''}:${event.branch ?? ''}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    paths.set(event.runId, `${name}#${String(time)}`);
  }
  return paths;
}

function grouped(lines: readonly (readonly [path: string, line: string])[]): LinesOfRuns {
  const all: Record<string, string[]> = {};
  for (const [path, line] of lines) (all[path] ??= []).push(line);
  return all;
}
