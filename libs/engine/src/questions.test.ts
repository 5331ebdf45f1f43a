import { describe, expect, it } from '@jest/globals';
import type { Json, QuestionExpiry } from '@colloquy/contracts';
import { answerFault } from './check-answer.ts';
import { statusOf } from './status-of.ts';
import { agent, ScriptedChat, team } from './test-driver.ts';
import { timersOf } from './timers-of.ts';
import type { OpenRequest } from './types.ts';

const FORM = {
  properties: {
    name: { type: 'string', minLength: 1 },
    guests: { type: 'integer', minimum: 1, maximum: 8 },
    room: { enum: ['sea', 'garden'] },
    contact: { type: 'object', properties: { mail: { type: 'string', pattern: '@' } }, required: ['mail'] },
  },
  required: ['name', 'guests'],
};
const GOOD = { name: 'Ada', guests: 2, room: 'sea', contact: { mail: 'ada@example.com' } };

function asking(args: Json, questionExpiry?: QuestionExpiry): ScriptedChat {
  const one = agent('a', { askPerson: true, ...(questionExpiry === undefined ? {} : { questionExpiry }) });
  return ScriptedChat.begun(team([one]), {
    model: ({ messages }) =>
      messages.some(({ role }) => role === 'tool')
        ? { text: 'Thanks' }
        : { calls: [{ tool: 'ask_person', arguments: args }] },
  }).run();
}

const form = () => asking({ question: 'Who comes?', kind: 'form', schema: FORM });

describe('a form', () => {
  it('is offered to agents that may ask, and puts the schema into the question', () => {
    const chat = form();
    const offered = chat.requests[0]?.tools.find(({ name }) => name === 'ask_person');
    expect(offered?.inputSchema).toMatchObject({
      properties: { kind: { enum: ['text', 'approval', 'choice', 'form'] }, schema: { type: 'object' } },
    });
    expect(chat.all('input_request')).toMatchObject([{ kind: 'form', schema: { type: 'object', ...FORM } }]);
    expect(statusOf(chat.state)).toBe('waiting');
  });

  it('is told by its schema alone', () => {
    expect(asking({ question: 'Who?', schema: FORM }).all('input_request')).toMatchObject([{ kind: 'form' }]);
  });

  it('takes an answer that fits, and the agent gets it whole', () => {
    const chat = form();
    expect(chat.answer(chat.pending, GOOD).verdict).toBe('accepted');
    expect(chat.run().all('tool_response')).toMatchObject([{ ok: true, result: GOOD }]);
  });

  it.each<[string, Json, string]>([
    ['no fields', 'Ada', 'The answer must be object.'],
    ['one missing', { name: 'Ada' }, '"guests"'],
    ['one of another type', { name: 'Ada', guests: 'two' }, '"guests"'],
    ['one out of range', { name: 'Ada', guests: 9 }, '"guests"'],
    ['one that cannot be chosen', { ...GOOD, room: 'attic' }, '"room"'],
    ['one within another', { ...GOOD, contact: { mail: 'nowhere' } }, '"mail"'],
  ])('refuses an answer with %s, naming the field, and goes on waiting', (_what, value, named) => {
    const chat = form();
    const recording = chat.answer(chat.pending, value);
    expect(recording).toMatchObject({ verdict: 'rejected', code: 'invalid_value' });
    expect(chat.all('command_rejected').at(-1)?.message).toContain(named);
    expect(statusOf(chat.state)).toBe('waiting');
    expect(chat.answer(chat.pending, GOOD).verdict).toBe('accepted');
  });

  it.each<Json>([
    { question: 'Who?', kind: 'form' },
    { question: 'Who?', kind: 'form', schema: {} },
    { question: 'Who?', kind: 'form', schema: { properties: {} } },
    { question: 'Who?', kind: 'form', schema: { type: 'string', properties: { a: {} } } },
    { question: 'Who?', kind: 'form', schema: 'name, guests' },
  ])('without fields is the model`s mistake, and it is told: %j', (args) => {
    const chat = asking(args);
    expect(chat.all('input_request')).toEqual([]);
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'invalid_arguments' } }]);
    expect(chat.all('tool_response')[0]?.error?.message).toContain('a schema with properties');
  });

  it('that nobody fills in is answered by a default that fits it, else it fails', () => {
    const after = (defaultAnswer?: Json) => {
      const expiry = { afterMs: 1000, then: 'go_on' as const };
      const chat = asking(
        { question: 'Who?', schema: FORM },
        defaultAnswer === undefined ? expiry : { ...expiry, defaultAnswer },
      );
      chat.fire(timersOf(chat.state)[0]);
      return chat.run().all('tool_response')[0];
    };
    const answer = { name: 'Nobody', guests: 1 };
    expect(after(answer)).toMatchObject({ ok: true, result: { answer, comment: 'Nobody answered in time.' } });
    expect(after({ name: 'Nobody' })).toMatchObject({ ok: false, error: { code: 'expired' } });
    expect(after()).toMatchObject({ ok: false, error: { code: 'expired' } });
  });
});

describe('an approval with an expiry', () => {
  it.each<Json>([true, 'yes', false])('is refused by silence, whatever its default (%j) says', (defaultAnswer) => {
    const chat = asking({ question: 'Sure?', kind: 'approval' }, { afterMs: 1000, then: 'go_on', defaultAnswer });
    chat.fire(timersOf(chat.state)[0]);
    expect(chat.all('input_response')).toMatchObject([{ by: 'expiry', value: false }]);
    expect(chat.run().all('tool_response')).toMatchObject([{ ok: false, error: { code: 'expired' } }]);
  });
});

describe('an answer', () => {
  const of = (kind: OpenRequest['kind'], schema?: Json): OpenRequest => ({
    requestId: 'request-00000001',
    kind,
    ...(schema === undefined ? {} : { schema }),
  });

  it.each<[OpenRequest, Json, boolean]>([
    [of('text'), 'words', true],
    [of('text'), 3, false],
    [of('text'), null, false],
    [of('approval'), true, true],
    [of('approval'), 'true', false],
    [of('choice', { enum: ['a', 'b'] }), 'b', true],
    [of('choice', { enum: ['a', 'b'] }), 'c', false],
    [of('choice', { enum: ['a', 'b'] }), ['a'], false],
    [of('choice'), 'anything', true],
    [of('form', { type: 'object', ...FORM }), GOOD, true],
    [of('form', { type: 'object', ...FORM }), [], false],
    [of('form'), { any: 1 }, true],
  ])('%j: %j fits: %s', (request, value, fits) => {
    expect(answerFault(request, value) === undefined).toBe(fits);
  });
});
