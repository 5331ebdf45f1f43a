/** What the title of a chat may tell: nothing that a guardrail on input has not looked at. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail, WorkflowDefinition } from '@colloquy/contracts';
import { agent, ScriptedChat, team, type Script } from './test-driver.ts';

const CARD = 'My card is 1234-5678';
const rule = (action: Guardrail['action'], more: Partial<Guardrail> = {}): Guardrail => ({
  name: 'cards',
  on: 'input',
  check: { kind: 'regex', pattern: '\\d{4}-\\d{4}' },
  action,
  ...more,
});
const titled = (guardrails: Guardrail[], more: Partial<WorkflowDefinition> = {}, script: Script = {}) =>
  ScriptedChat.begun(team([agent('a')], { guardrails, ...more }), script, CARD);

describe('the title of a chat whose input is guarded', () => {
  it('is made of the words that guardrails have left, when they have looked', () => {
    const chat = titled([rule('mask')]).run();
    expect(chat.state.title).toBe('My card is […]');
    const types = chat.types();
    expect(types.indexOf('chat_renamed')).toBeGreaterThan(types.indexOf('guardrail_tripped'));
    expect(types.indexOf('chat_renamed')).toBeLessThan(types.indexOf('text'));
  });

  it('is made of what stands for what stopped the run', () => {
    const chat = titled([rule('stop', { message: 'No cards, please.' })]).run();
    expect([chat.state.title, chat.reason]).toEqual(['No cards, please.', 'guardrail']);
  });

  it('waits for the verdict of a model', () => {
    const verdict = { calls: [{ tool: 'verdict', arguments: { tripped: true, reason: 'r', replacement: 'A card' } }] };
    const check = { kind: 'model' as const, model: 'small', instruction: 'Cards' };
    const model: Script['model'] = ({ purpose }) => (purpose === 'guardrail' ? verdict : { text: 'Ok' });
    expect(titled([rule('rewrite', { check })], {}, { model }).run().state.title).toBe('A card');
  });

  it('is not made while a person is asked before anybody has looked', () => {
    const chat = ScriptedChat.begun(
      team([agent('a', { person: 'always' })], { guardrails: [rule('mask')], titleModel: 'small' }),
      {},
      CARD,
    ).run();
    expect([chat.step.kind, chat.state.title, chat.requests]).toEqual(['rest', undefined, []]);
    chat.answer(chat.pending, '');
    chat.run();
    expect(JSON.stringify(chat.requests.find(({ purpose }) => purpose === 'title')?.messages)).not.toContain('1234');
  });

  it('is that of the workflow when the run ends before anybody has looked', () => {
    const chat = titled([rule('mask')], { limits: { maxTurns: 9, maxToolCalls: 9, budgetTokens: 0 } }).run();
    expect([chat.state.title, chat.reason]).toEqual(['Team', 'budget_tokens']);
  });

  it('comes with the first speaker where nobody looks at input', () => {
    const chat = titled([rule('mask', { on: 'output' })]);
    chat.perform(chat.step);
    chat.perform(chat.step);
    expect(chat.types().slice(-2)).toEqual(['chat_renamed', 'speaker_selected']);
  });
});
