/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import { useRef } from 'react';
import { usePinnedEnd } from './use-pinned-end.ts';

/** What a browser would measure, in px. */
const list = { scrollTop: 600, scrollHeight: 1200, clientHeight: 600 };

function List() {
  const scroller = useRef<HTMLDivElement>(null);
  const { released } = usePinnedEnd(scroller, () => 'mark');
  const measured = (element: HTMLDivElement | null): void => {
    scroller.current = element;
    for (const key of ['scrollTop', 'scrollHeight', 'clientHeight'] as const)
      if (element !== null) Object.defineProperty(element, key, { configurable: true, get: () => list[key] });
  };
  return (
    <div ref={measured} role="log">
      {released ?? 'held'}
    </div>
  );
}

async function scrolled(next: Partial<typeof list>, then: Partial<typeof list> = {}): Promise<string | null> {
  await act(async () => {
    Object.assign(list, next);
    screen.getByRole('log').dispatchEvent(new Event('scroll'));
    Object.assign(list, then);
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  return screen.getByRole('log').textContent;
}

describe('a list that is held at its end', () => {
  afterEach(() => {
    cleanup();
    Object.assign(list, { scrollTop: 600, scrollHeight: 1200 });
  });

  it('is let go by a move upwards, however small, and held again when it comes back', async () => {
    render(<List />);
    expect(await scrolled({ scrollTop: 500 })).toBe('mark');
    expect(await scrolled({ scrollTop: 590 })).toBe('held');
    expect(await scrolled({ scrollTop: 580 })).toBe('mark');
  });

  it('stays held when it shrinks, also when it has moved before it is drawn smaller', async () => {
    render(<List />);
    expect(await scrolled({ scrollTop: 550 }, { scrollHeight: 1150 })).toBe('held');
    expect(await scrolled({ scrollTop: 500, scrollHeight: 1100 })).toBe('held');
  });
});
