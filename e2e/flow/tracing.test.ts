import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type ChatHandle, type Client } from '@colloquy/client';
import { SPAN_ATTRIBUTES } from '@colloquy/contracts';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { Fleet } from './fleet/fleet.ts';
import { COMMAND_ARROWS, missingArrows, OWNER_ARROWS, RUN_ARROWS } from './trace-arrows.ts';

const SERVICES = [
  'edge',
  'api-gateway',
  'orchestrator',
  'persistence',
  'event-logger',
  'realtime-gateway',
  'demo-model',
];
const REFUND = 'I want a refund for order A-1001';
/** Beyond what every span may say: what libs/service says of requests, and of the failure of anything. */
const REQUEST_ATTRIBUTES = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'url.scheme',
  'colloquy.request.id',
];

/** The real system with a collector, before the client that the web app uses. */
describe('the trace of a chat', () => {
  let receiver: OtlpReceiver;
  let system: System;
  let fleet: Fleet;
  let client: Client;
  /** Trace ids as the client began them and as the API answered them, newest last: of which path. */
  const answered: { path: string; traceId: string; said: string | undefined }[] = [];

  beforeAll(async () => {
    receiver = await OtlpReceiver.open();
    system = await startSystem({
      instances: { orchestrator: 2 },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' },
    });
    fleet = await Fleet.of(system);
    client = createClient({ baseUrl: system.url, fetch: watched });
    await client.guest();
  }, 180_000);

  afterAll(async () => {
    client.close();
    await fleet.close();
    await system.stop();
    receiver.close();
  }, 60_000);

  /** Notes the trace of each command. It judges nothing: what is thrown here would be the client's to try again. */
  async function watched(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const response = await fetch(input, init);
    const sent = new Headers(init?.headers).get('traceparent')?.split('-')[1];
    if (sent !== undefined) {
      const said = response.headers.get('traceresponse')?.split('-')[1];
      answered.push({ path: new URL(input instanceof Request ? input.url : input).pathname, traceId: sent, said });
    }
    return response;
  }

  const traceOf = (path: RegExp): Promise<string> =>
    waitFor(() => answered.findLast((one) => path.test(one.path))?.traceId, { what: `an answer of ${String(path)}` });

  async function begin(workflow: string, text: string): Promise<{ chat: ChatHandle; chatId: string; traceId: string }> {
    const { chatId } = client.startChat({ workflow, text });
    const chat = client.openChat(chatId);
    const traceId = await waitFor(() => (chat.getView().chat.lastSeq > 0 ? traceOf(/^\/v1\/chats$/) : undefined), {
      what: 'the chat',
    });
    await fleet.watch(chatId);
    return { chat, chatId, traceId };
  }

  /** Waits until every arrow is there; says which are not. */
  async function seeArrows(traceId: string, arrows: typeof RUN_ARROWS): Promise<void> {
    await waitFor(() => (missingArrows(receiver.of(traceId), arrows).length === 0 ? true : undefined), {
      what: 'every arrow',
      withinMs: 15_000,
      everyMs: 200,
    }).catch(() => undefined);
    expect(missingArrows(receiver.of(traceId), arrows)).toEqual([]);
  }

  it('has every arrow of the flow, in all services, in one trace; an answer has one of its own, and the run goes on in the first', async () => {
    const { chat, chatId, traceId } = await begin('support-desk', REFUND);
    const question = await fleet.event(chatId, 'input_request');
    await seeArrows(traceId, RUN_ARROWS);
    expect(new Set(receiver.of(traceId).map(({ service }) => service))).toEqual(new Set(SERVICES));
    const before = receiver.of(traceId).length;
    chat.answer(question.requestId, true);
    await fleet.event(chatId, 'run_completed');
    const answer = await traceOf(/\/inputs\//);
    await seeArrows(answer, COMMAND_ARROWS);
    const runs = await waitFor(
      () => {
        const found = receiver.of(traceId).filter(({ name }) => name === 'run support-desk');
        return found.length === 2 ? found : undefined;
      },
      { what: 'the second part of the run' },
    );
    expect(receiver.of(traceId).length).toBeGreaterThan(before);
    expect(runs[1]?.attributes).toMatchObject({ 'colloquy.outcome': 'run_completed', 'colloquy.chat.id': chatId });
    expect(runs[1]?.links.map((link) => link.traceId)).toEqual([answer]);
    const refund = receiver.of(traceId).filter(({ name }) => name === 'execute_tool refund_order');
    expect(refund).toHaveLength(1);
  }, 90_000);

  it('goes to the owner of the chat and back, when a command comes to another orchestrator', async () => {
    const { chat, chatId } = await begin('assistant', '[[say:900]]');
    await fleet.event(chatId, 'message_started');
    let missing: string[] = ['not asked yet'];
    // Who takes a command is for the queue to say: some of them come to the one that does not run the chat.
    for (let tries = 1; tries <= 12 && missing.length > 0; tries++) {
      await client.api.updateChat(chatId, { title: `Name ${String(tries)}` });
      await fleet.event(chatId, 'chat_renamed', { count: tries });
      const traceId = await traceOf(new RegExp(`^/v1/chats/${chatId}$`));
      await waitFor(() => (isWhole(receiver.of(traceId)) ? true : undefined), { what: 'all of the trace' });
      missing = missingArrows(receiver.of(traceId), OWNER_ARROWS);
    }
    expect(missing).toEqual([]);
    await client.api.cancelRun(chatId);
    await fleet.event(chatId, 'run_cancelled');
    chat.close();
  }, 60_000);

  it('goes on in the same trace when the owner is killed', async () => {
    const { chatId, traceId } = await begin('assistant', '[[say:500]]');
    await fleet.event(chatId, 'message_started');
    const started = await spanOfCommit(traceId, 'run_started');
    const owner = fleet.ownerOf(chatId);
    const member = (await fleet.members()).find(({ worker }) => worker === owner);
    if (member === undefined) throw new Error(`nobody is ${String(owner)}`);
    fleet.signal(member, 'SIGKILL');
    await fleet.event(chatId, 'run_completed', { withinMs: 60_000 });
    const completed = await spanOfCommit(traceId, 'run_completed');
    // Whoever claimed it last: a run may change hands more than once.
    const claimed = await newestClaim(traceId, completed);
    expect(claimed.instance).not.toBe(started.instance);
    expect(completed.instance).toBe(claimed.instance);
    const names = receiver.of(traceId).filter(({ instance }) => instance === claimed.instance);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['run assistant', 'chat demo-model']));
  }, 120_000);

  /** Each service sends its spans when it likes. */
  function isWhole(spans: readonly ReceivedSpan[]): boolean {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const names = new Set(spans.map(({ name }) => name));
    const orphans = spans.filter(({ parentId }) => !ids.has(parentId ?? ''));
    const ends = ['process command.{chatId}', 'append chat.{chatId}', 'push chat.{chatId}'];
    // The browser's own is the only one that nobody sends.
    return ends.every((name) => names.has(name)) && orphans.every(({ service }) => service === 'edge');
  }

  function hasEvent({ name, attributes }: ReceivedSpan, type: string): boolean {
    const events = attributes['colloquy.events'];
    return name === 'append chat.{chatId}' && Array.isArray(events) && events.includes(type);
  }

  function spanOfCommit(traceId: string, type: string): Promise<ReceivedSpan> {
    return waitFor(() => receiver.of(traceId).find((span) => hasEvent(span, type)), { what: `the span of ${type}` });
  }

  /** The claim that came last before a commit. */
  function newestClaim(traceId: string, before: ReceivedSpan): Promise<ReceivedSpan> {
    const place = ({ attributes }: ReceivedSpan): number => Number(attributes['colloquy.stream_seq']);
    return waitFor(
      () =>
        receiver
          .of(traceId)
          .filter((span) => hasEvent(span, 'run_claimed') && place(span) < place(before))
          .toSorted((a, b) => place(a) - place(b))
          .at(-1),
      { what: 'the span of run_claimed' },
    );
  }

  it('answers each command with the trace that the client has begun', () => {
    expect(answered.length).toBeGreaterThan(3);
    expect(answered.filter(({ traceId, said }) => said !== traceId)).toEqual([]);
  });

  it('has the usage of every model call, by the conventions for generative AI', () => {
    const calls = receiver.spans.filter(({ name }) => name === 'chat demo-model');
    expect(calls.length).toBeGreaterThan(3);
    const stopped = calls.filter(({ attributes }) => attributes['colloquy.aborted'] === true);
    expect(stopped.map(({ failed }) => failed)).toEqual([false]);
    for (const { attributes, failed } of calls.filter((call) => !stopped.includes(call))) {
      expect(failed).toBe(false);
      expect(attributes).toMatchObject({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'demo-model',
      });
      expect(attributes['gen_ai.usage.input_tokens']).toBeGreaterThan(0);
      expect(attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(0);
    }
  });

  it('says nothing of what was said, and nothing beyond the list', () => {
    const all = receiver.bodies.join('');
    expect(receiver.faults).toEqual([]);
    expect(receiver.spans.length).toBeGreaterThan(100);
    for (const words of ['refund for order', 'A-1001', 'w1 w2', 'Corner Shop', 'You are the', 'Bearer ', 'eyJ']) {
      expect(all.includes(words)).toBe(false);
    }
    const known = new Set<string>([...SPAN_ATTRIBUTES, ...REQUEST_ATTRIBUTES]);
    const said = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...said].filter((name) => !known.has(name))).toEqual([]);
  });

  it('is named by the log lines of its services', () => {
    const { traceId } = answered.find(({ path }) => path === '/v1/chats') ?? { traceId: 'none' };
    for (const service of ['api-gateway', 'event-logger']) {
      const lines = system.lines(service).filter((line) => line.includes(`"traceId":"${traceId}"`));
      expect(`${service}: ${String(lines.length > 0)}`).toBe(`${service}: true`);
    }
    const [line = ''] = system.lines('event-logger').filter((each) => each.includes(traceId));
    expect(JSON.parse(line)).toMatchObject({ traceId, chatId: expect.any(String) });
  });
});
