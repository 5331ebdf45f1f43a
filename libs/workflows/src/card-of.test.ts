import { describe, expect, it } from '@jest/globals';
import { workflowCardSchema, type WorkflowCard } from '@colloquy/contracts';
import { cardOf } from './card-of.ts';
import { workflowYamlSchema } from './workflow-yaml.ts';

const cardFrom = (written: unknown): WorkflowCard => cardOf({ name: 'team', yaml: workflowYamlSchema.parse(written) });
const agent = (name: string, more: object = {}) => ({ name, description: name, system_message: 'Hi', ...more });
const lines = (card: WorkflowCard): string[] =>
  (card.graph?.edges ?? []).map(({ from, to, kind, label }) => [from, kind, to, label].filter(Boolean).join(' '));

describe('the card of a workflow', () => {
  it('says what agents use, which keys their tools need, and what a run may cost', () => {
    const card = cardFrom({
      agents: [agent('a', { model: 'gpt-5', tools: ['pay', 'git_*'] }), agent('b')],
      http: { pay: { description: 'Pays', url: 'https://x.example/', headers: { auth: 'Bearer ${TOOL_PAY_KEY}' } } },
      mcp: { git: { command: 'git-mcp', env: { TOKEN: 'TOOL_GIT_TOKEN' } } },
      limits: { budget_usd: 0.5 },
    });
    expect(workflowCardSchema.parse(card)).toEqual(card);
    expect(card).toMatchObject({
      agents: [{ name: 'a', model: 'gpt-5', tools: ['pay', 'git_*'] }, { name: 'b' }],
      keys: [{ name: 'TOOL_GIT_TOKEN' }, { name: 'TOOL_PAY_KEY' }],
      budgetMicroUsd: 500_000,
    });
    expect(card.agents[1]).not.toHaveProperty('model');
    expect(card.agents[1]).not.toHaveProperty('tools');
    expect(cardFrom({ agents: [agent('a')] })).not.toHaveProperty('keys');
  });

  it('draws handoffs, what comes after work, and children, between agents only', () => {
    const card = cardFrom({
      initial_agent: 'a',
      agents: [
        agent('a', { handoffs: [{ to: 'b', when: 'It is about b' }], after_work: 'child:both' }),
        agent('b', { context_handoffs: [{ when: 'done', to: 'a' }], after_work: 'terminate' }),
        agent('c'),
      ],
      children: { both: { mode: 'all', then: 'b', branches: [branch('one', ['c']), branch('two', ['b'])] } },
      variables: { done: false },
    });
    expect(card.graph).toMatchObject({ pattern: 'default', first: 'a' });
    expect(lines(card).sort()).toEqual(
      [
        'person pattern a',
        'a handoff b It is about b',
        'a child c',
        'a child b',
        'a after b',
        'b handoff a done',
        'b after end',
      ].sort(),
    );
  });

  it('draws who may be chosen after whom, each pattern for itself', () => {
    const agents = ['a', 'b', 'c'].map((name) => agent(name));
    const ring = cardFrom({ agents, pattern: 'round_robin' });
    expect(lines(ring)).toEqual(['person pattern a', 'a pattern b', 'b pattern c', 'c pattern a']);
    const chosen = cardFrom({ agents, pattern: { kind: 'auto', transitions: { a: ['b'], b: ['c', 'a'] } } });
    expect(lines(chosen)).toEqual(['person pattern a', 'a pattern b', 'b pattern c', 'b pattern a']);
    const inner = cardFrom({
      agents: [agent('a', { after_work: 'child:group' }), agent('b'), agent('c'), agent('d')],
      pattern: { kind: 'auto', transitions: { a: ['d'] } },
      children: { group: { agents: ['b', 'c'], pattern: 'auto' } },
    });
    const all = lines(inner);
    expect(all).toEqual(expect.arrayContaining(['a child b', 'b pattern c', 'c pattern b', 'a pattern d']));
    expect(all).not.toContain('b pattern d');
    expect(all).not.toContain('a pattern c');
  });
});

const branch = (name: string, agents: readonly string[]) => ({ name, agents });
