import type { Entry } from '@colloquy/transcript';

/** Heights before a row was drawn, in px. */
const HEIGHTS: Readonly<Record<Entry['kind'], number>> = {
  user: 60,
  agent: 56,
  reasoning: 40,
  tool: 56,
  question: 180,
  handoff: 44,
  run: 20,
  guardrail: 44,
  rejected: 36,
};
const OTHER = 60;
const LINE_PX = 24;
const LINE_CHARS = 90;

/** About how high a row will be, in px: the better it is guessed, the less the list moves when it is drawn. */
export function estimateHeight(entry: Entry | undefined): number {
  if (entry === undefined) return OTHER;
  const lines = entry.kind === 'agent' || entry.kind === 'user' ? Math.ceil(entry.text.length / LINE_CHARS) : 0;
  return HEIGHTS[entry.kind] + lines * LINE_PX;
}
