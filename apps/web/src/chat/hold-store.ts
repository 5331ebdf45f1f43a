import { create } from 'zustand';

/** For what a message waits that was sent: for its files, or for the run that was stopped for it. */
export type Hold = 'uploads' | 'stop';

const useHolds = create<Readonly<Record<string, Hold | undefined>>>(() => ({}));

/** For what the draft of that name waits. Like its uploads it belongs to the draft, not to what shows it. */
export function useHold(draftKey: string): Hold | undefined {
  return useHolds((holds) => holds[draftKey]);
}

/** Holds a draft that was sent; undefined: it is sent, or shall not be. */
export function setHold(draftKey: string, hold: Hold | undefined): void {
  useHolds.setState({ [draftKey]: hold });
}
