import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person, type Answer } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Ids that would reach further than one chat if they became part of a subject, or are none. */
const NO_IDS = [
  '*',
  '>',
  'abcdefgh.ijklmnop',
  'abcdefgh.*',
  '*.abcdefghijklmnop',
  'abcdefghijklmno*',
  'abcdefghijklmno>',
  'abcdefgh ijklmnop',
  'abcdefgh\nijklmnop',
  'too-short',
  'x'.repeat(65),
];

/** What people and programs send by mistake, through the edge to a running system: each answer names the fix. */
describe('a request that cannot be carried out', () => {
  let system: System;
  let person: Person;
  let chatId: string;

  beforeAll(async () => {
    system = await startSystem();
    person = await Person.arrive(system.url);
    ({ chatId } = await person.start('assistant', '[[say:5]]'));
    await waitFor(async () => ((await person.document(chatId)).status === 'idle' ? true : undefined), {
      what: 'a chat at rest',
    });
  });

  afterAll(async () => {
    await system.stop();
  });

  const create = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    person.sending(headers).call('POST', '/v1/chats', body);

  it('names the workflows that there are when one is unknown', async () => {
    const { status, body } = await create({ workflow: 'suport-desk', message: 'Hello' });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'unknown_workflow' });
    expect(body['detail']).toMatch(/"suport-desk".*assistant.*support-desk/);
  });

  it('names the limit of a body of 2 MB', async () => {
    const { status, body } = await create({ workflow: 'assistant', message: 'x'.repeat(2 * 1024 * 1024) });
    expect({ status, code: body['code'] }).toEqual({ status: 413, code: 'body_too_large' });
    expect(body['detail']).toContain('1048576 bytes');
  });

  it('names the limit of a message that is too long', async () => {
    for (const [path, sent] of [
      ['/v1/chats', { workflow: 'assistant', message: 'x'.repeat(64 * 1024 + 1) }],
      [`/v1/chats/${chatId}/messages`, { text: 'x'.repeat(64 * 1024 + 1) }],
    ] as const) {
      const { status, body } = await person.call('POST', path, sent);
      expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'invalid_request' });
      expect(body['detail']).toContain('65536');
    }
  });

  it.each(NO_IDS)('takes %j for no id in a path', async (id) => {
    const at = `/v1/chats/${encodeURIComponent(id)}`;
    for (const answer of [
      await person.call('GET', at),
      await person.call('GET', `${at}/events`),
      await person.call('POST', `${at}/messages`, { text: 'Hello' }),
      await person.call('POST', `${at}/cancel`),
      await person.call('DELETE', at),
      await person.call('POST', `/v1/chats/${chatId}/inputs/${encodeURIComponent(id)}`, { value: true }),
    ]) {
      expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status: 400, code: 'invalid_request' });
      expect(answer.body['detail']).toMatch(/16 to 64 letters, digits, "_" or "-"/);
    }
  });

  it.each(NO_IDS)('takes %j for no id in a body', async (id) => {
    const { status, body } = await create({ workflow: 'assistant', message: 'Hello', id });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'invalid_request' });
    expect(body['detail']).toMatch(/^body\.id: .*16 to 64 letters/);
  });

  it('takes no id for a new chat that is older than a day, or nobody minted', async () => {
    for (const id of ['018cc251-f400-7000-8000-000000000000', 'an-id-of-my-own-00001']) {
      const { status, body } = await create({ workflow: 'assistant', message: 'Hello', id });
      expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'invalid_chat_id' });
      expect(body['detail']).toMatch(/UUIDv7.*Leave it away/);
    }
  });

  it('says that a token is missing, cannot be read, or is not ours, and where to get one', async () => {
    const [head = '', claims = ''] = person.token.split('.');
    const tokens = { none: '', garbage: 'abc', forged: `${head}.${claims}.${'A'.repeat(43)}` };
    const words = { none: /POST \/v1\/guest/, garbage: /get a new one/, forged: /not signed by this service/ };
    for (const kind of ['none', 'garbage', 'forged'] as const) {
      const { status, body } = await new Person(system.url, tokens[kind]).call('GET', `/v1/chats/${chatId}`);
      expect({ kind, status, code: body['code'] }).toEqual({ kind, status: 401, code: 'unauthorized' });
      expect(body['detail']).toMatch(words[kind]);
    }
  });

  it('does not tell somebody else’s chat from one that does not exist', async () => {
    const stranger = await Person.arrive(system.url);
    const nowhere = 'no-such-chat-0000001';
    const ask = async (id: string): Promise<unknown> => {
      const at = `/v1/chats/${id}`;
      const answers = [
        await stranger.call('GET', at),
        await stranger.call('GET', `${at}/events`),
        await stranger.call('GET', `${at}/export`),
        await stranger.call('POST', `${at}/messages`, { text: 'Let me in' }),
        await stranger.call('POST', `${at}/cancel`),
        await stranger.call('PATCH', at, { title: 'Mine' }),
        await stranger.call('DELETE', at),
      ];
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
        answers.map(() => [404, 'chat_not_found']),
      );
      return JSON.parse(JSON.stringify(answers).replaceAll(id, 'the id')) as unknown;
    };
    const before = (await person.document(chatId)).lastSeq;
    expect(await ask(chatId)).toEqual(await ask(nowhere));
    expect((await person.document(chatId)).lastSeq).toBe(before);
  });

  it.each([
    { what: 'half of JSON', sent: '{"workflow": "assis', status: 400, code: 'invalid_json', words: /JSON/ },
    { what: 'nothing', sent: '', status: 400, code: 'empty_body', words: /send one/ },
    { what: 'a list', sent: '[]', status: 400, code: 'invalid_request', words: /^body: .*object/ },
    { what: 'null', sent: 'null', status: 400, code: 'invalid_request', words: /^body: .*object/ },
    {
      what: 'no message',
      sent: { workflow: 'assistant' },
      status: 400,
      code: 'invalid_request',
      words: /body\.message/,
    },
    {
      what: 'an empty message',
      sent: { workflow: 'assistant', message: '  ' },
      status: 400,
      code: 'invalid_request',
      words: /body\.message: must not be empty/,
    },
    {
      what: 'a field that there is not',
      sent: { workflow: 'assistant', message: 'Hello', modle: 'gpt' },
      status: 400,
      code: 'invalid_request',
      words: /modle/,
    },
  ])('says what is wrong with a body of $what', async ({ sent, status, code, words }) => {
    const answer = await create(sent);
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.body['detail']).toMatch(words);
  });

  it('says which content-type it takes', async () => {
    const { status, body } = await create('<chat/>', { 'content-type': 'application/xml' });
    expect({ status, code: body['code'] }).toEqual({ status: 415, code: 'unsupported_media_type' });
    expect(body['detail']).toContain('application/json');
  });

  it('says how long an Idempotency-Key may be', async () => {
    const { status, body } = await create(
      { workflow: 'assistant', message: 'Hello' },
      { 'idempotency-key': 'k'.repeat(201) },
    );
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'invalid_idempotency_key' });
    expect(body['detail']).toContain('200');
  });

  it('says that there is nothing at an address, or that it cannot be read', async () => {
    const nothing = await person.call('GET', '/v1/caths');
    expect({ status: nothing.status, code: nothing.body['code'] }).toEqual({ status: 404, code: 'not_found' });
    expect(nothing.body['detail']).toContain('GET /v1/caths');
    const broken = await person.call('GET', '/v1/chats/%zz');
    expect(broken.status).toBe(400);
    expect(broken.body['detail']).toMatch(/percent-encoding/);
  });

  it('answers as application/problem+json, with the id under which the log has it', async () => {
    const response = await fetch(`${system.url}/v1/chats`, { headers: { 'x-request-id': 'request-4711' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('x-request-id')).toBe('request-4711');
    expect(await response.json()).toMatchObject({ type: 'urn:colloquy:problem:unauthorized', status: 401 });
  });

  it('leaves the system as it was: the same person chats on', async () => {
    const { chatId: next } = await person.start('assistant', '[[say:3]]');
    await waitFor(async () => ((await person.document(next)).lastText === 'w1 w2 w3' ? true : undefined), {
      what: 'an answer after all that',
    });
  });
});
