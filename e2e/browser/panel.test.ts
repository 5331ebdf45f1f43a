import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect } from '@jest/globals';
import type { NewEvent, UsageReport, WorkflowCard } from '@colloquy/contracts';
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import type { ChatScreen } from './screen.ts';
import { scene, useScriptedStage } from './stage.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true } as const;
const RUN = 'panel-run-0000000001';
const NO_TOTALS = { promptTokens: 900, cachedTokens: 0, completionTokens: 100, costMicroUsd: 1_200_000, modelCalls: 1 };

const TEAM: WorkflowCard = {
  name: 'news-desk',
  title: 'News desk',
  description: 'A reporter finds out, an editor decides.',
  starters: ['What is new?'],
  onNewInput: 'queue',
  agents: [
    { name: 'reporter', title: 'Reporter', description: 'Finds out', tools: ['search'] },
    { name: 'editor', title: 'Editor', description: 'Decides' },
  ],
  graph: {
    pattern: 'default',
    first: 'reporter',
    edges: [
      { from: 'reporter', to: 'editor', kind: 'handoff' },
      { from: 'editor', to: 'reporter', kind: 'after' },
    ],
  },
  keys: [{ name: 'NEWS_API_KEY', present: false }],
  budgetMicroUsd: 4_800_000,
};

const USAGE: UsageReport = {
  byDay: [{ day: new Date().toISOString().slice(0, 10), ...NO_TOTALS }],
  byModel: [
    { model: 'big', ...NO_TOTALS },
    { model: 'own', ...NO_TOTALS, costMicroUsd: 0 },
  ],
  byAgent: [{ agent: 'reporter', ...NO_TOTALS }],
  totals: { ...NO_TOTALS, modelCalls: 2 },
};

const id = (name: string): string => `panel-${name}-`.padEnd(24, '0');
const turn = (agent: string): NewEvent => ({ type: 'speaker_selected', runId: RUN, agent, by: 'pattern' });
/** `calls`: how many model calls of the chat there were with this one. */
const says = (agent: string, name: string, calls = 1): NewEvent[] => [
  {
    ...{ type: 'message_started', runId: RUN, agent, messageId: id(name), kind: 'text', purpose: 'reply' },
    ...{ model: 'big', attempt: 1 },
  },
  { type: 'text', runId: RUN, agent, messageId: id(name), text: `${agent} has news.`, finishReason: 'stop' },
  {
    ...{ type: 'usage', runId: RUN, agent, purpose: 'reply', model: 'big', ms: 5, firstTokenMs: 1 },
    ...{
      promptTokens: 900,
      cachedTokens: 0,
      completionTokens: 100,
      costMicroUsd: 1_200_000,
      totals: { ...NO_TOTALS, costMicroUsd: calls * 1_200_000, modelCalls: calls },
    },
  },
];

async function expectAccessible(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const faults = violations.flatMap(({ id: rule, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${state}: ${rule} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
  expect(faults).toEqual([]);
}

/** What stands beside a chat, and the pages that count and list. */
describe('the run panel in the browser', () => {
  const stage = useScriptedStage({ workflows: [TEAM], usage: USAGE });
  const panelOf = ({ page }: ChatScreen): Locator => page.getByRole('complementary', { name: 'Run panel' });

  /** A chat in which a reporter has spoken, and has the turn. */
  function begin(name: string): { readonly chatId: string; add(...events: NewEvent[]): void } {
    const { backend } = stage.script;
    const chatId = `panel-chat-${name}`.padEnd(24, '0');
    const add = (...events: NewEvent[]): void => {
      backend.append(chatId, events);
    };
    const asked = { messageId: id(`${name}-asked`), commandId: id(`${name}-asked`), text: 'What is new?', by: 'ada' };
    add({ type: 'chat_created', ownerId: 'guest-scripted', workflow: 'news-desk', title: name, variables: {} });
    add({ type: 'user_message', ...asked });
    const about = {
      workflow: 'news-desk',
      workflowHash: 'h',
      engineVersion: 3,
      trigger: 2,
      variables: {},
      worker: 'w',
    };
    add({ type: 'run_started', runId: RUN, ...about });
    add(turn('reporter'), ...says('reporter', `${name}-one`));
    return { chatId, add };
  }

  scene(stage, 'opens by key, follows the run live, and "back" closes it', async () => {
    const chat = begin('live');
    const screen = await stage.screen();
    const { page } = screen;
    await screen.open(`/c/${chat.chatId}`);
    await screen.messages().getByText('reporter has news.').waitFor();
    // The keys of the chat come a moment after it is shown.
    await waitFor(
      async () => {
        await page.keyboard.press('Control+.');
        return page.url().includes('panel=agents') || undefined;
      },
      { what: 'the panel by its key', withinMs: 10_000 },
    );
    const panel = panelOf(screen);
    await panel.getByText('Running').waitFor();
    chat.add({ type: 'handoff', runId: RUN, from: 'reporter', to: 'editor', by: 'model' }, turn('editor'));
    await panel.locator('[data-agent="editor"][data-active="true"]').waitFor();
    await panel.locator('[data-edge="reporter editor"][data-look="last"]').waitFor({ state: 'attached' });
    await expectAccessible(page, 'agents');
    chat.add(...says('editor', 'live-two', 2), {
      ...{ type: 'run_completed', runId: RUN, reason: { code: 'no_next_speaker', text: 'Done' } },
    });
    await panel.getByText(/^Done/).waitFor();
    expect(await panel.locator('[data-active="true"]').count()).toBe(0);
    await page.goBack();
    await panel.waitFor({ state: 'detached' });
    await page.goForward();
    await panel.getByRole('tab', { name: 'Cost' }).click();
    // The chat as the header has it, and the part of the budget.
    await panel
      .getByRole('button', { name: /^This chat/ })
      .getByText('$2.40')
      .waitFor();
    await panel.getByText('50%').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    scene(stage, `a linked part shows at once, and axe finds nothing in any part (${colorScheme})`, async () => {
      const chat = begin(colorScheme);
      chat.add({ type: 'context_updated', runId: RUN, agent: 'reporter', set: { found: 1 } });
      const screen = await stage.screen({ colorScheme });
      const { page } = screen;
      await screen.open(`/c/${chat.chatId}?panel=timeline&run=${RUN}`);
      const panel = panelOf(screen);
      await panel.getByRole('tab', { name: 'Timeline', selected: true }).waitFor();
      const spoke = panel.getByRole('button', { name: /Reporter: Speaking/ });
      await spoke.waitFor();
      for (const tab of ['Timeline', 'Cost', 'Context', 'Events']) {
        await panel.getByRole('tab', { name: tab }).click();
        await panel.getByRole('tabpanel', { name: tab }).waitFor();
        await expectAccessible(page, tab);
      }
      await panel.getByRole('tab', { name: 'Timeline' }).click();
      await spoke.click();
      await waitFor(async () => (await screen.transcript.locator(':focus').count()) > 0 || undefined, {
        what: 'the focus on the message that was jumped to',
        withinMs: 5_000,
      });
      await screen.open('/usage');
      await page.getByText('By model').waitFor();
      await expectAccessible(page, 'usage');
      await screen.open('/workflows?w=news-desk');
      await page.getByText('NEWS_API_KEY').waitFor();
      await expectAccessible(page, 'one workflow');
    });
  }

  scene(stage, 'ten thousand events are there, filtered while one types, and few exist at once', async () => {
    const chat = begin('many');
    for (let part = 0; part < 20; part++) {
      const names = Array.from({ length: 500 }, (_, index): NewEvent => {
        return { type: 'chat_renamed', title: `title ${String(part * 500 + index)}.`, by: 'ada' };
      });
      chat.add(...names);
    }
    const screen = await stage.screen();
    await screen.open(`/c/${chat.chatId}?panel=events`);
    const panel = panelOf(screen);
    await panel.getByText('10,007 of 10,007').waitFor();
    const rows = panel.getByRole('list', { name: 'Events of the chat' }).getByRole('listitem');
    await rows.getByText('10007', { exact: true }).waitFor();
    expect(await rows.count()).toBeLessThan(80);
    await panel.getByRole('searchbox', { name: 'Find in events' }).fill('title 4321.');
    await panel.getByText('1 of 10,007', { exact: true }).waitFor();
    await rows.first().getByRole('button').click();
    await panel.getByRole('region', { name: 'Event 4,329' }).getByText('"title 4321."').waitFor();
    await panel.getByRole('searchbox', { name: 'Find in events' }).fill('');
    await panel.getByRole('combobox', { name: 'Type' }).selectOption('speaker_selected');
    await panel.getByText('1 of 10,007', { exact: true }).waitFor();
    chat.add(turn('editor'));
    await panel.getByText('2 of 10,008').waitFor();
  });

  scene(stage, 'lies over the chat on a phone, and leads back into it', async () => {
    const chat = begin('phone');
    const screen = await stage.screen(PHONE);
    const { page } = screen;
    await screen.open(`/c/${chat.chatId}?panel=agents`);
    const sheet = page.getByRole('dialog', { name: 'Run panel' });
    await sheet.getByRole('list', { name: 'Agents of this run' }).getByText('Reporter', { exact: true }).waitFor();
    await expectAccessible(page, 'sheet');
    await sheet.getByRole('button', { name: 'Show in the chat: Reporter' }).click();
    await sheet.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('panel')).toBe(false);
    await screen.open('/workflows');
    await page.getByRole('button', { name: 'Start a chat with News desk' }).click();
    await page.getByRole('radio', { name: 'News desk', checked: true }).waitFor();
  });
});
