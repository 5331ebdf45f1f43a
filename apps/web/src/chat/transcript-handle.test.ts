import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { applyCommits, emptyView, type ChatView } from '@colloquy/transcript';
import { createTranscriptRelay, type MovableList } from './transcript-handle.ts';

const at = '2026-01-01T00:00:00.000Z';
const said = (seq: number): ChatEvent => {
  const messageId = `message-0000-000${String(seq)}`;
  return { type: 'user_message', seq, at, messageId, commandId: messageId, text: 'Hi' };
};
const created: ChatEvent = { type: 'chat_created', seq: 1, at, ownerId: 'ada', workflow: 'a', variables: {} };
const whole = applyCommits(emptyView('chat-0000-0000-0001'), {
  events: [created, said(2), said(3), { type: 'chat_seen', seq: 4, at, upToSeq: 3, commandId: 'c' }, said(5)],
  deltas: [],
});

/** A list that notes where it is moved. */
function listOf(moves: string[]): MovableList {
  return {
    show: (key, { flash = false }) => moves.push(flash ? `${key}!` : key),
    end: () => moves.push('end'),
  };
}

/** A chat of which all is there, or nothing before it is asked for. */
function relayOf(options: { readonly loaded?: boolean } = {}) {
  let view: ChatView = options.loaded === false ? { ...emptyView(whole.chatId), earlier: 3 } : whole;
  let loads = 0;
  const loadHistory = async (): Promise<void> => {
    loads += 1;
    view = await Promise.resolve(whole);
  };
  return { relay: createTranscriptRelay({ view: () => view, loadHistory }), loads: () => loads };
}

describe('the handle of a transcript', () => {
  it('shows an entry by its key, by the seq that made it, and by one that made none', async () => {
    const moves: string[] = [];
    const { relay } = relayOf();
    relay.attach(listOf(moves));
    expect(await relay.scrollTo('message-0000-0003', { flash: true })).toBe(true);
    expect(await relay.scrollToSeq(2)).toBe(true);
    expect(await relay.scrollToSeq(4)).toBe(true);
    expect(await relay.scrollToSeq(1)).toBe(true);
    relay.scrollToEnd();
    const [second, third] = ['message-0000-0002', 'message-0000-0003'];
    expect(moves).toEqual([`${third}!`, second, third, second, 'end']);
    expect(await relay.scrollTo('message-0000-0009')).toBe(false);
  });

  it('loads what came earlier before it gives up', async () => {
    const moves: string[] = [];
    const { relay, loads } = relayOf({ loaded: false });
    relay.attach(listOf(moves));
    expect(await relay.scrollTo('message-0000-0002')).toBe(true);
    expect([loads(), moves]).toEqual([1, ['message-0000-0002']]);
  });

  it('makes up for the last jump that came before there was a list, and moves no list that is gone', async () => {
    const moves: string[] = [];
    const { relay } = relayOf();
    await relay.scrollToSeq(2);
    await relay.scrollToSeq(5);
    const detach = relay.attach(listOf(moves));
    expect(moves).toEqual(['message-0000-0005']);
    detach();
    relay.scrollToEnd();
    expect(moves).toHaveLength(1);
  });
});
