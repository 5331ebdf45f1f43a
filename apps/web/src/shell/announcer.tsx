'use client';

import { create } from 'zustand';

const useAnnouncement = create<{ readonly text: string }>(() => ({ text: '' }));

/** Says something to who listens to the page instead of looking at it. */
export function announce(text: string): void {
  useAnnouncement.setState({ text });
}

/** The one polite live region. The transcript itself is silent: nobody wants to hear a text grow. */
export function Announcer() {
  const text = useAnnouncement((state) => state.text);
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only" data-testid="announcer">
      {text}
    </div>
  );
}
