'use client';

import { create } from 'zustand';

const useAnnouncement = create<{ readonly text: string; readonly count: number }>(() => ({ text: '', count: 0 }));

/** Says something to who listens to the page instead of looking at it; the same words again are said again. */
export function announce(text: string): void {
  useAnnouncement.setState(({ count }) => ({ text, count: count + 1 }));
}

/** The one polite live region. The transcript itself is silent: nobody wants to hear a text grow. */
export function Announcer() {
  const { text, count } = useAnnouncement();
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only" data-testid="announcer">
      {/* A live region speaks when its content changes: another element each time, also for the same text. */}
      <span key={count}>{text}</span>
    </div>
  );
}
