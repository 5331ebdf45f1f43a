import { describe, expect } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { countTo, type ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

const REFUND = 'I want a refund for order A-1001';

/** A team that asks a person, on one device and on two at once, and the list of chats beside it. */
describe('people and devices in the browser', () => {
  const stage = useStage();

  /** Waits until both show the same entries with the same words. */
  async function expectSame(one: ChatScreen, other: ChatScreen): Promise<void> {
    let both: string[][] = [];
    await waitFor(
      async () => {
        both = await Promise.all([one.entries(), other.entries()]);
        return JSON.stringify(both[0]) === JSON.stringify(both[1]) || undefined;
      },
      { what: 'the same on both devices', withinMs: 10_000 },
    ).catch(() => undefined);
    expect(both[1]).toEqual(both[0]);
  }

  scene(
    stage,
    'P6: a refund is handed over, looked up, asked for, approved on one device and done on both',
    async () => {
      const screen = await stage.screen();
      await screen.openNew('Support desk');
      await screen.page.getByRole('button', { name: REFUND }).click();
      const chatId = await screen.chatId();
      await screen.handoff.getByText('Triage hands over to Billing').waitFor({ state: 'attached' });
      expect(await screen.messages().first().innerText()).toContain('Triage');
      const lookup = screen.tool('Lookup order');
      await lookup.getByText('Done').waitFor();
      await lookup.getByRole('button').click();
      await lookup.getByText('Arguments').waitFor();
      await lookup.getByText('A-1001').first().waitFor();
      await screen.approve.waitFor();
      await screen.tool('Refund order').getByText('Needs your approval').waitFor();

      // It waits in the log: another device and a reload show the same question.
      const other = await stage.screen({ of: screen });
      await other.open(`/c/${chatId}`);
      await other.approve.waitFor();
      await other.decline.waitFor();
      await screen.page.reload();
      await screen.approve.waitFor();
      await screen
        .row(/refund/i)
        .getByText('Needs you')
        .waitFor();

      await screen.approve.click();
      await other.approve.waitFor({ state: 'hidden' });
      await other.transcript.getByText(/^Approved by you/).waitFor();
      await Promise.all([screen.ended(), other.ended()]);
      await other.transcript.getByText('approved and on its way').waitFor();
      await expectSame(screen, other);
      await screen
        .row(/refund/i)
        .getByText('Needs you')
        .waitFor({ state: 'hidden' });
      const { messages } = await screen.document(chatId);
      expect(messages.filter((event) => event.type === 'input_response')).toHaveLength(1);
    },
  );

  scene(stage, 'P6: a refusal with a comment is the agent’s to explain', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start(REFUND, 'Support desk');
    await screen.approve.waitFor();
    await screen.comment.fill('Older than a year');
    await screen.decline.click();
    await screen.transcript.getByText(/^Declined by you/).waitFor();
    await screen.transcript.getByText('Older than a year').waitFor();
    await screen.ended();
    await screen.messages().last().getByText('declined').waitFor();
    const { messages } = await screen.document(chatId);
    const response = messages.find((event) => event.type === 'input_response');
    expect(response).toMatchObject({ value: false, comment: 'Older than a year' });
  });

  scene(stage, 'P4: two devices show the same words at the same time, whoever wrote', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start('[[say:300]]');
    const other = await stage.screen({ of: screen });
    await other.open(`/c/${chatId}`);
    await other.messages('streaming').first().waitFor();
    expect((await other.newestText()).startsWith('w1 w2 ')).toBe(true);
    await Promise.all([screen.ended(), other.ended()]);
    await expectSame(screen, other);

    await other.say('[[say:200]] from the second device');
    await screen.transcript.getByText('from the second device').waitFor();
    await screen.messages('streaming').first().waitFor();
    await Promise.all([screen.ended('completed', 1), other.ended('completed', 1)]);
    await expectSame(screen, other);
    expect(await screen.newestText()).toBe(countTo(200));
  });

  scene(stage, 'P5: a run is stopped from the other device', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start('[[say:3000]]');
    await screen.moreWords(20);
    const other = await stage.screen({ of: screen });
    await other.open(`/c/${chatId}`);
    await other.stop.click();
    await Promise.all([screen.ended('cancelled'), other.ended('cancelled')]);
    await expectSame(screen, other);
  });

  scene(stage, 'a chat of someone else is not there', async () => {
    const [screen, stranger] = await Promise.all([stage.screen(), stage.screen({ harmed: true })]);
    const chatId = await screen.start('[[echo]] mine');
    await screen.ended();
    await stranger.open(`/c/${chatId}`);
    await stranger.page.getByRole('heading', { name: 'There is no such chat' }).waitFor();
    expect(await stranger.page.getByText('mine').count()).toBe(0);
  });

  scene(stage, 'the list of chats: live status, a new name, deleted and brought back', async () => {
    const screen = await stage.screen();
    const other = await stage.screen();
    const chatId = await screen.start('[[say:400]] Alpine flowers');
    await other.context.addCookies(await screen.context.cookies());
    await other.open();
    const row = screen.row(/alpine/i);
    await other
      .row(/alpine/i)
      .getByText('Running')
      .waitFor({ state: 'attached' });
    await screen.ended();
    await other
      .row(/alpine/i)
      .getByText('Running')
      .waitFor({ state: 'detached' });

    await row.hover();
    await row.getByRole('button', { name: /^Actions for/ }).click();
    await screen.page.getByRole('menuitem', { name: 'Rename' }).click();
    await screen.page.getByRole('textbox', { name: 'New title' }).fill('Edelweiss');
    await screen.page.keyboard.press('Enter');
    await screen.row('Edelweiss').waitFor();
    await screen.page.getByRole('heading', { name: 'Edelweiss', level: 1 }).waitFor();
    await other.row('Edelweiss').waitFor();

    await screen.row('Edelweiss').hover();
    await screen.page.getByRole('button', { name: 'Actions for “Edelweiss”' }).click();
    await screen.page.getByRole('menuitem', { name: 'Delete' }).click();
    await screen.row('Edelweiss').waitFor({ state: 'detached' });
    await other.row('Edelweiss').waitFor({ state: 'detached' });
    await screen.page.getByRole('button', { name: 'Undo' }).click();
    await screen.row('Edelweiss').waitFor();
    await other.row('Edelweiss').waitFor();
    await screen.row('Edelweiss').getByRole('link').click();
    await screen.ended();
    expect(await screen.newestText()).toBe(countTo(400));
    const { title, status } = await screen.document(chatId);
    expect({ title, status }).toEqual({ title: 'Edelweiss', status: 'idle' });
    await screen.page.reload();
    await screen.row('Edelweiss').waitFor();
  });
});
