/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import type { Question } from '@colloquy/transcript';
import { act, cleanup, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LanguageContext } from '../i18n/define-words.ts';
import type { Language } from '../i18n/language.ts';
import { Announcer } from '../shell/announcer.tsx';
import { answerDraftKey } from './answer-draft.ts';
import { AnswerLeftover } from './answer-leftover.tsx';
import { AnswerQuestion, type AnswerQuestionProps } from './answer-question.tsx';
import type { AskedRequest } from './answer-schema.ts';
import { draftOf, writeDraft } from './draft-store.ts';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const trip: Json = {
  type: 'object',
  required: ['name', 'seats'],
  properties: {
    name: { type: 'string', title: 'Name', minLength: 2 },
    seats: { type: 'integer', title: 'Seats', maximum: 9 },
    extras: { type: 'array', title: 'Extras', items: { enum: ['sea', 'city'] } },
  },
};

let used = 0;
let requestId = '';
let answers: (readonly [Json, string?])[] = [];

function show(
  request: Omit<AskedRequest, 'requestId'>,
  more: Partial<AnswerQuestionProps> & { language?: Language } = {},
) {
  const { language = 'en', ...props } = more;
  return render(
    <LanguageContext value={language}>
      <Announcer />
      <AnswerQuestion
        request={{ requestId, ...request }}
        onAnswer={(value, comment) => {
          answers.push(comment === undefined ? [value] : [value, comment]);
        }}
        {...props}
      />
    </LanguageContext>,
  );
}

const field = (name: RegExp | string): HTMLInputElement => screen.getByRole('textbox', { name });
const press = (name: string): Promise<void> => userEvent.click(screen.getByRole('button', { name }));

describe('a question', () => {
  beforeEach(() => {
    requestId = `request-${String(++used)}`;
    answers = [];
  });
  afterEach(() => {
    cleanup();
    jest.useRealTimers();
  });

  it('of leave is answered by yes or no, with a comment when there is one', async () => {
    show({ kind: 'approval' });
    await press('Approve');
    await userEvent.type(field(/comment/i), ' too much ');
    await press('Decline');
    expect(answers).toEqual([[true], [false, 'too much']]);
    expect(screen.queryByText(/rest of this run/)).toBeNull();
  });

  it('of leave says when it holds for the rest of the run', () => {
    show({ kind: 'approval' }, { forRun: true });
    expect(screen.getByText(/rest of this run/)).toBeDefined();
  });

  it('of a few options is answered by one press, of many by a list', async () => {
    show({ kind: 'choice', schema: { enum: ['red', 7] } });
    await press('7');
    expect(answers).toEqual([[7]]);
    cleanup();
    show({ kind: 'choice', schema: { enum: ['a', 'b', 'c', 'd', 'e'] } });
    await userEvent.click(screen.getByRole('radio', { name: 'c' }));
    await press('Answer');
    expect(answers.at(-1)).toEqual(['c']);
  });

  it('of text is answered by text', async () => {
    show({ kind: 'text' });
    await userEvent.type(field('Your answer'), 'Blue');
    await press('Answer');
    expect(answers).toEqual([['Blue']]);
  });

  it('by a form says what is wrong at the field, goes to the first, and answers when it is right', async () => {
    show({ kind: 'form', schema: trip });
    await userEvent.type(field('Seats'), '12');
    await press('Answer');
    expect(answers).toEqual([]);
    expect(document.activeElement).toBe(field('Name'));
    expect(field('Name').getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(field('Seats').getAttribute('aria-describedby') ?? '')?.textContent).toBe(
      'At most 9.',
    );
    await userEvent.type(field('Name'), 'Ada');
    expect(field('Name').getAttribute('aria-invalid')).toBe('false');
    await userEvent.clear(field('Seats'));
    await userEvent.type(field('Seats'), '2');
    await userEvent.click(screen.getByRole('checkbox', { name: 'city' }));
    await press('Answer');
    expect(answers).toEqual([[{ name: 'Ada', seats: 2, extras: ['city'] }]]);
  });

  it('has its form as it was when the page is loaded again', async () => {
    show({ kind: 'form', schema: trip });
    await userEvent.type(field('Name'), 'Ad');
    cleanup();
    show({ kind: 'form', schema: trip });
    expect(field('Name').value).toBe('Ad');
  });

  it('cannot be answered twice', async () => {
    show({ kind: 'approval' }, { busy: true });
    await press('Approve');
    expect(answers).toEqual([]);
  });

  it('speaks German where the page does', async () => {
    await act(async () => {
      show({ kind: 'text' }, { language: 'de' });
      await Promise.resolve();
    });
    expect(await screen.findByRole('button', { name: 'Antworten' })).toBeDefined();
  });

  it('counts the time down, and says once that a minute is left', () => {
    jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    show({ kind: 'approval', expiresAt: new Date(Date.UTC(2026, 0, 1, 0, 41, 2)).toISOString() });
    const tick = (seconds: number): void => {
      act(() => {
        jest.advanceTimersByTime(seconds * 1000);
      });
    };
    tick(1);
    expect(screen.getByText('41 minutes left')).toBeDefined();
    tick(40 * 60);
    expect(screen.getByText('1:01 left')).toBeDefined();
    expect(screen.getByTestId('announcer').textContent).toBe('');
    tick(11);
    expect(screen.getByText('50 seconds left')).toBeDefined();
    expect(screen.getByTestId('announcer').textContent).toBe('One minute is left to answer');
    tick(60);
    expect(screen.getByText('Time is up')).toBeDefined();
  });
});

describe('what was being written when somebody else was quicker', () => {
  const question = (value: Json): Question => ({
    requestId,
    runId: 'run-0000-0000-0001',
    inputKind: 'form',
    prompt: 'Where to?',
    schema: trip,
    state: 'answered',
    answer: { by: 'ada', value, at: '2026-01-01T00:00:00.000Z' },
  });
  const values = { name: 'Ada', seats: '2' };

  beforeEach(() => {
    requestId = `request-${String(++used)}`;
    writeDraft(answerDraftKey(requestId), { text: JSON.stringify(values) });
  });
  afterEach(cleanup);

  it('can be copied, or thrown away', async () => {
    render(<AnswerLeftover question={question({ name: 'Grace', seats: 1 })} />);
    const user = userEvent.setup();
    expect(screen.getByText(/name: Ada/).textContent).toBe('name: Ada\nseats: 2');
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(await navigator.clipboard.readText()).toBe('name: Ada\nseats: 2');
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.queryByText(/name: Ada/)).toBeNull();
  });

  it('is nothing when it is the answer itself', () => {
    render(<AnswerLeftover question={question({ name: 'Ada', seats: 2 })} />);
    expect(screen.queryByRole('button')).toBeNull();
    expect(draftOf(answerDraftKey(requestId)).text).toBe('');
  });
});
