/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Delta, NewEvent } from '@colloquy/contracts';
import { applyCommits } from '@colloquy/transcript';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CALL, RUN, begin, call, prepare, response, show, spoke, start, tidy, viewOf } from './shown-rows-stage.tsx';

jest.setTimeout(30_000);
beforeAll(prepare);
afterEach(tidy);

const tool = () => screen.findByRole('region', { name: 'Tool: Search docs' });

describe('the card of a call', () => {
  it('is closed while all is well, and opens to its arguments and its result', async () => {
    const result = { results: [{ title: 'One log', path: 'docs/one.md' }], total: 1 };
    show({ chat: viewOf([...begin, call(), start, response({ ok: true, result })]) });
    const card = within(await tool());
    const summary = await card.findByRole('button', { name: /Search docs/ });
    expect(summary.textContent).toContain('Done');
    expect(summary.textContent).toContain('1.3 s');
    expect(summary.getAttribute('aria-expanded')).toBe('false');
    expect(card.queryByText('One log')).toBeNull();
    await userEvent.click(summary);
    expect(await card.findByText('crash')).toBeTruthy();
    const group = await card.findByRole('button', { name: /^Results/ });
    if (group.getAttribute('aria-expanded') === 'false') await userEvent.click(group);
    await userEvent.click(await card.findByRole('button', { name: /^1 2 parts/ }));
    expect(await card.findByText('One log')).toBeTruthy();
  });

  it('is open when it failed, and says what can be done', async () => {
    const error = { code: 'tool_timeout', message: 'No answer within 30 s.' };
    show({ chat: viewOf([...begin, call(), start, response({ ok: false, error })]) });
    const card = within(await tool());
    expect(await card.findByText('No answer within 30 s.')).toBeTruthy();
    expect(card.getByText(/took too long/)).toBeTruthy();
    expect(card.getByText('Code: tool_timeout')).toBeTruthy();
  });

  it('shows arguments that are half written as far as they can be read', async () => {
    const open: NewEvent = {
      type: 'message_started',
      runId: RUN,
      agent: 'writer',
      messageId: 'message-0000-0003',
      kind: 'text',
      purpose: 'reply',
      model: 'demo',
      attempt: 1,
    };
    const piece: Delta = {
      kind: 'arguments',
      runId: RUN,
      agent: 'writer',
      messageId: CALL,
      offset: 0,
      text: '{"query": "cra',
    };
    show({ chat: applyCommits(viewOf([...begin, open]), { events: [], deltas: [piece] }) });
    const card = within(await screen.findByRole('region', { name: 'Tool: Tool' }));
    await userEvent.click(await card.findByRole('button', { expanded: false }));
    expect(await card.findByText('Query')).toBeTruthy();
    expect(card.getByText('cra')).toBeTruthy();
  });

  it('holds the question for leave, open, with what it would do', async () => {
    const ask: NewEvent = {
      type: 'input_request',
      runId: RUN,
      agent: 'writer',
      requestId: 'request-0000-0001',
      callId: CALL,
      kind: 'approval',
      prompt: 'May it search?',
    };
    show({ chat: viewOf([...begin, call({ approval: 'required' }), ask]) });
    const card = within(await tool());
    expect(await card.findByText('May it search?')).toBeTruthy();
    expect(await card.findByText('crash')).toBeTruthy();
    expect(await card.findByRole('button', { name: 'Approve' })).toBeTruthy();
  });

  it('folds a long result until all of it is asked for', async () => {
    const result = `${'word '.repeat(600)}the end`;
    show({ chat: viewOf([...begin, call(), start, response({ ok: true, result })]) });
    const card = within(await tool());
    await userEvent.click(await card.findByRole('button', { name: /Search docs/ }));
    const more = await card.findByRole('button', { name: /Show all 3007 characters/ });
    expect(card.queryByText(/the end/)).toBeNull();
    await userEvent.click(more);
    expect(await card.findByText(/the end/)).toBeTruthy();
  });
});

describe('a message of an agent', () => {
  it('is an article with the name of who speaks, and says what it took', async () => {
    const usage = { model: 'demo-model', promptTokens: 900, completionTokens: 300, costMicroUsd: 4_000, ms: 2_000 };
    show({ chat: viewOf([...begin, spoke('message-0000-0002', 'planner', { usage })]) });
    const message = within(await screen.findByRole('article', { name: /^The planner, / }));
    expect(await message.findByText('demo-model · 1.2K tokens · $0.0040 · 2.0 s')).toBeTruthy();
    expect(screen.getByRole('article', { name: /^You, / }).textContent).toContain('Hello');
  });

  it('in a form that was asked for is a table of its parts, and can be copied', async () => {
    const structured = { subject: 'Crash', open_questions: ['What?', 'How?'] };
    const text = JSON.stringify(structured);
    show({ chat: viewOf([...begin, spoke('message-0000-0002', 'planner', { structured, text })]) });
    const answer = within(await screen.findByRole('group', { name: 'Structured answer' }));
    expect(answer.getByText('Subject')).toBeTruthy();
    expect(answer.getByText('How?')).toBeTruthy();
    expect(answer.getByRole('button', { name: 'Copy' })).toBeTruthy();
    expect(screen.queryByText(text)).toBeNull();
  });

  it('thought is closed until it is opened, also when the thought goes on', async () => {
    const base = { runId: RUN, agent: 'planner', messageId: 'message-0000-0002' };
    const thinking: NewEvent = {
      type: 'message_started',
      ...base,
      kind: 'reasoning',
      purpose: 'reply',
      model: 'demo',
      attempt: 1,
    };
    const chat = viewOf([...begin, thinking]);
    const piece: Delta = { kind: 'reasoning', ...base, offset: 0, text: 'First I look' };
    const live = applyCommits(chat, { events: [], deltas: [piece] });
    const { become } = show({ chat: live });
    const button = await screen.findByRole('button', { name: /Thinking/ });
    expect(screen.queryByText('First I look')).toBeNull();
    await userEvent.click(button);
    expect(await screen.findByText('First I look')).toBeTruthy();
    become(viewOf([...begin, thinking, { type: 'reasoning', ...base, text: 'First I look. Then I ask.', ms: 3_200 }]));
    expect((await screen.findByRole('button', { name: /Thoughts/ })).textContent).toContain('3.2 s');
    expect(screen.getByText('First I look. Then I ask.')).toBeTruthy();
  });
});
