/**
 * One chat as a person has it, over HTTP and Socket.IO: ask for a refund, see the answer stream, approve, see it done,
 * then find the same in the database. `node tools/ci/one-chat.ts <url>`; exits 1 with the reason when anything is wrong.
 */
import { createClient } from '@colloquy/client';
import { waitFor } from '../servers/wait-for.ts';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('usage: one-chat.ts <url>');

const client = createClient({ baseUrl: url.replace(/\/$/, '') });
try {
  await client.guest();
  const began = performance.now();
  const { chatId } = client.startChat({ workflow: 'support-desk', text: 'I want a refund for order A-1001' });
  const handle = client.openChat(chatId);
  const view = () => handle.getView().chat;
  const soon = (what: string, until: () => Promise<boolean> | boolean): Promise<void> =>
    waitFor({ what, until, deadlineMs: 60_000 });
  await handle.ready;
  await soon('the first words on the screen', () => view().speaking.length > 0 || view().lastSeq > 3);
  console.log(`first words after ${Math.round(performance.now() - began)} ms`);
  await soon('a question to the person', () => view().pendingRequests.length > 0);
  const [question] = view().pendingRequests;
  if (question === undefined) throw new Error('the question is gone');
  console.log(`asked: ${question.prompt}`);
  handle.answer(question.requestId, true);
  await soon('the end of the run', () => view().status === 'idle' && view().pendingRequests.length === 0);
  const shown = view();
  if (shown.lastRun?.status !== 'completed')
    throw new Error(`the run ended otherwise: ${JSON.stringify(shown.lastRun)}`);
  await soon('the same in the database', async () => (await client.api.getChat(chatId)).lastSeq === view().lastSeq);
  const { events } = await client.api.listEvents(chatId);
  if (events.some(({ seq }, at) => seq !== at + 1)) throw new Error('the events in the database have a hole');
  console.log(
    `${events.length} events, ${shown.entries.length} entries on the screen, ${shown.usage.costMicroUsd} micro-USD`,
  );
} finally {
  client.close();
}
