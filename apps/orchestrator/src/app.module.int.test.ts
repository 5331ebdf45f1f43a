import { createServer, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WIRE_VERSION, type ChatEvent } from '@colloquy/contracts';
import { EMPTY_LOG, connectMessaging, type Messaging } from '@colloquy/messaging';
import { bootService, systemClock, systemIds, type RunningService } from '@colloquy/service';
import { startTestNats, type TestNats } from '@colloquy/testing';
import { AppModule } from './app.module.ts';
import { readOrchestratorEnv } from './env.ts';

const WORDS = Array.from({ length: 40 }, (_, i) => `word${String(i)} `);
const WORD_MS = 50;

let nats: TestNats;
let gateway: Messaging;
let model: Server;
const services: RunningService[] = [];

/** Says forty words in two seconds, in the protocol of OpenAI. */
async function speak(response: ServerResponse): Promise<void> {
  const send = (choice: object, more: object = {}): void => {
    const about = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'slow' };
    response.write(`data: ${JSON.stringify({ ...about, choices: [{ index: 0, ...choice }], ...more })}\n\n`);
  };
  for (const content of WORDS) {
    send({ delta: { content }, finish_reason: null });
    await systemClock.sleep(WORD_MS);
  }
  send({ delta: {}, finish_reason: 'stop' }, { usage: { prompt_tokens: 9, completion_tokens: 40, total_tokens: 49 } });
  response.end('data: [DONE]\n\n');
}

beforeAll(async () => {
  nats = await startTestNats();
  gateway = await connectMessaging({ url: nats.url, name: 'gateway', clock: systemClock, ids: systemIds });
  model = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    speak(response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
}, 120_000);

afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
}, 30_000);

afterAll(async () => {
  model.closeAllConnections();
  model.close();
  await gateway.drain();
  await nats.stop();
}, 30_000);

async function start(): Promise<RunningService> {
  const address = model.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const env = readOrchestratorEnv({
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_MS: '6000',
    NATS_URL: nats.url,
    // Nothing answers there: chats do not need the database.
    MONGODB_URI: 'mongodb://127.0.0.1:1/colloquy',
    WORKFLOWS_DIR: fileURLToPath(new URL('../../../workflows', import.meta.url)),
    OPENAI_BASE_URL: `http://127.0.0.1:${String(port)}/v1`,
    OPENAI_MODEL: 'slow',
  });
  const service = await bootService({ name: 'orchestrator', env, module: AppModule });
  services.push(service);
  return service;
}

async function create(): Promise<string> {
  const [chatId, commandId] = [systemIds.uuid(), systemIds.uuid()];
  await gateway.log.open(chatId, EMPTY_LOG).append({
    events: [
      { type: 'chat_created', commandId, ownerId: 'ada', workflow: 'assistant', variables: {} },
      { type: 'user_message', commandId, messageId: commandId, text: 'Speak', by: 'ada' },
    ],
  });
  await gateway.tickets.publish({ v: WIRE_VERSION, chatId, commandId }, `run-${commandId}`);
  return chatId;
}

async function eventsOf(chatId: string): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const { commit } of gateway.log.read(chatId, { after: 0 })) events.push(...commit.events);
  return events;
}

/** The chat's events once one of them is of the type. */
async function until(chatId: string, type: ChatEvent['type'], withinMs = 15_000): Promise<ChatEvent[]> {
  const end = systemClock.monotonic() + withinMs;
  for (;;) {
    const events = await eventsOf(chatId);
    if (events.some((event) => event.type === type)) return events;
    if (systemClock.monotonic() > end) throw new Error(`no ${type}, but ${events.map((event) => event.type).join()}`);
    await systemClock.sleep(20);
  }
}

/** Resolves once the deltas on the chat's log begin with the text. */
async function untilSaid(chatId: string, start: string, withinMs = 15_000): Promise<void> {
  const end = systemClock.monotonic() + withinMs;
  for (let said = ''; !said.startsWith(start);) {
    if (systemClock.monotonic() > end) throw new Error(`only "${said}" was said`);
    await systemClock.sleep(20);
    said = '';
    for await (const { commit } of gateway.log.read(chatId, { after: 0 }))
      for (const { kind, text } of commit.deltas ?? []) if (kind === 'text') said += text;
  }
}

describe('the orchestrator on a real broker', () => {
  it('P1: streams an answer and leaves no ticket', async () => {
    await start();
    const chatId = await create();
    const events = await until(chatId, 'run_completed');
    expect(events.find(({ type }) => type === 'text')).toMatchObject({ text: WORDS.join('') });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  }, 60_000);

  it('P5: stops within a second, keeping what was shown', async () => {
    await start();
    const chatId = await create();
    await untilSaid(chatId, 'word0 word1 ');
    const accepted = systemClock.monotonic();
    const about = { v: WIRE_VERSION, chatId, commandId: systemIds.uuid(), userId: 'ada' } as const;
    await gateway.commands.publish({ ...about, kind: 'cancel', at: new Date(systemClock.now()).toISOString() });
    const events = await until(chatId, 'run_cancelled');
    expect(systemClock.monotonic() - accepted).toBeLessThan(1000);
    expect(events.find(({ type }) => type === 'message_aborted')).toMatchObject({
      reason: 'cancelled',
      text: expect.stringMatching(/^word0 word1 /),
    });
  }, 60_000);

  it('P8: a drain hands the run over, and the other one goes on at once', async () => {
    const first = await start();
    const chatId = await create();
    await until(chatId, 'message_started');
    await start();
    const stopping = first.stop();
    const events = await until(chatId, 'run_claimed', 8000);
    expect(await stopping).toMatchObject({ clean: true });
    expect(events.some(({ type }) => type === 'run_released')).toBe(true);
    await until(chatId, 'run_completed');
  }, 60_000);
});
