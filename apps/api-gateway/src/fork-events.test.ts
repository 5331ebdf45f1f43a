import { describe, expect, it } from '@jest/globals';
import { commitSchema, publicEvent, WIRE_VERSION, type ChatEvent } from '@colloquy/contracts';
import { randomLog } from '@colloquy/testing';
import { applyCommits, emptyView, recordOfLog } from '@colloquy/transcript';
import fc from 'fast-check';
import { forkEvents, type Fork } from './fork-events.ts';

const PARENT = 'chat-0000-0000-0001';
const FORK = 'chat-0000-0000-0002';
const about = (atSeq: number, message?: string): Fork => {
  return {
    parentId: PARENT,
    atSeq,
    commandId: 'command-of-fork-01',
    userId: 'ada',
    at: '2026-05-05T05:05:05.555Z',
    message,
  };
};
const said = (events: readonly ChatEvent[]): string[] =>
  [...applyCommits(emptyView(FORK), { events, deltas: [] }).entries].flatMap((entry) =>
    (entry.kind === 'user' || entry.kind === 'agent') && (entry.kind === 'user' || entry.state !== 'streaming')
      ? [`${entry.kind}: ${entry.text}`]
      : [],
  );

describe('a fork of any chat at any event', () => {
  const logs = fc.tuple(fc.array(fc.nat(239), { minLength: 5, maxLength: 120 }), fc.nat());
  const forked = (choices: readonly number[], at: number, message?: string) => {
    const events = randomLog(choices).flatMap(({ commit }) => commit.events);
    const atSeq = 1 + (at % events.length);
    return { atSeq, events: events.slice(0, atSeq), fork: forkEvents(events, about(atSeq, message)) };
  };

  it('F1: says what was said there, in a log without holes', () => {
    fc.assert(
      fc.property(logs, ([choices, at]) => {
        const { events, fork } = forked(choices, at);
        expect(fork.map(({ seq }) => seq)).toEqual(fork.map((_event, index) => index + 1));
        expect(said(fork).sort()).toEqual(said(events).sort());
        expect(commitSchema.safeParse({ v: WIRE_VERSION, chatId: FORK, events: fork }).error).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it('F2 F3 F4: nothing goes on in it, it has cost nothing, and it is a chat of its own', () => {
    fc.assert(
      fc.property(logs, ([choices, at]) => {
        const { fork, atSeq, events } = forked(choices, at);
        const record = recordOfLog(
          [{ epoch: '', streamSeq: 1, commit: { v: 1, chatId: FORK, events: fork } }],
          publicEvent,
        );
        expect(record).toMatchObject({
          pendingRequests: [],
          openCalls: [],
          openMessages: [],
          pinned: false,
          shareId: null,
        });
        expect(record?.lastRun?.status).not.toBe('running');
        expect(record?.usage).toMatchObject({ promptTokens: 0, costMicroUsd: 0, modelCalls: 0, byModel: [] });
        const title = events.findLast((event) => event.type === 'chat_renamed')?.title;
        expect(fork[0]).toMatchObject({ forkedFrom: { chatId: PARENT, seq: atSeq }, ownerId: 'ada' });
        expect(record?.title).toBe(title ?? '');
        expect(record?.unread ?? []).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('goes on with what is said next', () => {
    const { fork } = forked([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 'Rather this');
    expect(fork.at(-1)).toMatchObject({ type: 'user_message', text: 'Rather this', messageId: 'command-of-fork-01' });
  });
});
