import { describe, expect, it } from '@jest/globals';
import { initialState } from './evolve.ts';
import { isAtRest } from './status-of.ts';
import { markedUpTo } from './seen.ts';
import { agent, assistant, OWNER, ScriptedChat, team } from './test-driver.ts';

/** A chat whose answer is there. */
const answered = (): ScriptedChat => ScriptedChat.begun(assistant).run();
const see = (chat: ScriptedChat, upToSeq: number) => chat.record({ ...chat.envelope(), kind: 'seen', upToSeq });

describe('a mark of what was seen', () => {
  it('is recorded once, of a chat at rest too, which stays at rest', () => {
    const chat = answered();
    const { lastSeq } = chat.state;
    expect(see(chat, lastSeq)).toMatchObject({
      verdict: 'accepted',
      events: [{ type: 'chat_seen', upToSeq: lastSeq }],
    });
    expect(isAtRest(chat.state, assistant)).toBe(true);
    // The same again, an older one, and the marks themselves put nothing on the log.
    for (const upToSeq of [lastSeq, 1, chat.state.lastSeq, chat.state.lastSeq + 5]) {
      expect(see(chat, upToSeq)).toEqual({ verdict: 'nothing', events: [] });
    }
    expect(chat.state.lastSeq).toBe(lastSeq + 1);
  });

  it('moves on by parts, and never beyond what is there', () => {
    const chat = answered();
    const [text] = chat.all('text');
    const seq = text?.seq ?? 0;
    expect(see(chat, seq - 1).verdict).toBe('accepted');
    expect(see(chat, 1000)).toMatchObject({ events: [{ upToSeq: chat.state.lastSeq - 1 }] });
    expect(see(chat, 1000).verdict).toBe('nothing');
  });

  it('is for what is news: who says something has seen the rest', () => {
    const chat = answered();
    chat.record({ ...chat.envelope(), kind: 'message', messageId: 'message-0000000009', text: 'More' });
    expect(see(chat, chat.state.lastSeq).verdict).toBe('nothing');
    expect(markedUpTo(initialState, 5)).toBeUndefined();
  });

  it('of a deleted chat puts nothing on the log, and is refused from anybody else', () => {
    const chat = answered();
    expect(chat.record({ ...chat.envelope(), userId: 'mallory', kind: 'seen', upToSeq: 3 })).toMatchObject({
      code: 'not_owner',
    });
    chat.record({ ...chat.envelope(), kind: 'delete' });
    expect(see(chat, 3)).toEqual({ verdict: 'nothing', events: [] });
  });
});

describe('a read-only link', () => {
  it('is one at a time: who asks again is told the one that there is, until it is withdrawn', () => {
    const chat = ScriptedChat.begun(team([agent('a')]));
    const share = (shareId: string | null) => chat.record({ ...chat.envelope(), kind: 'share', shareId });
    expect(share('share-000000000001')).toMatchObject({ events: [{ shareId: 'share-000000000001', by: OWNER }] });
    expect(share('share-000000000002')).toMatchObject({ events: [{ shareId: 'share-000000000001' }] });
    expect(share(null)).toMatchObject({ events: [{ shareId: null }] });
    expect(share('share-000000000003')).toMatchObject({ events: [{ shareId: 'share-000000000003' }] });
  });
});
