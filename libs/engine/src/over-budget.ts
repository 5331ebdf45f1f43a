import type { NewEvent } from '@colloquy/contracts';
import type { CutOff } from './cut-off.ts';
import { timedOutEvents } from './end-run.ts';
import type { ChatState } from './types.ts';

/** The run ends because its user has used up what one user may use; `text` tells the person. Nothing without a run. */
export function overBudgetEvents(state: ChatState, { text, ...cutOff }: CutOff & { text: string }): NewEvent[] {
  // No command has brought it, so none is named.
  const events = timedOutEvents(state, { code: 'user_budget', text, commandId: '', ...cutOff });
  return events.map(({ commandId: _none, ...event }) => event as NewEvent);
}
