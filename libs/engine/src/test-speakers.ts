/** For tests only: workflows in which everything that can find a speaker does. */
import type { AgentDefinition, Pattern, Target, WorkflowDefinition } from '@colloquy/contracts';

const CHOSEN: readonly Target[] = [
  { kind: 'ask_user' },
  { kind: 'group_manager', instruction: 'Mind {n}' },
  { kind: 'random', candidates: ['b', 'c'] },
  { kind: 'function', tool: 'read' },
  { kind: 'stay' },
];

const rules = {
  initialAgent: 'a',
  mayRepeat: ['a', 'b'],
  transitions: { a: ['a', 'b', 'c', 'user'], b: ['a', 'c'], c: ['a', 'b', 'user'] },
  eligible: { c: 'n != 4' },
  person: true,
  introductions: true,
};
const PATTERNS: readonly Pattern[] = [
  { kind: 'auto', ...rules, maxRetries: 1, maxRounds: 3 },
  { kind: 'auto', initialAgent: 'c' },
  { kind: 'manual', ...rules },
  { kind: 'random', ...rules },
  { kind: 'round_robin', ...rules, maxRounds: 3 },
  {
    kind: 'default',
    ...rules,
    afterWorks: [{ when: 'n < 5', target: { kind: 'group_manager' } }],
    afterWork: { kind: 'function', tool: 'read' },
  },
];

/** The agents "a", "b" and "c" of a workflow in every pattern, with every target in every place. */
export function speakerWorkflows(base: WorkflowDefinition): WorkflowDefinition[] {
  return PATTERNS.map((pattern, index) => {
    const limits = { ...base.limits, maxRepeatedHandoffs: 2 + index };
    return { ...base, pattern, limits, agents: base.agents.map((agent, place) => mobile(agent, place + index)) };
  });
}

function mobile({ afterWork: _none, ...agent }: AgentDefinition, place: number): AgentDefinition {
  const target = CHOSEN[place % CHOSEN.length] ?? { kind: 'stay' };
  const other: Target = { kind: 'agent', agent: place % 2 === 0 ? 'b' : 'c' };
  return {
    ...agent,
    handoffs: [
      ...agent.handoffs,
      ...CHOSEN.map((each) => ({ target: each, description: 'When n is {n}', available: 'n != 3' })),
    ],
    contextHandoffs: [
      { when: 'n > 6', available: 'not missing', target: other },
      { when: 'n == 6', target },
    ],
    afterWorks: [{ when: 'n == 2', target }],
    ...(place % 3 === 0 ? { afterWork: target } : {}),
  };
}
