import { bootService, type RunningService } from '@colloquy/service';
import { afterEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import { Writable } from 'node:stream';
import { AppModule } from './app.module.ts';
import { readDemoModelEnv } from './env.ts';
import { addRoutes } from './subscriptions.ts';

const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
const running: RunningService[] = [];

async function start(more: Record<string, string> = {}): Promise<{ client: OpenAI; service: RunningService }> {
  const env = readDemoModelEnv({
    PORT: '0',
    HOST: '127.0.0.1',
    DRAIN_MS: '500',
    DEMO_TOKENS_PER_SECOND: '0',
    DEMO_FIRST_TOKEN_MS: '0',
    ...more,
  });
  const service = await bootService({ name: 'demo-model', env, module: AppModule, configure: addRoutes, logTo: quiet });
  running.push(service);
  return { service, client: new OpenAI({ apiKey: 'any', baseURL: `${service.url}/v1`, maxRetries: 0 }) };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

const user = (content: string): ChatCompletionMessageParam => ({ role: 'user', content });

function tool(name: string, properties: Record<string, unknown>): ChatCompletionTool {
  const parameters = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  return { type: 'function', function: { name, parameters } };
}

type FunctionCall = OpenAI.ChatCompletionMessageFunctionToolCall;

function functionCalls(calls: readonly OpenAI.ChatCompletionMessageToolCall[] | undefined): FunctionCall[] {
  return (calls ?? []).filter((call): call is FunctionCall => call.type === 'function');
}

function nameAndArguments(call: FunctionCall): readonly [string, unknown] {
  return [call.function.name, JSON.parse(call.function.arguments) as unknown];
}

const searchDocs = tool('search_docs', { query: { type: 'string' } });

async function metricOf(service: RunningService, name: string): Promise<string> {
  const text = await (await fetch(`${service.healthUrl}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(name)) ?? '';
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('it did not come true within 5 s');
  }
}

describe('the demo model, seen by the openai package', () => {
  it('lists its models', async () => {
    const { client } = await start();
    const { data } = await client.models.list();
    expect(data.map((model) => model.id)).toEqual(['demo']);
  });

  it('streams text word by word, with usage at the end when asked', async () => {
    const { client } = await start();
    const stream = await client.chat.completions.create({
      model: 'demo',
      messages: [user('[[say:50]]')],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(Array.from({ length: 50 }, (_, index) => `w${index + 1}`).join(' '));
    expect(chunks.length).toBeGreaterThan(50);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.usage).toEqual({
      prompt_tokens: 4 + 3,
      completion_tokens: Math.ceil(text.length / 4),
      total_tokens: 7 + Math.ceil(text.length / 4),
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    });
  });

  it('answers whole as well, and the same each time', async () => {
    const { client } = await start();
    const ask = () => client.chat.completions.create({ model: 'demo', messages: [user('What is a cursor?')] });
    const [first, second] = [await ask(), await ask()];
    expect(first.choices[0]?.message.content).toContain('demo model');
    expect(first.choices[0]?.message.content).toBe(second.choices[0]?.message.content);
    expect(first.usage?.total_tokens).toBeGreaterThan(50);
  });

  it('streams parallel tool calls in pieces that the package puts together', async () => {
    const { client } = await start();
    const text = '[[tool:search_docs {"query": "how a chat survives"}]] [[tool:weather {"days": [[1, 2]]}]]';
    const final = await client.chat.completions
      .stream({ model: 'demo', messages: [user(text)], tools: [searchDocs, tool('weather', {})] })
      .finalChatCompletion();
    const calls = functionCalls(final.choices[0]?.message.tool_calls);
    expect(calls.map(nameAndArguments)).toEqual([
      ['search_docs', { query: 'how a chat survives' }],
      ['weather', { days: [[1, 2]] }],
    ]);
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
    const results = calls.map((call, index) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: `r${index}`,
    }));
    const after = await client.chat.completions.create({
      model: 'demo',
      messages: [user(text), { role: 'assistant', tool_calls: calls }, ...results],
      tools: [searchDocs],
    });
    expect(after.choices[0]?.message.content).toBe('done: r0 | r1');
  });

  it('obeys tool_choice, with arguments that conform to the schema', async () => {
    const { client } = await start();
    const select = tool('select_speaker', {
      agent: { type: 'string', enum: ['planner', 'writer'] },
      confidence: { type: 'number', minimum: 0.5 },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' }, minItems: 2 },
    });
    const ask = async (tool_choice: OpenAI.ChatCompletionToolChoiceOption): Promise<unknown> => {
      const answer = await client.chat.completions.create({
        model: 'demo',
        messages: [user('Who is next?')],
        tools: [select, searchDocs],
        tool_choice,
      });
      return functionCalls(answer.choices[0]?.message.tool_calls).map(nameAndArguments)[0];
    };
    const chosen = { agent: 'planner', confidence: 0.5, tags: ['demo', 'demo'] };
    expect(await ask({ type: 'function', function: { name: 'select_speaker' } })).toEqual(['select_speaker', chosen]);
    expect(await ask('required')).toEqual(['select_speaker', chosen]);
    expect(await ask('none')).toBeUndefined();
    await expect(ask({ type: 'function', function: { name: 'nothing' } })).rejects.toMatchObject({ status: 400 });
  });

  it('answers in a json schema', async () => {
    const { client } = await start();
    const schema = {
      type: 'object',
      properties: { verdict: { enum: ['yes', 'no'] }, score: { type: 'integer' }, note: { type: ['string', 'null'] } },
      required: ['verdict', 'score', 'note'],
    };
    const answer = await client.chat.completions.create({
      model: 'demo',
      messages: [user('Judge this')],
      response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema, strict: true } },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ verdict: 'yes', score: 1, note: 'demo' });
  });

  it('stops at max_tokens', async () => {
    const { client } = await start();
    const answer = await client.chat.completions.create({
      model: 'demo',
      messages: [user('[[say:50]]')],
      max_completion_tokens: 5,
    });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length' });
    expect(answer.usage?.completion_tokens).toBe(5);
  });
});

describe('faults on request', () => {
  it.each([
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
    [401, OpenAI.AuthenticationError],
  ])('answers %i in OpenAI’s words', async (status, kind) => {
    const { client } = await start();
    const asked = client.chat.completions.create({ model: 'demo', messages: [user(`please [[error:${status}]]`)] });
    await expect(asked).rejects.toBeInstanceOf(kind);
    await expect(asked).rejects.toMatchObject({ status, error: { param: null } });
  });

  it('fails as often as told, so that retries get through', async () => {
    const { service } = await start();
    const client = new OpenAI({ apiKey: 'any', baseURL: `${service.url}/v1`, maxRetries: 2 });
    const answer = await client.chat.completions.create({
      model: 'demo',
      messages: [user('[[error:429:2]] [[echo]] here at last')],
    });
    expect(answer.choices[0]?.message.content).toBe('here at last');
  });

  it('breaks the connection in the middle', async () => {
    const { client } = await start();
    const stream = await client.chat.completions.create({
      model: 'demo',
      messages: [user('[[say:30]] [[cut]]')],
      stream: true,
    });
    const words: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toThrow();
    expect(words.join('')).toMatch(/^w1 w2 .* w11$/);
  });

  it('hangs until the client gives up, and then stops', async () => {
    const { client, service } = await start();
    const asked = client.chat.completions.create({ model: 'demo', messages: [user('[[hang]]')] }, { timeout: 100 });
    await expect(asked).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
    await eventually(async () => (await metricOf(service, 'colloquy_demo_completions_active')).endsWith(' 0'));
  });

  it('stops writing when the client leaves', async () => {
    const { client, service } = await start({ DEMO_TOKENS_PER_SECOND: '50' });
    const stream = await client.chat.completions.create({
      model: 'demo',
      messages: [user('[[say:100000]]')],
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content?.includes('w3')) break;
    await eventually(async () => (await metricOf(service, 'colloquy_demo_completions_active')).endsWith(' 0'));
    expect(await metricOf(service, 'colloquy_demo_completions_total')).toContain('end="aborted"');
  });

  it('keeps its pace', async () => {
    const { client } = await start({ DEMO_TOKENS_PER_SECOND: '200', DEMO_FIRST_TOKEN_MS: '50' });
    const began = performance.now();
    const answer = await client.chat.completions.create({ model: 'demo', messages: [user('[[say:40]]')] });
    const least = 50 + ((answer.usage?.completion_tokens ?? 0) / 200) * 1000;
    expect(performance.now() - began).toBeGreaterThanOrEqual(least - 5);
  });

  it.each([
    [{ messages: [] }, 'model'],
    [{ model: 'demo', messages: [{ role: 'robot', content: '' }] }, 'messages.0.role'],
  ])('names the field of a bad body: %#', async (body, param) => {
    const { service } = await start();
    const answer = await fetch(`${service.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
  });

  it('answers broken JSON in the same shape', async () => {
    const { service } = await start();
    const answer = await fetch(`${service.url}/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_json', message: expect.any(String) } });
  });
});
