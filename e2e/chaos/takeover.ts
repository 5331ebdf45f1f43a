/** How long a run stood still when its orchestrator was taken away: from the log and the timeline. Pure. */
import type { ChatEvent } from '@colloquy/contracts';

/** A fault of an orchestrator, as it was made. */
export interface OwnerFault {
  readonly kind: 'kill' | 'hang' | 'term';
  /** Its name on the log then. */
  readonly worker: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** A time in which something else failed that a takeover needs. */
export interface Disturbance {
  readonly from: number;
  readonly to: number;
}

/** One run that changed hands. */
export interface Takeover {
  readonly kind: OwnerFault['kind'];
  readonly chatId: string;
  readonly seq: number;
  /** From the fault to the next `run_claimed`. */
  readonly ms: number;
  /** From the run's last event before the claim to the claim: what a person waited without a sign. */
  readonly silenceMs: number;
  /** From `run_released` to `run_claimed`; only at a drain. */
  readonly handOverMs: number | undefined;
  /** Nothing else that it needs failed meanwhile. */
  readonly alone: boolean;
}

const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

/** What the faults of orchestrators came to in one chat. */
export function takeoversOf(
  { chatId, events }: { readonly chatId: string; readonly events: readonly ChatEvent[] },
  faults: readonly OwnerFault[],
  disturbances: readonly Disturbance[],
): Takeover[] {
  return events.flatMap((event, at) => {
    if (event.type !== 'run_claimed') return [];
    const before = events.slice(0, at).filter(({ runId }) => runId === event.runId);
    return takeoverAt(event, before, faults).map(({ fault, ...took }): Takeover => ({
      ...took,
      kind: fault.kind,
      chatId,
      seq: event.seq,
      alone: !disturbances.some(({ from, to }) => from <= fault.at + took.ms && to >= fault.at),
    }));
  });
}

type Took = Pick<Takeover, 'ms' | 'silenceMs' | 'handOverMs'> & { readonly fault: OwnerFault };

/** None when nobody was taken away. */
function takeoverAt(
  event: Extract<ChatEvent, { type: 'run_claimed' }>,
  before: readonly ChatEvent[],
  faults: readonly OwnerFault[],
): Took[] {
  const claimed = Date.parse(event.at);
  const owner = ownerOf(before);
  const fault = faults.findLast(
    (one) => one.worker === owner?.worker && Date.parse(owner.at) <= one.at && one.at <= claimed,
  );
  if (fault === undefined || hasEnded(before) || hasWaited(before, fault.at) || wentOn(before, fault)) return [];
  const last = before.at(-1) ?? event;
  const silenceMs = claimed - Date.parse(last.at);
  return [
    { fault, ms: claimed - fault.at, silenceMs, handOverMs: last.type === 'run_released' ? silenceMs : undefined },
  ];
}

function ownerOf(events: readonly ChatEvent[]): { readonly worker: string; readonly at: string } | undefined {
  const last = events.findLast(({ type }) => type === 'run_started' || type === 'run_claimed');
  return last?.type === 'run_started' || last?.type === 'run_claimed' ? last : undefined;
}

/** What was on its way when it froze may still arrive, in ms. */
const ON_ITS_WAY_MS = 1000;

/** It woke before anybody took the run: whatever took the run later was something else. */
const wentOn = (events: readonly ChatEvent[], { kind, at: frozen }: OwnerFault): boolean =>
  kind === 'hang' && events.some(({ at }) => Date.parse(at) > frozen + ON_ITS_WAY_MS);

/** Since then it was a person's turn: nobody ran it that could be taken away. */
const hasWaited = (events: readonly ChatEvent[], since: number): boolean =>
  events.some(({ type, at }) => type === 'input_response' && Date.parse(at) >= since);

const hasEnded = (events: readonly ChatEvent[]): boolean => events.some(({ type }) => ENDS.has(type));
