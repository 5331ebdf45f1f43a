import { describe, expect, it } from '@jest/globals';
import { answerInputBody, createChatBody, listChatsQuery, listEventsQuery, updateChatBody } from './requests.ts';

const ID = '019b0000-0000-7000-8000-000000000001';
const words = (result: { error?: { issues: { message: string }[] } | undefined }): string =>
  result.error?.issues.map((issue) => issue.message).join('; ') ?? '';

describe('bodies', () => {
  it('create: trims the message, takes variables and an id', () => {
    const body = { workflow: 'assistant', message: ' hi ', variables: { a: [1, null] }, id: ID };
    expect(createChatBody.parse(body)).toEqual({ ...body, message: 'hi' });
  });

  it.each([
    [{ workflow: 'w', message: '  ' }, 'must not be empty'],
    [{ workflow: 'w', message: 'x'.repeat(64 * 1024 + 1) }, '65536'],
    [{ workflow: 'w', message: 'x', more: 1 }, 'more'],
    [{ workflow: 'w', message: 'x', id: 'a.b' }, 'must be 16 to 64 letters'],
    [{ workflow: 'w', message: 'x', variables: { big: 'x'.repeat(64 * 1024) } }, 'must not be longer than 65536'],
  ])('create refuses %#', (body, message) => {
    expect(words(createChatBody.safeParse(body))).toContain(message);
  });

  it('create: takes what was said elsewhere before, as much as one chat begins with', () => {
    const history = [
      { role: 'user', text: 'Hi' },
      { role: 'assistant', name: 'clerk', text: 'Yes?' },
      { role: 'assistant', text: 'Well' },
    ];
    const of = (messages: unknown) => createChatBody.safeParse({ workflow: 'w', message: 'x', history: messages });
    expect(of(history).data?.history).toEqual(history);
    expect(words(of(Array.from({ length: 101 }, () => history[0])))).toContain('more than 100');
    expect(words(of([{ role: 'user', name: 'ada', text: 'x' }]))).toContain('is for an assistant');
    for (const wrong of [
      { role: 'system', text: 'x' },
      { role: 'user', text: ' ' },
      { role: 'assistant', name: 'a b', text: 'x' },
    ]) {
      expect(of([wrong]).success).toBe(false);
    }
  });

  it('an answer may be any JSON value, but must be there and fit', () => {
    for (const value of [true, false, null, 0, '', [], {}]) expect(answerInputBody.parse({ value })).toEqual({ value });
    expect(words(answerInputBody.safeParse({}))).toContain('is required');
    expect(words(answerInputBody.safeParse({ value: 'x'.repeat(70_000) }))).toContain('must not be longer');
  });

  it('a change names at least one thing', () => {
    expect(updateChatBody.parse({ pinned: false })).toEqual({ pinned: false });
    expect(words(updateChatBody.safeParse({}))).toContain('give title, pinned or both');
  });
});

describe('queries', () => {
  it('are numbers as text, with defaults', () => {
    expect(listChatsQuery.parse({ limit: '7' })).toEqual({ limit: 7 });
    expect(listEventsQuery.parse({})).toEqual({ after: 0, limit: 200 });
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { limit: '' }, { status: 'gone' }, { more: '1' }])(
    'refuse %j',
    (query) => {
      expect(listChatsQuery.safeParse(query).success).toBe(false);
    },
  );
});
