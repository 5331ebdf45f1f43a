'use client';

import { defineWords, type Translated } from '../i18n/define-words.ts';

const english = {
  panel: 'Run panel',
  close: 'Close the run panel',
  resize: 'Width of the run panel',
  tabs: { agents: 'Agents', timeline: 'Timeline', cost: 'Cost', context: 'Context', events: 'Events' },
  run: 'Run',
  runNumber: (number: string) => `Run ${number}`,
  undone: 'older version',
  olderRuns: (count: string) => `Show older ones (${count} more)`,
  statuses: {
    running: 'Running',
    waiting: 'Waits for you',
    completed: 'Done',
    failed: 'Failed',
    cancelled: 'Stopped',
  },
  loading: 'Loading the events',
  loadFailed: 'The events cannot be loaded.',
  noRun: 'No run yet',
  noRunHint: 'What the agents do shows here as soon as a run begins.',
  jump: 'Show in the chat',
  gone: 'This is not shown in the chat.',

  graphOf: (agents: string, ways: string) =>
    `Graph of ${agents} agents and ${ways} ways of the turn. The list below says the same.`,
  tooMany: 'This team is too large for a picture; the list has them all.',
  agentList: 'Agents of this run',
  doing: { thinking: 'Thinking', speaking: 'Speaking', tool: 'Runs a tool', waiting: 'Waits for you' },
  doingTool: (tool: string) => `Runs ${tool}`,
  resting: 'Resting',
  notYet: 'No turn yet',
  turns: (count: number) => (count === 1 ? '1 turn' : `${String(count)} turns`),
  tokens: (count: string) => `${count} tokens`,
  nextOf: (names: string) => `then ${names}`,
  incidents: 'Mended on the way',
  incident: {
    takeover: 'Another worker took the run over',
    released: 'A worker gave the run back',
    retried: (who: string) => `${who} was tried again`,
    model: (who: string, model: string) => `${who} goes on with ${model}`,
  },
  branches: 'Parts of the work',

  zoom: 'Shown time',
  zoomAll: 'Whole run',
  zoomRecent: 'Last minute',
  timeline: 'Timeline of the run',
  noSpans: 'Nothing happened in this time.',
  kinds: { thinking: 'Thinking', speaking: 'Speaking', tool: 'Tool', waiting: 'Waiting for a person' },
  outcomes: { open: 'goes on', ok: 'done', failed: 'failed', aborted: 'broken off' },
  handoff: (from: string, to: string) => `${from} hands over to ${to}`,
  handoffs: 'Handoffs',
  earlier: (count: string) => `Show what was earlier (${count} more)`,
  timelineKeys: 'Arrow keys go from bar to bar, Enter shows it in the chat.',

  chatTotal: 'This chat',
  thisRun: 'This run',
  calls: (count: number) => (count === 1 ? '1 model call' : `${String(count)} model calls`),
  byAgent: 'By agent',
  byModel: 'By model',
  byPurpose: 'By purpose',
  purposes: {
    reply: 'Answers',
    select_speaker: 'Choice of a speaker',
    summary: 'Summaries',
    guardrail: 'Guardrails',
    title: 'Title',
  },
  budget: 'Budget of a run',
  budgetOf: (used: string, budget: string, part: string) => `${used} of ${budget} (${part})`,
  noBudget: 'This workflow sets no budget.',
  unpriced: (count: number) =>
    count === 1
      ? '1 model call has no known price: it cost something that is not counted here.'
      : `${String(count)} model calls have no known price: they cost something that is not counted here.`,
  estimated: (count: number) =>
    count === 1
      ? 'The tokens of 1 call were counted from its text, as the provider did not say.'
      : `The tokens of ${String(count)} calls were counted from their texts, as the provider did not say.`,
  noPrice: 'price unknown',
  nothingUsed: 'No model was called yet.',

  workflowItself: 'the workflow',
  noContext: 'No variable was changed',
  noContextHint: 'Agents and tools can set variables of a run. This one has not.',
  hidden:
    'Values of variables stay with the run: they can hold what nobody outside should read. When they changed is shown.',
  changes: 'Changes',
  changedBy: (who: string) => `Variables changed by ${who}`,
  history: (count: number) => (count === 1 ? 'Set once' : `Set ${String(count)} times`),

  searchEvents: 'Find in events',
  allTypes: 'All types',
  allAgents: 'All agents',
  type: 'Type',
  agent: 'Agent',
  eventList: 'Events of the chat',
  countOf: (shown: string, all: string) => `${shown} of ${all}`,
  found: (count: string) => `${count} events match.`,
  nothingFound: 'No event matches.',
  clear: 'Show all',
  toEnd: 'Follow the newest',
  details: (seq: string) => `Event ${seq}`,
} as const;

/** The words of the run panel in one language. */
export type PanelWords = Translated<typeof english>;

/** The words of the run panel. */
export const usePanelWords = defineWords(english, { de: () => import('./words.de.ts') });
