/**
 * A service for work on the web app alone: scripted agents on the small backend of the tests. Run it with Node 24:
 * `node --conditions=@colloquy/source libs/testing/src/scripted-agents.ts`, and the app with COLLOQUY_BACKEND set to it.
 * What a message begins with decides what happens: `refund`, `fail`, `ask`, `long`, anything else.
 */
import type { NewEvent, WorkflowCard } from '@colloquy/contracts';
import { ScriptedBackend, type ScriptedCommand } from './scripted-backend.ts';

const PORT = 4999;
const PIECE_MS = 40;

const workflows: WorkflowCard[] = [
  {
    name: 'support-desk',
    title: 'Support desk',
    description: 'Triage reads your question and hands it to the right specialist. Refunds need your approval.',
    starters: ['I was charged twice for order A-1042. Can I get a refund?', 'My export has been stuck for an hour.'],
    agents: [
      { name: 'triage', title: 'Triage', description: 'Reads every question first' },
      { name: 'billing', title: 'Billing', description: 'Orders, invoices, refunds' },
      { name: 'technical', title: 'Technical', description: 'Everything that does not work' },
    ],
  },
  {
    name: 'assistant',
    title: 'Assistant',
    description: 'One agent that searches the documentation before it answers.',
    starters: ['How do I write a workflow?', 'What happens when an orchestrator dies?'],
    agents: [{ name: 'guide', title: 'Guide', description: 'Knows the documentation' }],
  },
];

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
let ids = 0;
const id = (name: string): string => `${name}-${String(process.pid)}-${String(++ids).padStart(10, '0')}`;

interface Run {
  readonly chatId: string;
  readonly runId: string;
  cancelled: boolean;
  answer: ((value: unknown) => void) | undefined;
}

const runs = new Map<string, Run>();
const totals = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0 };

function used(run: Run): NewEvent {
  totals.promptTokens += 412;
  totals.completionTokens += 96;
  totals.costMicroUsd += 640;
  totals.modelCalls += 1;
  return {
    type: 'usage',
    runId: run.runId,
    purpose: 'reply',
    model: 'demo',
    promptTokens: 412,
    cachedTokens: 0,
    completionTokens: 96,
    costMicroUsd: 640,
    ms: 900,
    firstTokenMs: 80,
    totals: { ...totals },
  };
}

async function say(
  run: Run,
  { agent, text, after = [] }: { agent: string; text: string; after?: readonly NewEvent[] },
): Promise<void> {
  const { chatId, runId } = run;
  if (run.cancelled) return;
  backend.append(chatId, [{ type: 'speaker_selected', runId, agent, by: 'pattern' }]);
  await wait(500);
  const messageId = id('message-of-agent');
  const about = { runId, agent, messageId };
  let shown = '';
  for (const piece of text.match(/\S+\s*/g) ?? []) {
    if (run.cancelled) {
      backend.append(chatId, [{ type: 'message_aborted', ...about, text: shown, reason: 'cancelled' }]);
      return;
    }
    const delta = { ...about, offset: shown.length, text: piece, kind: 'text' as const };
    const started = { kind: 'text' as const, purpose: 'reply' as const, model: 'demo', attempt: 1 };
    backend.append(chatId, shown === '' ? [{ type: 'message_started', ...about, ...started }] : [], [delta]);
    shown += piece;
    await wait(PIECE_MS);
  }
  backend.append(chatId, [{ type: 'text', ...about, text, finishReason: 'stop' }, used(run), ...after]);
}

async function useTool(
  run: Run,
  call: { agent: string; tool: string; arguments: Record<string, string | number>; result: object; approval?: string },
): Promise<boolean> {
  const { chatId, runId } = run;
  if (run.cancelled) return false;
  const callId = id('call-of-tool');
  const approval = call.approval === undefined ? ('none' as const) : ('required' as const);
  const { agent, tool } = call;
  const messageId = id('message-of-agent');
  backend.append(chatId, [
    { type: 'tool_call', runId, agent, callId, tool, arguments: call.arguments, messageId, approval },
  ]);
  if (call.approval !== undefined) {
    const requestId = id('request-to-person');
    backend.append(chatId, [
      { type: 'input_request', runId, agent, requestId, kind: 'approval', prompt: call.approval, callId },
    ]);
    const value = await new Promise<unknown>((resolve) => {
      run.answer = resolve;
    });
    if (value !== true) {
      const error = { code: 'declined', message: 'A person declined the call.' };
      backend.append(chatId, [{ type: 'tool_response', runId, callId, ok: false, error, ms: 0 }]);
      return false;
    }
  }
  backend.append(chatId, [{ type: 'tool_started', runId, callId, attempt: 1 }]);
  await wait(900);
  backend.append(chatId, [
    { type: 'tool_response', runId, callId, ok: true, result: call.result as Record<string, string>, ms: 903 },
  ]);
  return true;
}

const LONG = Array.from(
  { length: 14 },
  (_, index) =>
    `${String(index + 1)}. A point that takes some words to make, so that the list grows past the screen.\n`,
).join('');

const ANSWER = `Here is how it works.

## In short

A chat is **its log**: every event has a \`seq\`, and *everything* you see is folded from it.

- The gateway takes your message and stores it.
- An orchestrator runs the team.
- Screens follow the log, from [any device](https://example.com/docs) and [a neighbour](../x.md).

| Part | Scales | Keeps |
| --- | --- | --- |
| gateway | yes | nothing |
| orchestrator | yes | nothing |

\`\`\`ts
export const view = commits.reduce(applyCommits, emptyView(chatId));
\`\`\`

![a picture](https://example.com/x.png) <b>raw html</b> <script>alert(1)</script>
`;

async function perform(run: Run, text: string): Promise<void> {
  const { runId } = run;
  const lower = text.toLowerCase();
  if (lower.includes('refund')) {
    await say(run, {
      agent: 'triage',
      text: 'This is about a payment: our billing colleague takes it from here.',
      after: [{ type: 'handoff', runId, from: 'triage', to: 'billing', by: 'model', reason: 'a refund is asked for' }],
    });
    await useTool(run, {
      agent: 'billing',
      tool: 'find_order',
      arguments: { order: 'A-1042' },
      result: { order: 'A-1042', total: '€ 49.00', charged: 'twice' },
    });
    const done = await useTool(run, {
      agent: 'billing',
      tool: 'refund_order',
      arguments: { order: 'A-1042', amount: '€ 49.00', reason: 'charged twice' },
      result: { refunded: '€ 49.00', reference: 'R-77120' },
      approval: 'Refund € 49.00 for order A-1042?',
    });
    await say(run, {
      agent: 'billing',
      text: done ? 'The refund of **€ 49.00** is on its way: reference `R-77120`.' : 'Then I leave the order as it is.',
    });
  } else if (lower.includes('ask')) {
    await ask(run);
  } else {
    await useTool(run, {
      agent: 'guide',
      tool: 'search_docs',
      arguments: { query: text.slice(0, 60), limit: 3 },
      result: [{ title: 'Write a workflow', path: 'docs/guides/write-a-workflow.md', score: 0.91 }],
    });
    await say(run, { agent: 'guide', text: lower.includes('long') ? LONG : ANSWER });
  }
}

async function ask(run: Run): Promise<void> {
  const requestId = id('request-to-person');
  const schema = {
    properties: {
      name: { type: 'string', title: 'Name' },
      seats: { type: 'integer', title: 'Seats', description: 'How many people will use it' },
      plan: { enum: ['Team', 'Company'], title: 'Plan' },
      yearly: { type: 'boolean', title: 'Pay by the year' },
    },
    required: ['name'],
  };
  const { runId, chatId } = run;
  const prompt = 'What shall I put on the offer?';
  backend.append(chatId, [{ type: 'input_request', runId, agent: 'billing', requestId, kind: 'form', prompt, schema }]);
  await new Promise<unknown>((resolve) => {
    run.answer = resolve;
  });
  await say(run, { agent: 'billing', text: 'Thank you, the offer is on its way.' });
}

async function runChat(chatId: string, text: string): Promise<void> {
  const run: Run = { chatId, runId: id('run-of-workflow'), cancelled: false, answer: undefined };
  const { runId } = run;
  runs.set(chatId, run);
  backend.append(chatId, [
    {
      type: 'run_started',
      runId,
      workflow: 'support-desk',
      workflowHash: 'h',
      engineVersion: 1,
      trigger: backend.row(chatId)?.lastSeq ?? 2,
      variables: {},
      worker: 'w',
    },
  ]);
  if (text.toLowerCase().startsWith('fail')) {
    await wait(800);
    const error = {
      code: 'model_unavailable',
      message: 'The model did not answer three times in a row.',
      retryable: true,
    };
    backend.append(chatId, [{ type: 'run_failed', runId, error }]);
  } else {
    await perform(run, text);
    if (!run.cancelled) {
      const reason = { code: 'no_next_speaker' as const, text: 'Nobody has more to say' };
      backend.append(chatId, [{ type: 'run_completed', runId, reason }]);
    }
  }
  runs.delete(chatId);
}

function onCommand(command: ScriptedCommand): void {
  const { kind, chatId, commandId, body } = command;
  const text = String(body['message'] ?? body['text']);
  const said: NewEvent = {
    type: 'user_message',
    messageId: id('message-of-person'),
    commandId,
    text,
    by: 'guest-scripted',
  };
  switch (kind) {
    case 'create':
      backend.append(chatId, [
        { type: 'chat_created', ownerId: 'guest-scripted', workflow: String(body['workflow']), variables: {} },
        said,
      ]);
      void runChat(chatId, text);
      setTimeout(() => {
        backend.append(chatId, [{ type: 'chat_renamed', title: text.slice(0, 40), by: 'workflow' }]);
      }, 2500);
      return;
    case 'message':
      backend.append(chatId, [said]);
      if (!runs.has(chatId)) void runChat(chatId, text);
      return;
    case 'input':
      answer(command);
      return;
    case 'cancel':
      cancel(command);
      return;
    case 'rename':
      backend.append(chatId, [{ type: 'chat_renamed', title: String(body['title']), by: 'guest-scripted', commandId }]);
      return;
    case 'pin':
      backend.append(chatId, [{ type: 'chat_pinned', pinned: body['pinned'] === true, commandId }]);
      return;
    case 'delete':
      backend.append(chatId, [{ type: 'chat_deleted', by: 'guest-scripted', commandId }]);
      return;
    case 'restore':
      backend.append(chatId, [{ type: 'chat_restored', by: 'guest-scripted', commandId }]);
  }
}

function answer({ chatId, commandId, requestId = '', body }: ScriptedCommand): void {
  const run = runs.get(chatId);
  if (run === undefined) return;
  const value = body['value'] as boolean;
  const comment = typeof body['comment'] === 'string' ? { comment: body['comment'] } : {};
  backend.append(chatId, [
    { type: 'input_response', runId: run.runId, requestId, by: 'guest-scripted', value, commandId, ...comment },
  ]);
  run.answer?.(value);
}

function cancel({ chatId, commandId }: ScriptedCommand): void {
  const run = runs.get(chatId);
  if (run === undefined) return;
  run.cancelled = true;
  setTimeout(() => {
    backend.append(chatId, [{ type: 'run_cancelled', runId: run.runId, by: 'guest-scripted', commandId }]);
  }, 150);
}

const backend: ScriptedBackend = new ScriptedBackend({ workflows, port: PORT, onCommand });
console.log(await backend.start());
