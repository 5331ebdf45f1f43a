import { describe, expect, it } from '@jest/globals';
import { lookBack, type Return } from './coming-back.ts';

const back: Return = { left: 5, at: 1_000, cut: false };
const mark = { seq: 5, upTo: 9 };

describe('who comes back to a chat', () => {
  it('sees at once what came meanwhile', () => {
    expect(lookBack(back, { lastSeq: 9, phase: 'live', ms: 1_000 })).toEqual({ mark });
  });

  it('sees it as soon as it is here, when the line was dead', () => {
    const first = lookBack(back, { lastSeq: 5, phase: 'live', ms: 1_000 });
    expect(first).toEqual({ back });
    const cut = lookBack(back, { lastSeq: 5, phase: 'catching_up', ms: 9_000 }).back ?? back;
    expect(lookBack(cut, { lastSeq: 7, phase: 'catching_up', ms: 90_000 })).toEqual({ back: cut });
    expect(lookBack(cut, { lastSeq: 9, phase: 'live', ms: 90_000 })).toEqual({ mark });
    expect(lookBack(cut, { lastSeq: 5, phase: 'live', ms: 90_000 })).toEqual({});
  });

  it('sees it when it had waited for a frozen page', () => {
    expect(lookBack(back, { lastSeq: 9, phase: 'live', ms: 2_500 })).toEqual({ mark });
  });

  it('is shown no line above what comes while they look', () => {
    expect(lookBack(back, { lastSeq: 9, phase: 'live', ms: 4_000 })).toEqual({});
    expect(lookBack(back, { lastSeq: 5, phase: 'live', ms: 20_000 })).toEqual({});
    expect(lookBack(back, { lastSeq: 9, phase: 'catching_up', ms: 20_000 })).toEqual({});
  });
});
