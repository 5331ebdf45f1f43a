import { expect, it } from '@jest/globals';
import { publicEvent } from '@colloquy/contracts';
import { documentOf, recordOfLog } from './chat-document.ts';
import { applyCommits, viewOfDocument } from './chat-view.ts';
import { emptyView } from './chat-view-state.ts';
import { CHAT, CREATED, HELLO, id, logOf } from './fixtures/sample-log.ts';

it('P1: a message that was stopped before any run began stands before its end, loaded or watched', () => {
  const stop = id('stop');
  const log = logOf([[CREATED, HELLO], [{ type: 'run_cancelled', runId: stop, by: 'ada', commandId: stop }]]);
  const record = recordOfLog(log, publicEvent);
  if (record === undefined) throw new Error('the log is empty');
  const loaded = viewOfDocument(documentOf(record));
  const events = log.flatMap(({ commit }) => commit.events.map(publicEvent));
  const watched = applyCommits(emptyView(CHAT), { events, deltas: [] });
  expect([...watched.entries].map(({ kind }) => kind)).toEqual(['user', 'run']);
  expect([...loaded.entries]).toEqual([...watched.entries]);
});
