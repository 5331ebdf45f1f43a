import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { launch, type Launched } from '../../tools/launcher/launch.ts';
import { topology } from '../../tools/topology.ts';

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'look_up_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** OpenAI's own client, unchanged, against the demo model as `npm start` starts it. */
describe('the openai package', () => {
  let dataDir: string;
  let launched: Launched;
  let openai: OpenAI;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-e2e-'));
    launched = await launch({
      dataDir,
      services: topology.filter(({ name }) => name === 'demo-model'),
      ports: 'free',
      build: false,
      env: { ...process.env, DEMO_TOKENS_PER_SECOND: '0', DEMO_FIRST_TOKEN_MS: '0' },
    });
    openai = new OpenAI({ baseURL: `${launched.urls.get('demo-model')?.[0] ?? ''}/v1`, apiKey: 'any', maxRetries: 0 });
  });

  afterAll(async () => {
    await launched.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('lists the models', async () => {
    const ids: string[] = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    expect(ids).toEqual(['demo']);
  });

  it('gets a whole answer, with usage', async () => {
    const completion = await openai.chat.completions.create({
      model: 'demo',
      messages: [{ role: 'user', content: '[[say:5]]' }],
    });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'w1 w2 w3 w4 w5' },
    });
    const usage = completion.usage;
    expect(usage?.completion_tokens).toBeGreaterThan(0);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  it('streams an answer in pieces, and its usage at the end', async () => {
    const stream = await openai.chat.completions.create({
      model: 'demo',
      messages: [{ role: 'user', content: '[[say:40]]' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.delta.content ?? '');
      usage = chunk.usage ?? usage;
    }
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.join('').split(' ')).toHaveLength(40);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('runs a tool to its end with the helper that does so by itself', async () => {
    const asked: unknown[] = [];
    const runner = openai.chat.completions.runTools({
      model: 'demo',
      stream: true,
      messages: [{ role: 'user', content: '[[tool:look_up_weather {"city": "Turin"}]]' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'look_up_weather',
            description: 'The weather of a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: (text: string) => JSON.parse(text) as { city: string },
            function: (input: { city: string }) => {
              asked.push(input);
              return 'sunny, 21 degrees';
            },
          },
        },
      ],
    });
    const answer = await runner.finalContent();
    expect(asked).toEqual([{ city: 'Turin' }]);
    expect(answer).toBe('done: sunny, 21 degrees');
    expect(runner.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  it('is made to call the tool that it must call', async () => {
    const completion = await openai.chat.completions.create({
      model: 'gpt-4.1-mini',
      messages: [{ role: 'user', content: 'What is it like in Turin?' }],
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'look_up_weather' } },
    });
    const [call] = completion.choices[0]?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no function was called');
    expect(call.function.name).toBe('look_up_weather');
    expect(JSON.parse(call.function.arguments)).toHaveProperty('city');
  });

  it('gets errors as its own error classes', async () => {
    const ask = (content: string) =>
      openai.chat.completions.create({ model: 'demo', messages: [{ role: 'user', content }] });
    await expect(ask('[[error:429]]')).rejects.toThrow(OpenAI.RateLimitError);
    await expect(ask('[[error:401]]')).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(ask('[[error:500]]')).rejects.toThrow(OpenAI.InternalServerError);
    await expect(openai.chat.completions.create({ model: 'demo', messages: [] })).rejects.toThrow(/messages/);
  });

  it('tries again by itself where that may help', async () => {
    const patient = new OpenAI({ baseURL: openai.baseURL, apiKey: 'any', maxRetries: 2 });
    const completion = await patient.chat.completions.create({
      model: 'demo',
      messages: [{ role: 'user', content: '[[error:429:1]] [[say:2]]' }],
    });
    expect(completion.choices[0]?.message.content).toBe('w1 w2');
  });
});
