import { describe, expect, it } from '@jest/globals';
import { randomLog } from '@colloquy/testing';
import fc from 'fast-check';
import { applyCommits } from './chat-view.ts';
import { emptyView, type ChatView } from './chat-view-state.ts';
import { newestVersion } from './newest-version.ts';

const CHAT = 'chat-0000-0000-0001';

/** What is said, by whom or what it came from; which place a waiting message takes is the view's matter. */
const said = ({ entries }: ChatView): string[] =>
  [...entries].flatMap((entry) =>
    entry.kind === 'user' || entry.kind === 'agent' ? [`${entry.kind} ${entry.key}`] : [],
  );

describe('the newest version', () => {
  it('P1: says what the view of the whole log says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(239), { minLength: 5, maxLength: 120 }), (choices) => {
        const events = randomLog(choices).flatMap(({ commit }) => commit.events);
        const newest = newestVersion(events).map((event, index) => ({ ...event, seq: index + 1 }));
        const view = applyCommits(emptyView(CHAT), { events, deltas: [] });
        const short = applyCommits(emptyView(CHAT), { events: newest, deltas: [] });
        expect(said(short).sort()).toEqual(said(view).sort());
        expect(newest.some(({ type }) => type === 'rewound')).toBe(false);
        expect(short.usage).toEqual(view.usage);
      }),
      { numRuns: 200 },
    );
  });
});
