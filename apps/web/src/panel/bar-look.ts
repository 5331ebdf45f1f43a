/** How a bar of the timeline looks: by the agent's colour, and by filling, edge and hatching, never by colour alone. */
import type { SpanKind } from '@colloquy/transcript';
import type { CSSProperties } from 'react';

const INK = 'oklch(var(--agent-lightness) var(--agent-chroma) var(--agent-hue))';
const WASH = 'oklch(var(--agent-wash-lightness) var(--agent-wash-chroma) var(--agent-hue))';

/** The look of each kind. */
export const BAR_LOOKS: Readonly<Record<SpanKind, CSSProperties>> = {
  thinking: { background: WASH, border: `1px dashed ${INK}` },
  speaking: { background: INK, border: `1px solid ${INK}` },
  tool: { background: WASH, border: `2px solid ${INK}` },
  waiting: {
    background: `repeating-linear-gradient(135deg, var(--warn) 0 3px, var(--warn-wash) 3px 7px)`,
    border: '1px solid var(--warn)',
  },
};
