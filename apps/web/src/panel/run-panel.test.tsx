/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createClient } from '@colloquy/client';
import type { ChatEvent, WorkflowCard } from '@colloquy/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ChatStoreContext, createChatStore } from '../chat/chat-store.ts';
import { Team } from '../chat/team.tsx';
import { LanguageProvider } from '../i18n/language-provider.tsx';
import { AgentsView } from './agents-view.tsx';
import { EventsView } from './events-view.tsx';
import { ContextView } from './context-view.tsx';
import { CostView } from './cost-view.tsx';
import { ShownContext, type Shown } from './panel-parts.ts';
import { NO_SCREEN, screenAfter } from './runs-store.ts';
import { TimelineView } from './timeline-view.tsx';
import { applyRunEvents, NO_RUNS, SharedList } from '@colloquy/transcript';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const RUN = 'run-0123456789abcdef';
const CHAT = 'chat-0123456789abcdef';

function eventsOf(...list: readonly object[]): ChatEvent[] {
  return list.map((event, index) => {
    const at = new Date(Date.UTC(2026, 0, 1, 12, 0, index)).toISOString();
    return { runId: RUN, agent: 'planner', ...event, seq: index + 1, at } as ChatEvent;
  });
}

const CARD = {
  name: 'team',
  title: 'Team',
  description: '',
  starters: [],
  agents: [
    { name: 'planner', title: 'The planner', description: '' },
    { name: 'writer', title: 'The writer', description: '' },
  ],
  budgetMicroUsd: 4_000_000,
} as unknown as WorkflowCard;

const EVENTS = eventsOf(
  { type: 'run_started', workflow: 'team' },
  { type: 'speaker_selected', by: 'pattern' },
  { type: 'message_started', messageId: 'm1', kind: 'text', purpose: 'reply', attempt: 1 },
  { type: 'text', messageId: 'm1', text: 'Words' },
  {
    type: 'usage',
    purpose: 'reply',
    model: 'big',
    promptTokens: 1000,
    cachedTokens: 0,
    completionTokens: 200,
    costMicroUsd: 1_000_000,
  },
  {
    type: 'usage',
    purpose: 'reply',
    model: 'own',
    promptTokens: 10,
    cachedTokens: 0,
    completionTokens: 2,
    costMicroUsd: null,
  },
  { type: 'context_updated', set: { order: 'A-1' } },
  { type: 'context_updated' },
  { type: 'handoff', from: 'planner', to: 'writer', by: 'model', reason: 'It is ripe' },
  { type: 'speaker_selected', agent: 'writer', by: 'handoff' },
);

/** Draws a part of the panel; gives the events to which somebody jumps. */
function show(Part: () => React.ReactNode, events: readonly ChatEvent[] = EVENTS): number[] {
  const [run] = applyRunEvents(NO_RUNS, events).runs;
  if (run === undefined) throw new Error('no run');
  const jumps: number[] = [];
  const shown: Shown = {
    screen: screenAfter(NO_SCREEN, { events: SharedList.of(events), complete: true, error: undefined }),
    run,
    card: CARD,
    jump: (seq) => void jumps.push(seq),
  };
  const store = createChatStore(createClient({ baseUrl: 'http://127.0.0.1:9' }), CHAT);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LanguageProvider language="en">
        <ChatStoreContext value={store}>
          <Team agents={CARD.agents}>
            <ShownContext value={shown}>
              <Part />
            </ShownContext>
          </Team>
        </ChatStoreContext>
      </LanguageProvider>
    </QueryClientProvider>,
  );
  return jumps;
}

describe('the parts of the run panel', () => {
  afterEach(cleanup);

  it('list every agent with what it does, took and cost, and lead into the chat', async () => {
    const jumps = show(AgentsView);
    const [planner, writer] = within(screen.getByRole('list', { name: 'Agents of this run' })).getAllByRole('listitem');
    expect(planner?.textContent).toContain('Resting');
    expect(planner?.textContent).toContain('1 turn · 1.2K tokens · $1.00 + price unknown');
    expect(writer?.textContent).toContain('Thinking');
    expect(screen.getByRole('img', { name: /Graph of 2 agents/ })).toBeDefined();
    screen.getByRole('button', { name: 'Show in the chat: The planner' }).click();
    expect(jumps).toEqual([3]);
  });

  it('have a bar for each thing that was done, reached by one Tab and walked by arrows', () => {
    const jumps = show(TimelineView);
    const bars = screen.getAllByRole('button', { name: /The planner: |The writer: / });
    expect(bars.map((bar) => bar.getAttribute('aria-label'))).toEqual([
      'The planner: Thinking, 1.0 s',
      'The planner: Speaking, 1.0 s',
      expect.stringMatching(/^The writer: Thinking, .*goes on$/),
    ]);
    expect(bars.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    bars[1]?.click();
    screen.getByRole('button', { name: /The planner hands over to The writer/ }).click();
    expect(jumps).toEqual([3, 9]);
  });

  it('say what is not known of the cost, and how much of the budget is left', () => {
    show(CostView);
    expect(screen.getByRole('meter', { name: 'Budget of a run' }).getAttribute('aria-valuenow')).toBe('25');
    expect(screen.getByText(/^1 model call has no known price/)).toBeDefined();
    expect(screen.getByText('price unknown')).toBeDefined();
  });

  it('draw only the events in view, and say once how many of them match', async () => {
    const many = Array.from({ length: 500 }, (_, nth) => EVENTS[nth % EVENTS.length] ?? {});
    show(EventsView, eventsOf(...many));
    expect(screen.getAllByRole('listitem').length).toBeLessThan(40);
    expect(screen.getByRole('status').textContent).toBe('');
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Type' }), 'handoff');
    expect(screen.getByRole('status').textContent).toBe('50 of 500 events match.');
  });

  it('show variables where they may be seen, and that others changed', async () => {
    show(ContextView);
    expect(screen.getByText('order', { selector: 'code' })).toBeDefined();
    expect(await screen.findByText('A-1')).toBeDefined();
    expect(screen.getByText(/stay with the run/)).toBeDefined();
    expect(screen.getAllByText('Variables changed by The planner')).toHaveLength(2);
  });
});
