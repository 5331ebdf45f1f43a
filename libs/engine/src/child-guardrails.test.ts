/** Guardrails, hooks and summaries in child runs: they look there as they do in the run that asks for them. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail } from '@colloquy/contracts';
import { ASKS, branch, child, ends, HANDS_OVER, heardBy, led, script } from './test-children.ts';
import { ScriptedChat, type Answer } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

const masks: Guardrail = { name: 'here', on: 'tool_result', action: 'mask', check: { kind: 'regex', pattern: 'here' } };
const asks: Guardrail = {
  name: 'taste',
  on: 'output',
  action: 'rewrite',
  message: 'Hm.',
  check: { kind: 'model', model: 'm', instruction: 'Insults' },
};

/** The script of the lead, whose guardrail model trips. */
function tripping(first: Answer) {
  const inner = script(first);
  const model = (request: ModelRequest): Answer =>
    request.purpose === 'guardrail'
      ? { calls: [{ tool: 'verdict', arguments: { tripped: true, replacement: 'Kept back' } }] }
      : (inner.model?.(request) ?? {});
  return { ...inner, model };
}

describe('guardrails and child runs', () => {
  it('what child runs leave as the answer of a tool is looked at as any answer', () => {
    const workflow = led([child('all', [branch('x')])], { guardrails: [masks] });
    const chat = ScriptedChat.begun(workflow, script(ASKS)).run();
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true, result: 'x was […]' });
  });

  it('by a model, too: the answer is held, and the child runs do not begin again', () => {
    const guardrails: Guardrail[] = [{ ...asks, on: 'tool_result' }];
    const workflow = led([child('all', [branch('x'), branch('y')])], { guardrails });
    const chat = ScriptedChat.begun(workflow, tripping(ASKS)).run();
    expect(chat.all('tool_response')[0]).toMatchObject({ ok: true, result: 'Kept back' });
    expect(chat.all('run_started')).toHaveLength(3);
    expect(chat.state.run).toBeUndefined();
  });

  it('a reply in a child run is held there, while its sister goes on', () => {
    const workflow = led([child('all', [branch('x'), branch('y')])], { guardrails: [{ ...asks, agents: ['x'] }] });
    const chat = ScriptedChat.begun(workflow, tripping(HANDS_OVER)).run();
    const held = chat.all('reply_held')[0];
    expect(chat.all('run_started').find(({ runId }) => runId === held?.runId)?.branch).toBe('x');
    expect(heardBy(chat, 'lead').at(-1)?.join('\n')).toContain('Kept back');
    expect(heardBy(chat, 'lead').at(-1)?.join('\n')).toContain('y was here');
  });

  it('the summary of a branch is made by its model, in the child run, and counted', () => {
    const summary = { kind: 'model', model: 'm', instruction: 'Sum up' } as const;
    const workflow = led([child('sequence', [branch('x', { summary })])]);
    const inner = script(HANDS_OVER);
    const chat = ScriptedChat.begun(workflow, {
      model: (request) => (request.purpose === 'summary' ? { text: 'In short' } : (inner.model?.(request) ?? {})),
    }).run();
    expect(ends(chat)[0]).toEqual(['handoff_terminate', 'In short']);
    expect(chat.all('usage').map(({ purpose }) => purpose)).toContain('summary');
  });
});
