/** Chats that begin with what was said elsewhere. */
import { describe, expect, it } from '@jest/globals';
import type { NewEvent, WorkflowDefinition } from '@colloquy/contracts';
import { agent, id, OWNER, ScriptedChat, team, type Script } from './test-driver.ts';

type Said = readonly ['user' | 'assistant', string, string?];

const team2 = (more: Partial<WorkflowDefinition> = {}) => team([agent('clerk'), agent('other')], more);

function begun(history: readonly Said[], workflow = team2(), script: Script = {}): ScriptedChat {
  const chat = new ScriptedChat(workflow, script);
  const commandId = id('c1');
  const imported = history.map(([role, text, name], index): NewEvent => {
    const about = { commandId, messageId: id(`h${String(index)}`), role, text };
    return { type: 'message_imported', ...about, ...(name === undefined ? {} : { name }) };
  });
  chat.append([
    { type: 'chat_created', ownerId: OWNER, workflow: workflow.name, variables: {}, commandId },
    ...imported,
    { type: 'user_message', messageId: id('m1'), commandId, text: 'And now?', by: OWNER },
  ]);
  return chat;
}
const HISTORY: readonly Said[] = [
  ['user', 'I want a cake'],
  ['assistant', 'Which one?', 'clerk'],
  ['assistant', 'I would take plum', 'friend'],
  ['assistant', 'Or lemon'],
];
const heard = (chat: ScriptedChat) => chat.requests[0]?.messages.slice(1).map(({ role, content }) => [role, content]);

describe('a chat that begins with messages from elsewhere', () => {
  it('has one run, of an agent that knows them: its own as its own, those of others under their names', () => {
    const chat = begun(HISTORY).run();
    expect(chat.all('run_started')).toHaveLength(1);
    expect(heard(chat)).toEqual([
      ['user', 'I want a cake'],
      ['assistant', 'Which one?'],
      ['user', 'friend: I would take plum'],
      ['user', 'assistant: Or lemon'],
      ['user', 'And now?'],
    ]);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('waits for nobody where nothing was asked: they are no message that a run takes up', () => {
    const chat = begun(HISTORY);
    expect(chat.state.inbox.map(({ text }) => text)).toEqual(['And now?']);
  });

  // Also at what agents have said there: whoever hands it in can have written it.
  it('has guardrails on input look at what the person said there, once', () => {
    const check = { kind: 'regex' as const, pattern: '\\d{4}' };
    const guardrails = [{ name: 'cards', on: 'input' as const, action: 'mask' as const, check }];
    const chat = begun(
      [
        ['user', 'It is 1234'],
        ['assistant', 'Not 5678?'],
        ['assistant', 'Or 9012?', 'clerk'],
      ],
      team2({ guardrails }),
    ).run();
    expect(heard(chat)).toEqual([
      ['user', 'It is […]'],
      ['user', 'assistant: Not […]?'],
      ['assistant', 'Or […]?'],
      ['user', 'And now?'],
    ]);
    expect(chat.state.title).toBe('It is […]');
    chat.say('More');
    expect(chat.run().all('guardrail_tripped')).toHaveLength(3);
    expect(JSON.stringify(chat.requests.at(-1)?.messages)).not.toMatch(/\d{4}/u);
  });

  it('goes back to its beginning with them, and not into them', () => {
    const chat = begun(HISTORY).run();
    const about = chat.envelope();
    expect(chat.record({ ...about, kind: 'edit', messageId: id('h0'), text: 'Bread' }).verdict).toBe('rejected');
    expect(chat.record({ ...chat.envelope(), kind: 'regenerate' }).verdict).toBe('accepted');
    chat.run();
    expect(chat.requests[1]?.messages).toEqual(chat.requests[0]?.messages);
  });

  it('N1: is the same after a crash at any place', () => {
    const guardrails = [
      {
        name: 'fruit',
        on: 'input' as const,
        action: 'mask' as const,
        check: { kind: 'regex' as const, pattern: 'plum' },
      },
    ];
    const chat = begun(HISTORY, team2({ guardrails })).run();
    const spoken = chat.commits.findIndex((commit) => commit.some(({ type }) => type === 'text')) + 1;
    expect(essence(chat)).toContainEqual(['guardrail_tripped', 'fruit', id('h2'), 'I would take […]']);
    for (let commits = 1; commits < chat.commits.length; commits++) {
      const other = chat.upTo(commits);
      other.takeOver();
      other.run();
      // Nobody hears it twice, and whoever hears it hears all of it.
      expect(other.requests.map(({ messages }) => messages)).toEqual(
        commits < spoken ? [chat.requests[0]?.messages] : [],
      );
      expect(essence(other)).toEqual(essence(chat));
    }
  });
});

/** What remains of a log when ids, costs and signs of a takeover are taken away. */
function essence({ events }: ScriptedChat): unknown[] {
  return events.flatMap((event): unknown[] => {
    switch (event.type) {
      case 'message_imported':
        return [[event.type, event.role, event.name, event.text]];
      case 'user_message':
        return [[event.type, event.text]];
      case 'text':
        return [[event.type, event.agent, event.text]];
      case 'speaker_selected':
        return [[event.type, event.agent, event.by]];
      case 'chat_renamed':
        return [[event.type, event.title]];
      case 'guardrail_tripped':
        return [[event.type, event.name, event.about, event.replacement]];
      case 'run_completed':
        return [[event.type, event.reason]];
      default:
        return [];
    }
  });
}
