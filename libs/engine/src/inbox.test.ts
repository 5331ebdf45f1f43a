import { describe, expect, it } from '@jest/globals';
import { agentRunOf } from './agent-run.ts';
import { heard } from './inbox.ts';
import { agent, id, ScriptedChat, team } from './test-driver.ts';

/** A run that goes on, and what the person says meanwhile. */
function running(texts: readonly string[]) {
  const chat = ScriptedChat.begun(team([agent('a')], { onNewInput: 'steer' }));
  while (chat.step.kind !== 'call_model') chat.perform(chat.step);
  const seqs = texts.map((text) => {
    chat.say(text);
    return chat.state.lastSeq;
  });
  const runId = chat.state.run?.runId ?? '';
  const event = { type: 'message_taken_up' as const, seq: chat.state.lastSeq + 1, at: '', runId };
  return { chat, runId, seqs, event };
}

describe('what a run hears of what waits', () => {
  it('is what was said to it so far; the rest waits on', () => {
    const { chat, event, seqs } = running(['One', 'Two', 'Three']);
    const { state } = chat;
    const inbox = state.inbox.map((message) =>
      message.text === 'One' ? { ...message, steers: id('other') } : message,
    );
    const after = heard({ ...state, inbox }, { ...event, upToSeq: seqs[1] ?? 0 });
    expect(after.inbox.map(({ text }) => text)).toEqual(['One', 'Three']);
    expect([...after.said].slice(state.said.length)).toMatchObject([{ kind: 'user', text: 'Two', seq: event.seq }]);
  });

  it('is nothing of what another run hears', () => {
    const { chat, event } = running(['One']);
    expect(heard(chat.state, { ...event, runId: id('other'), upToSeq: event.seq })).toBe(chat.state);
  });

  it('makes of a turn that had ended one that goes on, for whose end nothing has been made', () => {
    const { chat, event } = running(['One']);
    const { run } = chat.state;
    if (run === undefined) throw new Error('no run goes on');
    const ended = { ...run, lastReply: 'Done', turnEnded: true, agentRun: { ...agentRunOf(run), summary: 'All done' } };
    const after = heard({ ...chat.state, run: ended }, { ...event, upToSeq: event.seq }).run;
    expect(after).toMatchObject({ turnEnded: false });
    expect(after).not.toHaveProperty('lastReply');
    expect(after?.agentRun).not.toHaveProperty('summary');
  });
});
