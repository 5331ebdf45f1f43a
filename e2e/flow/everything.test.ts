import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type ChatHandle, type Client } from '@colloquy/client';
import type { ChatEvent, EventOf, Json } from '@colloquy/contracts';
import { viewOfDocument, type ChatView, type ToolEntry } from '@colloquy/transcript';
import { runOps } from '../../tools/ops/run-ops.ts';
import { root } from '../../tools/paths.ts';
import { Seeded } from '../chaos/seeded.ts';
import { shown } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeEverythingWorkflows, PAY_MS, type EverythingWorkflows } from './fleet/everything-workflows.ts';
import { Fleet } from './fleet/fleet.ts';
import { drawKillPoints, Killer, type KillPoint } from './fleet/killer.ts';
import { isProgress, linesOfLog, linesOfView, type LinesOfRuns } from './fleet/lines-of-runs.ts';

const CHATS = 4;
const KILLS = 20;
/** Another one with EVERYTHING_SEED=n. */
const SEED = Number(process.env['EVERYTHING_SEED'] ?? 6);
const EVERYTHING = { workflow: 'everything', text: 'Do everything with 1234-1234-1234-1234' };
/** What a tool with `onInterrupted: fail` answers when its process was killed in it. */
const INTERRUPTED = /"error":\{"code":"interrupted"/;

interface Told {
  readonly log: LinesOfRuns;
  readonly view: LinesOfRuns;
  readonly title: string;
}

/** The workflows that use most, on the real system with two of everything, before a client. */
describe('a workflow with every feature', () => {
  let system: System;
  let workflows: EverythingWorkflows;
  let fleet: Fleet;
  let client: Client;
  let reference: Told;
  /** Lines of the reference's log: how far a chat can get. */
  let lines: number;
  /** In the middle of the one tool whose effect nobody may repeat. */
  let paying: KillPoint;

  beforeAll(async () => {
    workflows = await makeEverythingWorkflows('research-team');
    const two = ['api-gateway', 'realtime-gateway', 'orchestrator', 'persistence', 'event-logger', 'demo-model'];
    system = await startSystem({
      instances: Object.fromEntries(two.map((name) => [name, 2])),
      env: { WORKFLOWS_DIR: workflows.dir },
    });
    fleet = await Fleet.of(system);
    client = createClient({ baseUrl: system.url });
    await client.guest();
  }, 180_000);

  afterAll(async () => {
    client.close();
    await fleet.close();
    await system.stop();
    await workflows.remove();
  }, 60_000);

  const view = (chat: ChatHandle): ChatView => chat.getView().chat;

  /** Starts a chat of a person who answers every question at once. */
  async function begin(chat: { workflow: string; text: string }): Promise<ChatHandle> {
    const { chatId } = client.startChat(chat);
    const handle = client.openChat(chatId);
    const answered = new Set<string>();
    handle.subscribe(() => {
      for (const { requestId, kind, callId } of view(handle).pendingRequests) {
        if (answered.has(requestId)) continue;
        answered.add(requestId);
        handle.answer(requestId, answerTo(kind, callId));
      }
    });
    await waitFor(() => (view(handle).lastSeq > 0 ? true : undefined), { what: 'the chat' });
    await fleet.watch(chatId);
    return handle;
  }

  function answerTo(kind: string, callId: string | undefined): Json {
    if (kind === 'approval') return true;
    return callId === undefined ? 'Go on, please' : 'red';
  }

  /** Waits for the end of the run; gives all events. */
  async function rested(chat: ChatHandle): Promise<readonly ChatEvent[]> {
    const ended = () => view(chat).lastRun !== undefined && view(chat).lastRun?.status !== 'running';
    const resting = () => view(chat).status === 'idle' && !view(chat).gap && ended();
    await waitFor(() => resting() || undefined, { what: `the end of chat ${chat.chatId}`, withinMs: 240_000 });
    const failed = [...view(chat).entries].filter((entry) => entry.kind === 'run' && entry.phase === 'failed');
    expect(failed).toEqual([]);
    expect(view(chat).lastRun?.status).toBe('completed');
    await untilStored(system, chat.chatId, view(chat).lastSeq);
    return (await fleet.commits(chat.chatId)).flatMap(({ events }) => events);
  }

  function told(chat: ChatHandle, events: readonly ChatEvent[]): Told {
    return { log: linesOfLog(events), view: linesOfView(view(chat), events), title: view(chat).title };
  }

  /** Nothing doubled, nothing missing, every copy the same, every token counted once. */
  async function expectSound(chat: ChatHandle, events: readonly ChatEvent[]): Promise<void> {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const document = await client.api.getChat(chat.chatId);
    expect(shown(viewOfDocument(document))).toEqual(shown(view(chat)));
    expect(document.usage).toMatchObject(usageOf(events));
    expect(await ops('audit', chat.chatId)).toMatch(/ok .*1 chats with \d+ events, 0 erased; 0 differ/s);
  }

  function usageOf(events: readonly ChatEvent[]): object {
    const usages = events.filter((event): event is EventOf<'usage'> => event.type === 'usage');
    const sum = (pick: (event: EventOf<'usage'>) => number | null): number =>
      usages.reduce((all, event) => all + (pick(event) ?? 0), 0);
    return {
      promptTokens: sum((event) => event.promptTokens),
      cachedTokens: sum((event) => event.cachedTokens),
      completionTokens: sum((event) => event.completionTokens),
      costMicroUsd: sum((event) => event.costMicroUsd),
      modelCalls: usages.length,
    };
  }

  /** Each call that was begun has its effect under its own key, and no attempt was made twice. */
  async function expectEffectsOnce(events: readonly ChatEvent[]): Promise<void> {
    const effects = await workflows.effects();
    for (const call of events) {
      if (call.type !== 'tool_call' || !OWN_TOOLS.has(call.tool)) continue;
      const answers = events.filter((event) => event.type === 'tool_response' && event.callId === call.callId);
      expect(answers).toHaveLength(1);
      const made = effects.filter(({ callId }) => callId === call.callId);
      const attempts = made.map(({ attempt }) => attempt);
      expect(new Set(attempts).size).toBe(attempts.length);
      const interrupted = answers.some((answer) => INTERRUPTED.test(JSON.stringify(answer)));
      expect(made.length).toBeGreaterThanOrEqual(interrupted ? 0 : 1);
      if (call.tool === 'pay') expect(made.length).toBeLessThanOrEqual(1);
    }
  }
  const OWN_TOOLS = new Set(['look_up', 'pay', 'remember', 'pick_next', 'check_amount', 'shorten']);

  /** Runs an operator's command on the system. */
  async function ops(...args: readonly string[]): Promise<string> {
    const said: string[] = [];
    const print = (line: string) => void said.push(line);
    await runOps({ args, env: {}, cwd: root, dataDir: system.launched.dataDir, print }).catch((error: unknown) => {
      said.push(`failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    return said.join('\n');
  }

  it('P1, P2, P7: goes through the real system; every copy says the same, and every token is counted once', async () => {
    const chat = await begin(EVERYTHING);
    const events = await rested(chat);
    await expectSound(chat, events);
    await expectEffectsOnce(events);
    reference = told(chat, events);
    const progress = events.filter(isProgress);
    lines = progress.length;
    const approved = progress.findIndex(({ type }) => type === 'input_response') + 1;
    paying = { lines: approved, afterMs: PAY_MS / 2 };
    const { log } = reference;
    expect(Object.keys(log).sort()).toEqual([
      '',
      '/debate:chance#1',
      '/debate:choosing#1',
      '/debate:opening#1',
      '/study:one#1',
      '/study:two#1',
    ]);
    expect(log['']?.at(-1)).toContain('"code":"handoff_terminate"');
    expect(log['']?.filter((line) => line.includes('"type":"input_response"'))).toHaveLength(3);
  }, 120_000);

  it(`P2, P3: killed at ${String(KILLS)} points, it ends with the same transcript and the same effects`, async () => {
    const random = new Seeded(SEED);
    const story: string[] = [];
    let interrupted = 0;
    const began = performance.now();
    try {
      // Points that a chat does not come to are drawn again, in other chats.
      for (let round = 0; story.length <= KILLS && round < 3; round++) {
        const missing = KILLS - story.length;
        const chats = await Promise.all(Array.from({ length: CHATS }, () => begin(EVERYTHING)));
        const killer = new Killer(
          fleet,
          chats.map(({ chatId }) => chatId),
          missing + 1,
        );
        const each = Math.ceil(missing / CHATS) + 1;
        const hunts = chats.map(({ chatId }, at) => {
          const drawn = drawKillPoints(random, lines, each);
          return killer.hunt(chatId, at === 0 ? [paying, ...drawn] : drawn);
        });
        const ends = await Promise.allSettled([...hunts, ...chats.map(rested)]);
        story.push(...killer.story);
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
        for (const chat of chats) {
          const events = await rested(chat);
          if (expectSame(told(chat, events))) interrupted += 1;
          await expectSound(chat, events);
          await expectEffectsOnce(events);
        }
      }
      expect(story.length).toBeGreaterThan(KILLS);
    } catch (error) {
      process.stdout.write(`seed ${String(SEED)}\n${story.join('\n')}\n`);
      throw error;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(
      `${String(story.length)} kills in ${seconds} s; in ${String(interrupted)} chats the payment was interrupted\n`,
    );
    expect(await ops('parked', 'list')).toBe('Nothing is parked.');
    expect(await ops('conflicts', 'list')).toBe('No chat has a conflict.');
  }, 420_000);

  /** Like the reference, but for a payment that was interrupted: that one is told to the model. True when it was. */
  function expectSame(is: Told): boolean {
    const wasInterrupted = is.log['']?.some((line) => INTERRUPTED.test(line)) === true;
    expect(is).toEqual(wasInterrupted ? withInterruptedPayment(is) : reference);
    return wasInterrupted;
  }

  function withInterruptedPayment(is: Told): Told {
    const replaced = (lines: LinesOfRuns, of: LinesOfRuns, isIt: RegExp): LinesOfRuns => ({
      ...lines,
      '': (lines[''] ?? []).map((line, at) => {
        const other = of['']?.[at] ?? '';
        return isIt.test(line) && INTERRUPTED.test(other) ? other : line;
      }),
    });
    return {
      title: reference.title,
      log: replaced(reference.log, is.log, /"type":"tool_response".*"tool":"pay"/),
      view: replaced(reference.view, is.view, /"kind":"tool".*"tool":"pay"/),
    };
  }

  it('the shipped research team goes through the real system: children at once, MCP, drafts that come back', async () => {
    const text = 'How does a chat survive a crash? My key is sk-abcdefghijklmnopqrst';
    const chat = await begin({ workflow: 'research-team', text });
    const events = await rested(chat);
    await expectSound(chat, events);
    const entries = [...view(chat).entries];
    const tools = entries.filter((entry): entry is ToolEntry => entry.kind === 'tool');
    for (const tool of ['search_docs', 'glossary_look_up'])
      expect(tools.filter((entry) => entry.tool === tool)).toContainEqual(expect.objectContaining({ state: 'ok' }));
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'guardrail', name: 'no_keys', action: 'mask' }));
    const ended = entries.flatMap((entry) => (entry.kind === 'run' && entry.phase === 'completed' ? [entry] : []));
    expect(ended).toHaveLength(3);
    for (const run of ended.slice(0, 2)) expect(run.summary).not.toBe('');
    const drafts = events.flatMap((event) => (event.type === 'context_updated' ? [event.set['drafts']] : []));
    expect(drafts.filter((draft) => draft !== undefined)).toEqual([1, 2]);
    expect(JSON.stringify(events.filter(({ type }) => type === 'text'))).not.toContain('sk-abc');
  }, 120_000);
});
