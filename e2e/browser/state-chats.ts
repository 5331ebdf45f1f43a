import type { ScriptedBackend } from '@colloquy/testing/scripted-backend';
import { ChatScript, OWNER, type ReplyCost } from './chat-script.ts';

/** The chats of the states, by name; each is written once and looks the same each time. */
export type StateChats = Readonly<Record<keyof typeof SCRIPTS, ChatScript>>;

const TODAY = '2026-03-18T14';
const cost = (thousandths: number): ReplyCost => ({
  model: 'gpt-5.2',
  promptTokens: 1800 + thousandths * 90,
  completionTokens: 120 + thousandths * 7,
  costMicroUsd: thousandths * 1000,
  ms: 2400 + thousandths * 30,
});

/** Writes all of them. */
export function writeStateChats(backend: ScriptedBackend): StateChats {
  const written = Object.entries(SCRIPTS).map(([name, write]) => [name, write(backend)]);
  return Object.fromEntries(written) as StateChats;
}

const SCRIPTS = { streaming, tools, approval, form, failed, rich, unread, stopped, older, pinned } as const;

function streaming(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'streaming',
    title: 'How a chat survives a crash',
    workflow: 'research-team',
    at: `${TODAY}:28:40.000Z`,
  });
  chat.ask('How does a chat survive a crash of the process that runs it?').wait(300).run('research-team').wait(200);
  chat
    .turn('planner')
    .say(
      'planner',
      'Two questions decide this:\n\n1. Where is the state of a run kept?\n2. Who takes over, and how soon?',
      cost(4),
    );
  chat.wait(400);
  const reading = chat.branch('research', 'documentation');
  const words = chat.branch('research', 'glossary');
  chat.turn('reader', reading).turn('lexicographer', words).wait(900);
  chat.saying(
    'reader',
    'Every step of a run is an event on the log **before** its effect is seen. When a process dies, what it had shown is still there, and the next one',
    reading,
  );
  chat.saying('lexicographer', '*Ticket*: the right to run a chat. Only one process holds it at', words);
  return chat.seen();
}

function tools(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'tools',
    title: 'Order A-1042 was charged twice',
    workflow: 'support-desk',
    at: `${TODAY}:20:05.000Z`,
  });
  chat.ask('I was charged twice for order A-1042. What happened?').wait(300).run('support-desk').wait(300);
  chat.turn('triage').say('triage', 'That is a question about a payment. Billing can look into it.', cost(2));
  chat.add({
    ...{ type: 'handoff', runId: chat.runId, from: 'triage', to: 'billing', by: 'model' },
    reason: 'A double charge',
  });
  chat.turn('billing').wait(700);
  const order = chat.call('billing', 'look_up_order', { with: { order: 'A-1042' } });
  chat.wait(340).add({
    ...{ type: 'tool_response', runId: chat.runId, callId: order, ok: true, ms: 340 },
    result: { order: 'A-1042', total: 49.9, currency: 'EUR', charges: 2 },
  });
  const bank = chat.call('billing', 'ask_the_bank', { with: { reference: 'A-1042', days: 14 } });
  chat.wait(5000).add({
    ...{ type: 'tool_response', runId: chat.runId, callId: bank, ok: false, ms: 5000 },
    error: { code: 'timeout', message: 'The bank did not answer within 5 s.' },
  });
  chat.call('billing', 'read_payment_log', { with: { order: 'A-1042', from: '2026-03-10', to: '2026-03-18' } });
  return chat;
}

function approval(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'approval',
    title: 'Refund for order A-1001',
    workflow: 'support-desk',
    at: `${TODAY}:11:00.000Z`,
  });
  chat.ask('I want a refund for order A-1001').wait(300).run('support-desk').wait(200);
  chat.turn('triage').say('triage', 'Billing takes care of refunds.', cost(1));
  chat.add({ type: 'handoff', runId: chat.runId, from: 'triage', to: 'billing', by: 'model' });
  chat.turn('billing').say('billing', 'I have found the order: 49.90 €, paid on 3 March.', cost(3)).wait(300);
  const callId = chat.call('billing', 'refund_order', { with: { order: 'A-1001', amount: 49.9 }, leave: true });
  chat.add({
    ...{ type: 'input_request', runId: chat.runId, agent: 'billing', requestId: chat.id('request'), callId },
    ...{ kind: 'approval', prompt: 'Refund 49.90 € for order A-1001 to the card it was paid with?' },
    expiresAt: '2026-03-18T15:11:00.000Z',
  });
  return chat.seen();
}

function form(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'form',
    title: 'A new workflow for the press desk',
    workflow: 'assistant',
    at: `${TODAY}:02:00.000Z`,
  });
  chat.ask('Help me to set up a workflow for our press desk.').wait(300).run('assistant').wait(200);
  chat.turn('guide').say('guide', 'Gladly. I need a few facts first.', cost(2)).wait(100);
  return chat.add({
    ...{ type: 'input_request', runId: chat.runId, agent: 'guide', requestId: chat.id('request'), kind: 'form' },
    prompt: 'What should the workflow be like?',
    schema: {
      type: 'object',
      required: ['name', 'agents'],
      properties: {
        name: { type: 'string', title: 'Name', description: 'Short, in lower case' },
        agents: { type: 'integer', title: 'How many agents', minimum: 1, maximum: 10, default: 3 },
        pattern: {
          ...{ type: 'string', title: 'Who speaks next' },
          oneOf: [
            { const: 'default', title: 'As the speaker says' },
            { const: 'round_robin', title: 'In turn' },
            { const: 'auto', title: 'A model decides' },
          ],
        },
        review: { type: 'boolean', title: 'A person reads each draft' },
      },
    },
  });
}

function failed(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'failed',
    title: 'Numbers of the last quarter',
    workflow: 'assistant',
    at: `${TODAY.slice(0, -2)}09:12:00.000Z`,
  });
  chat.ask('Sum up the numbers of the last quarter.').wait(200).run('assistant').wait(300).turn('guide');
  const { messageId } = chat.begin('guide');
  chat.wait(1800).add({
    ...{ type: 'message_aborted', runId: chat.runId, agent: 'guide', messageId, reason: 'failed' },
    text: 'In the last quarter there were',
  });
  chat.add({
    ...{ type: 'run_failed', runId: chat.runId },
    error: {
      code: 'model_unavailable',
      message: 'The model did not answer, also not the third time.',
      retryable: true,
    },
  });
  return chat.seen();
}

const RICH = `Here is the shape of it. The cost of a run grows with what each agent reads:

$$c = \\sum_{i=1}^{n} \\left( p_i \\cdot t_i + q_i \\cdot u_i \\right)$$

where $$t_i$$ are the tokens read and $$u_i$$ those written.

| Agent | Reads | Writes | Cost |
|---|---:|---:|---:|
| Planner | 1,820 | 240 | $0.004 |
| Reader | 12,400 | 910 | $0.021 |
| Writer | 8,100 | 1,300 | $0.018 |

\`\`\`ts
/** What a run may still spend, in millionths of a dollar. */
export function left({ budget, spent }: Run): number {
  return Math.max(0, budget - spent);
}
\`\`\`

- [x] the plan is made
- [ ] the draft is read

> Nothing is said twice: see [the guide](https://example.org/guide).`;

function rich(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'rich',
    title: 'What a run costs, and why',
    workflow: 'assistant',
    at: '2026-03-17T16:40:00.000Z',
  });
  for (const [question, answer] of [
    ['What is a run?', 'What a workflow does about one message: turns of agents, until nobody has anything to add.'],
    ['And a turn?', 'One agent at work: it reads, may call tools, and says something.'],
  ] as const)
    chat.ask(question).run('assistant').turn('guide').say('guide', answer, cost(2)).complete().wait(20_000);
  chat.ask('What does a run cost? With a formula, numbers and some code, please.').run('assistant').turn('guide');
  return chat.say('guide', RICH, cost(18)).complete().seen();
}

function unread(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'unread',
    title: 'Words for the release note',
    workflow: 'research-team',
    at: '2026-03-16T08:30:00.000Z',
  });
  chat.ask('Write three short paragraphs for the release note.').run('research-team').turn('writer');
  chat.say('writer', 'Here is the first draft. It is about the log, the takeover and the price.', cost(6)).complete();
  chat.wait(60_000).ask('Good. One paragraph for each, please.').seen();
  chat.wait(86_400_000).run('research-team');
  for (const [agent, about] of [
    ['writer', 'The log'],
    ['reader', 'The takeover'],
    ['writer', 'The price'],
    ['planner', 'What is left'],
    ['writer', 'The links'],
    ['reader', 'The sources'],
    ['planner', 'The next note'],
  ] as const)
    chat.turn(agent).say(agent, `**${about}.** ${LINES}`, cost(5)).wait(2000);
  return chat.complete();
}

const LINES = [
  'Whatever an agent says is on the log before anybody sees it, so a reader who comes back later finds all of it.',
  'Nothing is shown twice, and nothing is lost when a process stops in the middle of a word.',
  '',
  'Who was away for a while sees a line where the new part begins, and how much of it there is.',
].join('\n');

function stopped(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'stopped',
    title: 'A list of all cities',
    workflow: 'assistant',
    at: '2026-03-17T11:05:00.000Z',
  });
  chat.ask('Name all cities of the world.').run('assistant').turn('guide');
  const { messageId } = chat.begin('guide');
  chat.add({
    ...{ type: 'message_aborted', runId: chat.runId, agent: 'guide', messageId, reason: 'cancelled' },
    text: 'Aachen, Aalborg, Aarau, Aarhus, Abadan',
  });
  return chat.add({ type: 'run_cancelled', runId: chat.runId, by: OWNER, commandId: chat.id('cancel') }).seen();
}

function older(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'older',
    title: 'Why a stream may have no holes, and what is done when one is found all the same',
    workflow: 'assistant',
    at: '2026-02-27T10:00:00.000Z',
  });
  chat.ask('Why may a stream have no holes?').run('assistant').turn('guide');
  return chat.say('guide', 'Because a reader could not tell what is missing.', cost(2)).complete().seen();
}

/** Pinned, and shared by a link. */
function pinned(backend: ScriptedBackend): ChatScript {
  const chat = new ChatScript(backend, {
    name: 'pinned',
    title: 'How we decide',
    workflow: 'support-desk',
    at: '2026-03-12T13:00:00.000Z',
  });
  chat.ask('Who decides about a refund?').run('support-desk').turn('triage');
  chat.say('triage', 'Billing proposes it, and a person approves it.', cost(1));
  chat.add({ type: 'handoff', runId: chat.runId, from: 'triage', to: 'billing', by: 'model', reason: 'Details' });
  chat.turn('billing').say('billing', 'Up to 50 € the desk decides alone; above that the team lead is asked.', cost(2));
  chat.complete().add({ type: 'chat_pinned', pinned: true });
  return chat.add({ type: 'share_changed', shareId: SHARE_ID, by: OWNER }).seen();
}

/** The link to the shared chat. */
export const SHARE_ID = 'state-share-000000000000';
