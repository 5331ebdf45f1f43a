import { describe, expect, it } from '@jest/globals';
import { initialState } from './evolve.ts';
import { next } from './next.ts';
import { isAtRest, statusOf } from './status-of.ts';
import { agent, assistant, id, ScriptedChat, team, tool } from './test-driver.ts';

describe('a chat at rest', () => {
  it('rests before its first event', () => {
    expect(next(initialState, undefined)).toEqual({ kind: 'rest', status: 'idle' });
  });

  it('starts a run for a message that waits, with the chat`s variables', () => {
    const chat = ScriptedChat.begun(assistant);
    expect(chat.step).toEqual({ kind: 'start_run', workflow: 'team', trigger: 2, variables: {} });
    expect(statusOf(chat.state)).toBe('running');
  });

  it('rests when it is deleted, whatever waits', () => {
    const chat = ScriptedChat.begun(assistant);
    chat.record({ ...chat.envelope(), kind: 'delete' });
    expect(chat.step).toEqual({ kind: 'rest', status: 'idle' });
    expect(statusOf(chat.state)).toBe('idle');
  });
});

describe('a single agent', () => {
  it('answers, gives the chat its title and completes', () => {
    const chat = ScriptedChat.begun(assistant, { model: () => ({ text: 'Hi' }) }).run();
    expect(chat.types()).toEqual([
      'chat_created',
      'user_message',
      'run_started',
      'chat_renamed',
      'speaker_selected',
      'message_started',
      'text',
      'usage',
      'run_completed',
    ]);
    expect(chat.reason).toBe('handoff_terminate');
    expect(chat.state.run).toBeUndefined();
    expect(isAtRest(chat.state, undefined)).toBe(true);
  });

  it('uses tools in parallel and speaks again when all have answered', () => {
    const workflow = team([agent('a', { tools: ['find'] })], { tools: [tool('find')] });
    const chat = ScriptedChat.begun(workflow, {
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool')
          ? { text: 'Found' }
          : {
              calls: [
                { tool: 'find', arguments: { q: 1 } },
                { tool: 'find', arguments: { q: 2 } },
              ],
            },
    });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    expect(chat.step).toMatchObject({ sequential: false, calls: [{ attempt: 1 }, { attempt: 1 }] });
    chat.run();
    expect(chat.speakers).toEqual(['a']);
    expect(chat.all('tool_response')).toHaveLength(2);
    expect(chat.requests.at(-1)?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
    ]);
  });

  it('ends its turn also when it says nothing, and says so on the log', () => {
    const chat = ScriptedChat.begun(assistant, { model: () => ({}) }).run();
    expect(chat.all('text')).toMatchObject([{ text: '' }]);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('answers messages that came meanwhile together, in a run of its own, and does not know them before', () => {
    const chat = ScriptedChat.begun(assistant);
    chat.perform(chat.step);
    chat.say('second');
    chat.say('third');
    chat.run();
    expect(chat.all('run_started').map(({ trigger }) => trigger)).toEqual([2, 5]);
    expect(chat.requests.map(({ messages }) => messages.filter(({ role }) => role === 'user').length)).toEqual([1, 3]);
    expect(chat.all('chat_renamed')).toHaveLength(1);
  });

  it('fails a run whose definition is gone, in words', () => {
    const chat = ScriptedChat.begun(assistant);
    chat.perform(chat.step);
    expect(next(chat.state, undefined)).toMatchObject({
      kind: 'decide',
      events: [{ type: 'run_failed', error: { code: 'definition_missing' } }],
    });
  });
});

describe('variables', () => {
  it('of one run are not seen by the next', () => {
    const workflow = team([agent('a', { systemMessage: 'Name: {name}', tools: ['set'] })], {
      tools: [tool('set')],
      variables: { name: 'nobody' },
    });
    const chat = ScriptedChat.begun(workflow, {
      model: ({ messages }) => (messages.at(-1)?.role === 'tool' ? { text: 'ok' } : { calls: [{ tool: 'set' }] }),
      tool: () => ({ ok: true, result: null, ms: 1, set: { name: 'Ada' } }),
    }).run();
    chat.say('again');
    chat.run();
    const systems = chat.requests.map(({ messages }) => messages[0]?.role === 'system' && messages[0].content);
    expect(systems).toEqual(['Name: nobody', 'Name: Ada', 'Name: nobody', 'Name: Ada']);
  });
});

describe('the title', () => {
  const titled = team([agent('a')], { titleModel: 'small' });
  const byModel = (text: string) => ({
    model: ({ purpose }: { purpose: string }) => (purpose === 'title' ? { text } : { text: 'The answer' }),
  });

  it('is the first words of the first message, at most 60 characters, cut between words', () => {
    const chat = ScriptedChat.begun(assistant, {}, `  Please\nhelp ${'me '.repeat(40)}`).run();
    const title = chat.state.title ?? '';
    expect(title).toMatch(/^Please help (me )*me$/);
    expect(title.length).toBeGreaterThan(50);
    expect(title.length).toBeLessThanOrEqual(60);
  });

  it('is made by a model just before the chat comes to rest, and counted', () => {
    const chat = ScriptedChat.begun(titled, byModel('"A fine title."')).run();
    expect(chat.all('chat_renamed')).toMatchObject([{ title: 'A fine title', by: 'workflow' }]);
    expect(chat.types().slice(-4)).toEqual(['usage', 'usage', 'chat_renamed', 'run_completed']);
    expect(chat.all('usage').map(({ purpose, model }) => [purpose, model])).toEqual([
      ['reply', 'scripted'],
      ['title', 'scripted'],
    ]);
    const request = chat.requests.at(-1);
    expect(request).toMatchObject({ purpose: 'title', model: 'small', tools: [] });
    expect(request?.messages[0]?.content).toContain('title');
    expect(chat.state.said.length).toBe(2);
  });

  it('is the first words when the model writes nothing, and for a run that a budget ended', () => {
    expect(ScriptedChat.begun(titled, byModel(' ')).run().state.title).toBe('Hello');
    const poor = team([agent('a', { afterWork: { kind: 'stay' } })], {
      titleModel: 'small',
      limits: { maxTurns: 9, maxToolCalls: 9, budgetMicroUsd: 50 },
    });
    const chat = ScriptedChat.begun(poor).run();
    expect([chat.reason, chat.state.title, chat.requests.length]).toEqual(['budget_usd', 'Hello', 1]);
  });

  it('is never put over a person`s own, not even while the model writes', () => {
    const chat = ScriptedChat.begun(titled, byModel('Mine'));
    while (!(chat.step.kind === 'call_model' && chat.step.request.purpose === 'title')) chat.perform(chat.step);
    const { step } = chat;
    chat.record({ ...chat.envelope(), kind: 'rename', title: 'Ours' });
    chat.perform(step);
    chat.run();
    expect(chat.state.title).toBe('Ours');
    expect(chat.all('chat_renamed')).toHaveLength(1);
    expect(chat.all('usage')).toHaveLength(2);
  });

  it('is made before a chat first waits for its person', () => {
    const workflow = team([agent('a', { tools: ['pay'] })], {
      tools: [tool('pay', { approval: 'required' })],
      titleModel: 'small',
    });
    const chat = ScriptedChat.begun(workflow, {
      model: ({ purpose }) => (purpose === 'title' ? { text: 'Paying' } : { calls: [{ tool: 'pay' }] }),
    }).run();
    expect(chat.step).toEqual({ kind: 'rest', status: 'waiting' });
    expect(chat.state.title).toBe('Paying');
    expect(statusOf(chat.state)).toBe('waiting');
  });

  it('does not cut a character in half and always has something to say', () => {
    const faces = ScriptedChat.begun(assistant, {}, '😀'.repeat(31) + 'x').run().state.title ?? '';
    expect(faces).toBe('😀'.repeat(30));
    expect(ScriptedChat.begun(assistant, {}, 'x' + '😀'.repeat(31)).run().state.title).toBe('x' + '😀'.repeat(29));
    expect(ScriptedChat.begun(assistant, {}, '\n ').run().state.title).toBe('Team');
    expect(id('x')).toHaveLength(16);
  });
});
