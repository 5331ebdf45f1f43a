import { expect, it } from '@jest/globals';
import { publicEvent, type NewEvent } from '@colloquy/contracts';
import { documentOf, recordOfLog } from './chat-document.ts';
import { applyCommits, viewOfDocument } from './chat-view.ts';
import { emptyView } from './chat-view-state.ts';
import { CHAT, CREATED, HELLO, RUN, STARTED, id, logOf } from './fixtures/sample-log.ts';

it('P1: a choice of a speaker that could not be used is not shown, loaded or watched', () => {
  const about = { runId: RUN, agent: 'planner', messageId: id('choice'), purpose: 'select_speaker' as const };
  const began: NewEvent = { type: 'message_started', ...about, kind: 'text', model: 'demo', attempt: 1 };
  const wrong: NewEvent = { type: 'message_aborted', ...about, text: 'Wolf', reason: 'invalid' };
  const log = logOf([[CREATED, HELLO], [STARTED], [began, wrong]]);
  const record = recordOfLog(log, publicEvent);
  if (record === undefined) throw new Error('the log is empty');
  const loaded = viewOfDocument(documentOf(record));
  const events = log.flatMap(({ commit }) => commit.events.map(publicEvent));
  const watched = applyCommits(emptyView(CHAT), { events, deltas: [] });
  for (const view of [loaded, watched]) {
    expect([...view.entries].map(({ kind }) => kind)).toEqual(['user', 'run']);
    expect(view.speaking).toEqual([]);
  }
});
