import type { UsageReport, WorkflowCard } from '@colloquy/contracts';

/** The moment at which every state is looked at: a Wednesday afternoon. */
export const NOW = '2026-03-18T14:30:00.000Z';

/** The workflows that the states have. */
export const CARDS: readonly WorkflowCard[] = [
  {
    name: 'assistant',
    title: 'Assistant',
    description: 'One agent that searches the documentation before it answers.',
    starters: ['How do I write a workflow?', 'What happens when an orchestrator dies?'],
    agents: [{ name: 'guide', title: 'Guide', description: 'Knows the documentation', tools: ['search_docs'] }],
    graph: { pattern: 'default', first: 'guide', edges: [{ from: 'guide', to: 'person', kind: 'after' }] },
    onNewInput: 'queue',
    budgetMicroUsd: 500_000,
  },
  {
    name: 'support-desk',
    title: 'Support desk',
    description: 'Triage reads your question and hands it to the right specialist. Refunds need your approval.',
    starters: ['I was charged twice for order A-1042. Can I get a refund?', 'My export has been stuck for an hour.'],
    agents: [
      { name: 'triage', title: 'Triage', description: 'Reads every question first' },
      { name: 'billing', title: 'Billing', description: 'Orders, invoices, refunds', tools: ['look_up', 'refund'] },
      { name: 'technical', title: 'Technical', description: 'Everything that does not work', tools: ['logs'] },
    ],
    graph: {
      pattern: 'auto',
      first: 'triage',
      edges: [
        { from: 'triage', to: 'billing', kind: 'handoff' },
        { from: 'triage', to: 'technical', kind: 'handoff' },
        { from: 'billing', to: 'technical', kind: 'handoff' },
        { from: 'billing', to: 'person', kind: 'after' },
        { from: 'technical', to: 'person', kind: 'after' },
      ],
    },
    keys: [{ name: 'SHOP_API_KEY', present: true }],
    onNewInput: 'queue',
    budgetMicroUsd: 1_000_000,
  },
  {
    name: 'research-team',
    title: 'Research team',
    description: 'A planner splits your question, two researchers look at the same time, a writer writes.',
    starters: ['How does a chat survive a crash?', 'What is a ticket, and who may run a chat?'],
    agents: [
      { name: 'planner', title: 'Planner', description: 'Splits a question into smaller ones' },
      { name: 'reader', title: 'Reader', description: 'Finds what the documentation says', tools: ['search_docs'] },
      { name: 'lexicographer', title: 'Glossary', description: 'Explains the words that are used' },
      { name: 'writer', title: 'Writer', description: 'Writes the answer from what was found' },
    ],
    graph: {
      pattern: 'default',
      first: 'planner',
      edges: [
        { from: 'planner', to: 'reader', kind: 'child' },
        { from: 'planner', to: 'lexicographer', kind: 'child' },
        { from: 'planner', to: 'writer', kind: 'after' },
        { from: 'writer', to: 'person', kind: 'after' },
      ],
    },
    keys: [{ name: 'SEARCH_API_KEY', present: false }],
    onNewInput: 'interrupt',
    budgetMicroUsd: 2_000_000,
  },
];

const DAYS = [0.4, 1.2, 0, 0.9, 2.1, 1.6, 0.7, 0, 0.3, 1.1, 1.9, 2.6, 1.3, 0.8];

/** What the person has used, as the states have it. */
export const USAGE: UsageReport = {
  byDay: DAYS.map((usd, index) => ({
    day: new Date(Date.parse(NOW) - (DAYS.length - 1 - index) * 86_400_000).toISOString().slice(0, 10),
    ...used(usd),
  })),
  byModel: [
    { model: 'gpt-5.2', ...used(9.8) },
    { model: 'gpt-5.2-mini', ...used(4.2) },
    { model: 'own', ...used(0.9), costMicroUsd: 0 },
  ],
  byAgent: [
    { agent: 'writer', ...used(6.1) },
    { agent: 'reader', ...used(4.4) },
    { agent: 'billing', ...used(2.6) },
    { agent: 'triage', ...used(0.9) },
  ],
  totals: used(14.9),
};

function used(usd: number): UsageReport['totals'] {
  return {
    promptTokens: Math.round(usd * 210_000),
    cachedTokens: Math.round(usd * 40_000),
    completionTokens: Math.round(usd * 31_000),
    costMicroUsd: Math.round(usd * 1_000_000),
    modelCalls: Math.round(usd * 37),
  };
}
