import { describe, expect, it } from '@jest/globals';
import { agent, handsTo, id, ScriptedChat, team, tool } from './test-driver.ts';
import { fillTemplate } from './fill-template.ts';
import { viewOf } from './view-of.ts';

describe('fillTemplate', () => {
  it('puts values, leaves out what has none, and touches nothing else', () => {
    const template = '{name} {age} {list} {missing}|{toString}|{"json": 1} { name } {}';
    expect(fillTemplate(template, { name: 'Ada', age: 36, list: [1] })).toBe('Ada 36 [1] ||{"json": 1} { name } {}');
  });

  it('does not fill what a value brings along', () => {
    expect(fillTemplate('{a}', { a: '{b} $& $1', b: 'secret' })).toBe('{b} $& $1');
  });
});

describe('viewOf', () => {
  const workflow = team(
    [
      agent('a', { tools: ['look'], handoffs: [handsTo('b')] }),
      agent('b', { tools: ['look'], systemMessage: 'Be brief, {name}.' }),
    ],
    { tools: [tool('look')], variables: { name: 'Bo' } },
  );
  const told = () =>
    ScriptedChat.begun(workflow, {
      model: ({ agent: name, messages }) => {
        const looked = messages.some(({ role }) => role === 'tool');
        if (name === 'a' && looked) return { text: 'Over to b', calls: [{ tool: 'transfer_to_b' }] };
        return looked
          ? { text: 'Done' }
          : { text: `${name} looks`, calls: [{ tool: 'look', arguments: { by: name } }] };
      },
    }).run();
  const viewAs = (chat: ScriptedChat, name: string) => {
    const found = workflow.agents.find((candidate) => candidate.name === name) ?? agent(name);
    return viewOf(chat.state, workflow, found);
  };

  it('V1: gives an agent its own words and calls, each call followed by its result', () => {
    const chat = told();
    const [call] = chat.all('tool_call');
    const callId = call?.callId;
    expect(viewAs(chat, 'a').slice(0, 5)).toEqual([
      { role: 'system', content: 'You are a.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'a looks', toolCalls: [{ callId, tool: 'look', arguments: { by: 'a' } }] },
      { role: 'tool', callId, content: 'look done' },
      { role: 'assistant', content: 'Over to b' },
    ]);
  });

  it('V2, V3: tells what others said and did under their names, and nothing of the handoff', () => {
    const view = viewAs(told(), 'b');
    expect(view.slice(0, 5)).toEqual([
      { role: 'system', content: 'Be brief, Bo.' },
      { role: 'user', content: 'Hello' },
      { role: 'user', name: 'a', content: 'a: a looks' },
      { role: 'user', name: 'a', content: 'a: [used look with {"by":"a"}, result: look done]' },
      { role: 'user', name: 'a', content: 'a: Over to b' },
    ]);
    expect(JSON.stringify(view)).not.toContain('transfer');
  });

  it('covers the whole chat, also the runs before', () => {
    const chat = told();
    chat.say('And now?');
    chat.run();
    expect(viewAs(chat, 'b').filter(({ content }) => content === 'Hello' || content === 'And now?')).toHaveLength(2);
  });

  it('keeps what was shown of a message that did not end, as the agent`s own words', () => {
    const chat = ScriptedChat.begun(workflow);
    while (chat.step.kind !== 'call_model') chat.perform(chat.step);
    chat.append([chat.startOf(chat.step.request, id('half'))]);
    chat.cancel(new Map([[id('half'), 'As I was say']]));
    chat.say('Go on');
    expect(viewAs(chat.run(), 'a').slice(1, 4)).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'As I was say' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  it('answers a call whose result is nowhere, and has no system message where there is nothing to say', () => {
    const chat = ScriptedChat.begun(workflow, { model: () => ({ calls: [{ tool: 'look' }] }) });
    while (chat.step.kind !== 'run_tools') chat.perform(chat.step);
    const view = viewOf(chat.state, workflow, agent('a', { systemMessage: '{missing}' }));
    expect(view.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(view.at(-1)?.content).toContain('no answer');
  });

  it('shortens long results of others, never the agent`s own', () => {
    const chat = ScriptedChat.begun(workflow, {
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool') ? { text: 'ok' } : { calls: [{ tool: 'look' }] },
      tool: () => ({ ok: true, result: 'x'.repeat(9000), ms: 1 }),
    }).run();
    expect(viewAs(chat, 'a').find(({ role }) => role === 'tool')?.content).toHaveLength(9000);
    expect(viewAs(chat, 'b')[2]?.content?.length).toBeLessThan(2200);
  });
});
