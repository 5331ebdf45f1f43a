'use client';

import { defineWords, type Translated } from '../i18n/define-words.ts';

const english = {
  intro: 'A workflow is a team of agents and the rules by which they take turns.',
  failed: 'The workflows cannot be loaded.',
  empty: 'No workflow is installed',
  emptyHint: 'Put one into the workflows folder and start again.',
  start: 'Start',
  startWith: (title: string) => `Start a chat with ${title}`,
  details: 'Details',
  detailsOf: (title: string) => `Details of ${title}`,
  back: 'All workflows',
  missing: 'There is no such workflow',
  missingHint: 'It may have been renamed or taken away.',
  team: (count: number) => (count === 1 ? '1 agent' : `${String(count)} agents`),
  agents: 'The team',
  graph: 'Who can speak after whom',
  graphOf: (title: string, ways: string) => `Graph of ${title}: ${ways}`,
  way: (from: string, to: string) => `${from} to ${to}`,
  noWays: 'one agent answers',
  starters: 'For example',
  keys: 'What it needs',
  keyThere: 'set',
  keyMissing: 'missing',
  keyUnknown: 'needed',
  keysMissing: (count: number) => (count === 1 ? '1 setting is missing' : `${String(count)} settings are missing`),
  keysHint: 'These are set in the environment of the service. Without them some tools or models fail.',
  budget: 'Budget of a run',
  noBudget: 'none is set',
  model: 'Model',
  defaultModel: 'the default',
  tools: 'Tools',
  pattern: 'Next speaker',
  patterns: {
    default: 'by handoffs',
    auto: 'a model chooses',
    round_robin: 'one after the other',
    random: 'at random',
    manual: 'you choose',
  },
} as const;

/** The words of the workflow gallery in one language. */
export type GalleryWords = Translated<typeof english>;

/** The words of the workflow gallery. */
export const useGalleryWords = defineWords(english, { de: () => import('./words.de.ts') });
