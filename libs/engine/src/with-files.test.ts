import { describe, expect, it } from '@jest/globals';
import { IMAGE_TOKENS, MAX_FILE_TEXT, type Attachment } from '@colloquy/contracts';
import { estimateMessages } from './estimate-view.ts';
import { agent, ScriptedChat, team } from './test-driver.ts';
import { transcriptOf } from './transcript-text.ts';
import { viewOf } from './view-of.ts';
import type { ModelMessage } from './types.ts';

const WORDS: Attachment = { fileId: 'file-0000-0000-0001', name: 'a "b".md', type: 'text/markdown', size: 400 };
const DOT: Attachment = { fileId: 'file-0000-0000-0002', name: 'dot.png', type: 'image/png', size: 70 };

const two = team([agent('a'), agent('b')], { pattern: { kind: 'round_robin', initialAgent: 'a', maxRounds: 1 } });

function said(chat: ScriptedChat, text: string, attachments: Attachment[]): ScriptedChat {
  const recorded = chat.record({ ...chat.envelope(), kind: 'message', messageId: chat.newId(), text, attachments });
  expect(recorded.verdict).toBe('accepted');
  return chat.run();
}

const filesIn = (messages: readonly ModelMessage[]) =>
  messages.flatMap((message) => ('files' in message ? [message.files] : []));

describe('files of a message', () => {
  it('are in the view of every agent, and nobody else needs their bytes', () => {
    const chat = said(ScriptedChat.begun(two).run(), 'look', [WORDS, DOT]);
    for (const name of ['a', 'b']) {
      const view = viewOf(chat.state, two, agent(name));
      expect(filesIn(view)).toEqual([[WORDS, DOT]]);
      expect(view.find((message) => 'files' in message)).toMatchObject({ role: 'user', content: 'look' });
    }
    expect(chat.requests.filter(({ messages }) => filesIn(messages).length > 0).map((each) => each.agent)).toEqual([
      'a',
      'b',
    ]);
  });

  it('stay with it when it is answered again, and are what an edit says', () => {
    const chat = said(ScriptedChat.begun(team([agent('a')])).run(), '', [WORDS]);
    chat.record({ ...chat.envelope(), kind: 'regenerate' });
    chat.run();
    expect(filesIn(viewOf(chat.state, chat.workflow, agent('a')))).toEqual([[WORDS]]);
    const messageId = chat.all('user_message').at(-1)?.messageId ?? '';
    chat.record({ ...chat.envelope(), kind: 'edit', messageId, text: 'now', attachments: [DOT] });
    chat.run();
    expect(filesIn(viewOf(chat.state, chat.workflow, agent('a')))).toEqual([[DOT]]);
  });

  it('are counted before anybody knows what is in them', () => {
    const plain: ModelMessage = { role: 'user', content: 'look' };
    const more = (files: Attachment[]): number => estimateMessages([{ ...plain, files }]) - estimateMessages([plain]);
    expect(more([DOT])).toBe(IMAGE_TOKENS);
    expect(more([WORDS])).toBeGreaterThanOrEqual(100);
    expect(more([{ ...WORDS, size: 1e9 }])).toBeLessThan(MAX_FILE_TEXT / 4 + 100);
  });

  it('are named where only words can be', () => {
    const messages: ModelMessage[] = [{ role: 'user', content: '', files: [WORDS] }];
    expect(transcriptOf([{ seq: 1, messages }], 1000)).toBe('Person: [file "a \\"b\\".md", text/markdown, 400 bytes]');
  });

  it('give a chat its name when nothing was said', () => {
    const empty = new ScriptedChat(team([agent('a')]));
    expect(said(ScriptedChat.begun(empty.workflow, {}, '').run(), '', [WORDS]).state.title).toBeDefined();
  });
});
