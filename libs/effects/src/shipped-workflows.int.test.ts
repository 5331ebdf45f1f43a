import type { Json } from '@colloquy/contracts';
import type { ModelMessage, ModelResult, ToolRun } from '@colloquy/engine';
import { loadWorkflows, type RunnableWorkflow } from '@colloquy/workflows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createEffects } from './create-effects.ts';
import { countedIds } from './fixtures/counted-ids.ts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { modelSettingsFromEnv, resolveModelName } from './model-settings.ts';
import { loadPrices } from './prices.ts';
import type { Effects } from './types.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

let demo: ChildProcess | undefined;
let effects: Effects;
let desk: RunnableWorkflow;
const chatId = `chat-${randomUUID()}`;

beforeAll(async () => {
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'apps/demo-model', 'libs/workflows'], {
    cwd: ROOT,
  });
  const port = await freePort();
  demo = spawn(process.execPath, ['apps/demo-model/dist/main.js'], {
    cwd: ROOT,
    env: {
      PORT: String(port),
      HOST: '127.0.0.1',
      DEMO_TOKENS_PER_SECOND: '0',
      DEMO_FIRST_TOKEN_MS: '0',
      LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  });
  const models = modelSettingsFromEnv({ DEMO_MODEL_URL: `http://127.0.0.1:${port}/v1` });
  await answers(`${models.baseUrl}/models`);
  const prices = await loadPrices();
  const workflows = await loadWorkflows(path.join(ROOT, 'workflows'), {
    tools: true,
    prices,
    modelName: (model) => resolveModelName(models, model),
  });
  const loaded = workflows.get('support-desk')?.runnable;
  if (loaded === undefined) throw new Error('support-desk is not there');
  desk = loaded;
  effects = createEffects({ clock: new ManualClock(), ids: countedIds(), models, prices, workflows });
}, 120_000);

afterAll(async () => {
  if (demo?.exitCode !== null) return;
  demo.kill('SIGTERM');
  await once(demo, 'exit');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until the demo model listens, for at most 30 s. */
async function answers(url: string): Promise<void> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The demo model did not begin to listen within 30 s.');
}

const { signal } = new AbortController();

/** What the agent says next. */
async function speak(name: string, messages: readonly ModelMessage[]): Promise<ModelResult> {
  const agent = desk.definition.agents.find((each) => each.name === name);
  if (agent === undefined) throw new Error(`no agent ${name}`);
  const handoffs = agent.handoffs.flatMap(({ target, description }) =>
    target.kind === 'agent'
      ? [{ name: `transfer_to_${target.agent}`, description, inputSchema: { type: 'object', properties: {} } }]
      : [],
  );
  const own = desk.definition.tools.filter((tool) => agent.tools.includes(tool.name));
  return effects.callModel(
    {
      agent: name,
      purpose: 'reply',
      model: agent.model,
      parameters: agent.parameters,
      messages: [{ role: 'system', content: agent.systemMessage }, ...messages],
      tools: [...own, ...handoffs],
    },
    { signal, onPiece: () => undefined },
  );
}

async function use(
  agent: string,
  { callId, tool: name, arguments: args }: { callId: string; tool: string; arguments: Json },
) {
  const tool: ToolRun['tool'] = desk.definition.tools.find((each) => each.name === name) ?? { name, unknown: true };
  return effects.runTool(
    { callId, tool, arguments: args, agent, attempt: 1 },
    {
      chatId,
      runId: 'run-1',
      userId: 'user-1',
      workflow: 'support-desk',
      variables: {},
      signal,
      onProgress: () => undefined,
    },
  );
}

describe('the shipped support desk on the demo model', () => {
  it('hands over, looks the order up, refunds it once, and says so', async () => {
    const said: ModelMessage[] = [{ role: 'user', content: desk.definition.starters[0] ?? '' }];
    expect((await speak('triage', said)).toolCalls.map(({ tool }) => tool)).toEqual(['transfer_to_billing']);

    const used: string[] = [];
    let reply = await speak('billing', said);
    for (; reply.toolCalls.length > 0; reply = await speak('billing', said)) {
      said.push({ role: 'assistant', content: reply.text, toolCalls: reply.toolCalls });
      for (const call of reply.toolCalls) {
        used.push(call.tool);
        const result = await use('billing', call);
        expect(result).toMatchObject({ ok: true });
        said.push({ role: 'tool', callId: call.callId, content: JSON.stringify(result.ok && result.result) });
      }
    }
    expect(used).toEqual(['lookup_order', 'refund_order']);
    expect(reply.text).toMatch(/refund for order \*\*A-1001\*\* is \*\*approved/);
    expect(reply.model).toBe('demo-model');
    expect(reply.usage.estimated).toBeUndefined();
    expect(reply.costMicroUsd).toBeGreaterThan(0);

    const refund = { tool: 'refund_order', arguments: { orderId: 'A-1001', amount: 5, reason: 'again' } };
    expect(await use('billing', { ...refund, callId: 'another-call' })).toMatchObject({
      ok: false,
      error: { code: 'tool_failed', message: expect.stringMatching(/has been refunded before/) },
    });
  });

  it('answers technical questions from the documents of this repository', async () => {
    const said: ModelMessage[] = [{ role: 'user', content: 'What is the cursor of a chat?' }];
    const [call] = (await speak('technical', said)).toolCalls;
    expect(call?.tool).toBe('search_docs');
    const found = call && (await use('technical', call));
    expect(JSON.stringify(found)).toMatch(/docs\/[a-z/0-9-]+\.md/);
  });
});

describe('tools.ts', () => {
  /**
   * Loads a folder as the orchestrator does: Node itself strips the types, and the built library is used. A workflow with
   * tools from outside, which nobody opens here, cannot be started and is left out.
   */
  async function loadInNode(dir: string): Promise<unknown> {
    const script = `
      import { loadWorkflows } from ${JSON.stringify(path.join(ROOT, 'libs/workflows/dist/index.js'))};
      const loaded = await loadWorkflows(${JSON.stringify(dir)}, { tools: true });
      console.log(JSON.stringify([...loaded.values()].flatMap(({ name, runnable }) => runnable ? [[name, [...runnable.tools.keys()]]] : [])));
    `;
    const env = { NODE_OPTIONS: '' };
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: tmpdir(),
      env,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  it('is imported by Node itself', async () => {
    expect(await loadInNode(path.join(ROOT, 'workflows'))).toEqual(
      expect.arrayContaining([
        ['assistant', ['search_docs']],
        ['support-desk', ['lookup_order', 'refund_order', 'search_docs']],
      ]),
    );
  });

  it('may lie outside of the checkout', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'colloquy-outside-'));
    await mkdir(path.join(dir, 'own'));
    await writeFile(path.join(dir, 'own/workflow.yaml'), 'agents: [{ name: a, system_message: Hi, tools: [look] }]');
    await writeFile(
      path.join(dir, 'own/tools.ts'),
      `import { defineTool } from '@colloquy/workflows';
       import { z } from 'zod';
       export const look = defineTool({ name: 'look', description: 'Looks', input: z.object({}), run: (): string => 'x' });`,
    );
    try {
      expect(await loadInNode(dir)).toEqual([['own', ['look']]]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
