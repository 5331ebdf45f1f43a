/** Child runs in the view and in the header of a chat. */
import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { publicEvent } from '@colloquy/contracts';
import { recordOfLog, documentOf } from './chat-document.ts';
import { statusOf } from './chat-document-header.ts';
import { applyCommits, viewOfDocument } from './chat-view.ts';
import { emptyView } from './chat-view-state.ts';

const id = (name: string): string => name.padEnd(16, '_');
const [chatId, root, x, y] = [id('chat'), id('root'), id('x'), id('y')];
const about = { workflow: 'team', workflowHash: 'h', engineVersion: 2, trigger: 2, variables: {}, worker: 'w' };

function childStart(runId: string, branch: string): NewEvent {
  const of = { parentRunId: root, parentCallId: id('call'), child: 'fan', branch, mode: 'all' as const };
  return { type: 'run_started', runId, ...of, ...about };
}

function question(runId: string): NewEvent {
  return { type: 'input_request', runId, agent: 'a', requestId: id(`q-${runId[0] ?? ''}`), kind: 'text', prompt: '?' };
}

function ended(runId: string): NewEvent {
  return { type: 'run_completed', runId, reason: { code: 'handoff_terminate', text: '' }, summary: 'Known' };
}

const beginning: NewEvent[] = [
  { type: 'chat_created', ownerId: 'u', workflow: 'team', variables: {} },
  { type: 'user_message', messageId: id('m'), commandId: id('c'), text: 'Hello' },
  { type: 'run_started', runId: root, ...about },
  {
    type: 'tool_call',
    runId: root,
    agent: 'lead',
    callId: id('call'),
    tool: 'team',
    arguments: {},
    messageId: id('m2'),
    approval: 'none',
  },
  childStart(x, 'x'),
  childStart(y, 'y'),
];

function recordOf(events: readonly NewEvent[]) {
  const placed = events.map((event, index) => ({ ...event, seq: index + 1, at: '2026-01-01T00:00:00.000Z' }));
  const commit = { v: 1 as const, chatId, events: placed };
  const record = recordOfLog([{ epoch: 'e', streamSeq: 1, commit }], publicEvent);
  if (record === undefined) throw new Error('no record');
  const view = applyCommits(emptyView(chatId), { cursor: 'c', events: placed, deltas: [] });
  return { record, view };
}

describe('a chat with child runs', () => {
  it('runs while one of them works, and waits when all of them wait for a person', () => {
    expect(recordOf(beginning).record.status).toBe('running');
    expect(recordOf([...beginning, question(x)]).record.status).toBe('running');
    expect(recordOf([...beginning, question(x), question(y)]).record.status).toBe('waiting');
    expect(recordOf([...beginning, question(x), ended(y)]).record.status).toBe('waiting');
    expect(statusOf(recordOf([...beginning, question(x), ended(y), ended(x)]).record)).toBe('running');
  });

  it('shows their questions, and ends with its own run only', () => {
    const { record, view } = recordOf([...beginning, question(x), ended(y)]);
    expect(record.lastRun).toMatchObject({ runId: root, status: 'running' });
    expect(view.pendingRequests.map(({ runId }) => runId)).toEqual([x]);
    const after = recordOf([...beginning, ended(x), ended(y), ended(root)]);
    expect(after.record).toMatchObject({ status: 'idle', lastRun: { runId: root, status: 'completed' } });
  });

  it('says of each entry of theirs that it is part of another run, also from a document', () => {
    const events = [...beginning, ended(x), ended(y), ended(root)];
    const { record, view } = recordOf(events);
    const runs = (entries: Iterable<{ readonly kind: string }>) => [...entries].filter(({ kind }) => kind === 'run');
    expect(runs(view.entries)).toMatchObject([
      { phase: 'started', runId: root },
      { phase: 'started', runId: x, parentRunId: root, branch: 'x' },
      { phase: 'started', runId: y, parentRunId: root, branch: 'y' },
      { phase: 'completed', runId: x, parentRunId: root },
      { phase: 'completed', runId: y, parentRunId: root },
      { phase: 'completed', runId: root },
    ]);
    const document = documentOf(record);
    const cut = { ...document, messages: document.messages.slice(-3) };
    expect(runs(viewOfDocument(cut).entries)).toEqual(runs(view.entries).slice(-3));
    expect('childRuns' in document).toBe(false);
  });
});
