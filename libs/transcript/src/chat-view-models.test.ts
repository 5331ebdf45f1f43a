/** The line that says that another model answers. */
import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { applyCommits } from './chat-view.ts';
import { emptyView } from './chat-view-state.ts';

const runId = 'run-000000000001';
const at = '2026-01-01T00:00:00.000Z';
const error = { code: 'rate_limited', message: 'The model is busy.' };
const changed: ChatEvent = { type: 'model_changed', seq: 1, at, runId, agent: 'a', from: 'large', to: 'small', error };

describe('a model that failed for good', () => {
  it('is a line of the run: which one failed, why, and which one answers from now on', () => {
    const view = applyCommits(emptyView('chat-0000-0000-0001'), { events: [changed], deltas: [] });
    expect([...view.entries]).toMatchObject([
      {
        kind: 'run',
        phase: 'model_changed',
        models: { agent: 'a', from: 'large', to: 'small' },
        reason: { code: 'rate_limited', text: 'The model is busy.' },
      },
    ]);
  });
});
