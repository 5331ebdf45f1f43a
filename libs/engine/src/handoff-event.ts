import type { NewEvent, NewEventOf, Target } from '@colloquy/contracts';
import { nameOfTarget } from './target-names.ts';
import type { RunState } from './types.ts';

/** Who or what decided that the turn moves. */
export type HandoffBy = NewEventOf<'handoff'>['by'];

/** The event by which an agent hands over; where it leads is taken up in the next step. */
export function handoffTo(
  { runId }: Pick<RunState, 'runId'>,
  { from, target, by, reason }: { from: string; target: Target; by: HandoffBy; reason?: string | undefined },
): NewEvent {
  const event: NewEventOf<'handoff'> = { type: 'handoff', runId, agent: from, from, to: nameOfTarget(target), by };
  if (target.kind !== 'agent') event.towards = target;
  if (reason !== undefined) event.reason = reason;
  return event;
}
