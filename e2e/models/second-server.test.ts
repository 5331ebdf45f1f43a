import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person, type Screen } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { SecondServer, type Decide } from './second-server.ts';

const KEY = 'sk-not-for-anybody-4711-abcdefgh';
const MODEL = 'second-model-7b';

const QUESTION = 'Who are you?';
const BUSY = 'Are you busy?';
const BROKEN = 'Are you broken?';
const LOCKED = 'Will you let me in?';

/** Errors repeat the key, as providers do. */
const decide: Decide = ({ message, authorization }, before) => {
  if (message === BUSY && before === 0) {
    return { status: 429, message: 'Slow down', headers: { 'retry-after-ms': '20' } };
  }
  if (message === BROKEN) return { status: 500, message: `It broke for ${authorization}` };
  if (message === LOCKED) return { status: 401, message: `Incorrect API key provided: ${KEY}` };
  return { text: `The second server answers: ${message}` };
};

/** A whole system that is told of another OpenAI-compatible server by the environment alone. */
describe('a second OpenAI-compatible server', () => {
  let second: SecondServer;
  let system: System;
  let person: Person;
  let screen: Screen;

  beforeAll(async () => {
    second = await SecondServer.start(decide);
    system = await startSystem({
      env: { OPENAI_BASE_URL: second.baseUrl, OPENAI_API_KEY: KEY, OPENAI_MODEL: MODEL },
    });
    person = await Person.arrive(system.url);
    screen = person.screen();
  });

  afterAll(async () => {
    screen.close();
    await system.stop();
    await second.stop();
  });

  async function ask(message: string): Promise<string> {
    const { chatId } = await person.start('assistant', message);
    await screen.watch(chatId);
    return chatId;
  }

  it('answers, instead of the demo model', async () => {
    const chatId = await ask(QUESTION);
    const text = await screen.event(chatId, 'text');
    expect(text.text).toBe(`The second server answers: ${QUESTION}`);
    await screen.event(chatId, 'run_completed');
    expect(await demoAnswers()).toBe(0);
  });

  it('is asked under its address with its key for the model of OPENAI_MODEL', async () => {
    expect(second.of(QUESTION)[0]).toMatchObject({
      path: '/v1/chat/completions',
      authorization: `Bearer ${KEY}`,
      model: MODEL,
    });
    const usage = await screen.event(await ask('And now?'), 'usage');
    expect(usage).toMatchObject({ model: MODEL, promptTokens: 11, completionTokens: 7, costMicroUsd: null });
  });

  it('is told to the web app: no demo model speaks', async () => {
    const { status, body } = await person.call('GET', '/v1/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({ guest: true, demoModel: false });
  });

  it('is asked again after a 429', async () => {
    const chatId = await ask(BUSY);
    const text = await screen.event(chatId, 'text');
    expect(text.text).toBe(`The second server answers: ${BUSY}`);
    await screen.event(chatId, 'run_completed');
    expect(second.of(BUSY)).toHaveLength(2);
    expect(screen.of(chatId).events.filter(({ type }) => type === 'run_failed')).toEqual([]);
  });

  it.each([
    { message: BROKEN, code: 'model_unavailable', words: /not available/, attempts: 4, retryable: true },
    { message: LOCKED, code: 'unauthorized', words: /check OPENAI_API_KEY/, attempts: 1, retryable: false },
  ])(
    'fails the run with words when it never answers ($code)',
    async ({ message, code, words, attempts, retryable }) => {
      const chatId = await ask(message);
      const failed = await screen.event(chatId, 'run_failed');
      expect(failed.error).toMatchObject({ code, retryable });
      expect(failed.error.message).toMatch(words);
      expect(second.of(message)).toHaveLength(attempts);
      await waitFor(async () => ((await person.document(chatId)).status === 'idle' ? true : undefined), {
        what: 'the chat at rest over HTTP',
      });
    },
  );

  it('never has its key repeated: not in an event, not over HTTP, not in a log', async () => {
    const chatId = await ask(LOCKED);
    const failed = await screen.event(chatId, 'run_failed');
    const stored = await untilStored(system, chatId, failed.seq);
    const told = [screen.of(chatId).events, await person.document(chatId), stored];
    expect(JSON.stringify(told)).not.toContain(KEY);
    for (const { name } of system.launched.processes()) expect(system.lines(name).join('\n')).not.toContain(KEY);
  });

  it('does not answer the chat for ever: the next message starts a run of its own', async () => {
    const chatId = await ask(BROKEN);
    await screen.event(chatId, 'run_failed');
    const { status } = await person.call('POST', `/v1/chats/${chatId}/messages`, { text: QUESTION });
    expect(status).toBe(202);
    expect((await screen.event(chatId, 'text')).text).toContain(QUESTION);
  });

  /** How many answers the demo model has given. */
  async function demoAnswers(): Promise<number> {
    const url = system.launched.urls.get('demo-model')?.[0] ?? '';
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('# TYPE colloquy_demo_completions_total counter');
    const counts = [...metrics.matchAll(/^colloquy_demo_completions_total\{[^}]*\} (\d+)/gm)].map(([, count]) =>
      Number(count),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }
});
