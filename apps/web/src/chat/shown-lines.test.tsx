/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OutboxItem } from '@colloquy/client';
import type { NewEvent } from '@colloquy/contracts';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CALL, CHAT, CHILD, RUN, about, begin, call, prepare, show, spoke, tidy, viewOf } from './shown-rows-stage.tsx';

jest.setTimeout(30_000);
beforeAll(prepare);
afterEach(tidy);

describe('lines between messages', () => {
  it('lead from a handoff to the first thing that the other one said or did', async () => {
    const handoff: NewEvent = {
      type: 'handoff',
      runId: RUN,
      agent: 'planner',
      from: 'planner',
      to: 'writer',
      by: 'model',
      reason: 'It is clear',
    };
    const chat = viewOf([...begin, handoff, spoke('message-0000-0002', 'planner'), call()]);
    const { moves } = show({ chat });
    expect(screen.getByText('The planner hands over to The writer')).toBeTruthy();
    expect(screen.getByText('It is clear')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Go to what The writer said' }));
    expect(moves).toEqual([CALL]);
  });

  it('say how long a run took, and what it cost where that is known', async () => {
    const usage: NewEvent = {
      type: 'usage',
      runId: RUN,
      agent: 'planner',
      purpose: 'reply',
      model: 'demo',
      promptTokens: 1_000,
      cachedTokens: 0,
      completionTokens: 10,
      costMicroUsd: 12_300,
      ms: 900,
      firstTokenMs: null,
      totals: { promptTokens: 1_000, cachedTokens: 0, completionTokens: 10, costMicroUsd: 12_300, modelCalls: 1 },
    };
    const end: NewEvent = { type: 'run_completed', runId: RUN, reason: { code: 'no_next_speaker', text: '' } };
    show({ chat: viewOf([...begin, spoke('message-0000-0002', 'planner'), usage, end], 10) });
    expect((await screen.findByText(/^Done/)).textContent).toBe('Done · 30 s · $0.012');
  });

  it('begin a new day, and what is new since the last visit', async () => {
    const events = [...begin, spoke('message-0000-0002', 'planner'), spoke('message-0000-0004', 'writer')];
    show({ chat: viewOf(events, 24 * 3600), unread: { seq: 4, upTo: 5 } });
    expect(await screen.findByText('New since you looked')).toBeTruthy();
    expect(document.querySelectorAll('[data-line="day"]').length).toBe(3);
  });

  it('say who took over, and which model goes on', async () => {
    const claimed = { type: 'run_claimed', runId: RUN, worker: 'w2', ticket: 2 } as unknown as NewEvent;
    const changed: NewEvent = {
      type: 'model_changed',
      runId: RUN,
      agent: 'planner',
      from: 'big',
      to: 'small',
      error: { code: 'model_unavailable', message: 'It is down.' },
    };
    show({ chat: viewOf([...begin, claimed, changed]) });
    expect(await screen.findByText(/Another worker took the run over/)).toBeTruthy();
    expect(screen.getByText('The model big failed; small goes on (It is down.)')).toBeTruthy();
  });
});

describe('parts of the work that go on side by side', () => {
  const fork = (runId: string, parentRunId: string, branch: string): NewEvent => ({
    type: 'run_started',
    runId,
    parentRunId,
    branch,
    ...about,
  });

  it('stand behind rules with their names, never more than three deep', async () => {
    const ids = ['run-0000-0000-000a', 'run-0000-0000-000b', 'run-0000-0000-000c', 'run-0000-0000-000d'];
    const forks = ids.map((id, index) => fork(id, ids[index - 1] ?? RUN, `part_${String(index + 1)}`));
    const deep = spoke('message-0000-0002', 'writer', { runId: ids[3] });
    show({ chat: viewOf([...begin, ...forks, deep]) });
    const message = await screen.findByRole('article', { name: /^The writer in Part 4, / });
    const rules: (string | undefined)[] = [];
    for (let at: HTMLElement | null = message; at !== null; at = at.parentElement) {
      if (at.dataset['branch'] !== undefined) rules.unshift(at.dataset['branch']);
    }
    expect(rules).toEqual(['part_2', 'part_3', 'part_4']);
  });

  it('begin and end in a word, and all who work are named', async () => {
    const forks = [fork(CHILD, RUN, 'facts'), fork('run-0000-0000-0003', RUN, 'words')];
    const { become } = show({ chat: viewOf([...begin, ...forks]) });
    expect(await screen.findByText('Facts begins')).toBeTruthy();
    expect(screen.getByText('Facts and Words are working')).toBeTruthy();
    const end: NewEvent = { type: 'run_completed', runId: CHILD, reason: { code: 'no_next_speaker', text: '' } };
    become(viewOf([...begin, ...forks, end]));
    expect(await screen.findByText('Facts is done · 2.0 s')).toBeTruthy();
    expect(screen.getByText('Words is thinking')).toBeTruthy();
  });
});

describe('files of a message', () => {
  const image = { fileId: 'file-0000-0000-0001', name: 'cat.png', type: 'image/png', size: 2_048 };
  const table = { fileId: 'file-0000-0000-0002', name: 'sums.csv', type: 'text/csv', size: 5_120 };

  it('are a picture in a box of a fixed size, and a chip with name, kind and size to download', async () => {
    const said: NewEvent = {
      type: 'user_message',
      messageId: 'message-0000-0009',
      commandId: 'command-0000-0009',
      text: '',
      attachments: [image, table],
    };
    show({ chat: viewOf([...begin.slice(0, 1), said]) });
    const picture = await screen.findByLabelText('Open image cat.png');
    expect(picture.className).toMatch(/h-32 w-44/);
    expect(picture.querySelector('img')?.getAttribute('src')).toBe('/v1/files/file-0000-0000-0001');
    const chip = screen.getByLabelText('Download sums.csv');
    expect(chip.textContent).toBe('sums.csvCSV · 5.0 KiB');
    expect(chip.getAttribute('href')).toBe('/v1/files/file-0000-0000-0002');
  });

  it('show while the message waits to be sent', async () => {
    const item: OutboxItem = {
      key: 'key-0000-0000-0001',
      chatId: CHAT,
      command: { kind: 'message', text: 'Look', attachments: [table] },
      at: 0,
      state: 'sending',
      attempts: 1,
    };
    show({ chat: viewOf(begin.slice(0, 1)), outbox: [item] });
    expect(await screen.findByLabelText('Download sums.csv')).toBeTruthy();
  });
});
