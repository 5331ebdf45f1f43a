/**
 * Starts a chat and prints the answer as it comes:
 * `node examples/node.mjs http://localhost:3000 "What can you do?"`.
 */
import { ClientError, createClient } from '@colloquy/client';

const [, , baseUrl = 'http://localhost:3000', text = 'What can you do?'] = process.argv;

// Who has no token, or one that is over, becomes a guest; a program of your own gives a token of its user instead.
const client = createClient({ baseUrl, onUnauthorized: (own) => own.guest() });

try {
  const { workflows } = await client.api.listWorkflows();
  console.log(`Workflows: ${workflows.map(({ name }) => name).join(', ')}`);

  // The message waits in the outbox until the service has it, however often that takes; its chat can be watched at once.
  const { chatId } = client.startChat({ workflow: 'assistant', text });
  const chat = client.openChat(chatId);
  let printed = 0;
  await new Promise((resolve, reject) => {
    const look = () => {
      const { chat: view, outbox, phase, error } = chat.getView();
      const refused = outbox.find(({ state }) => state === 'failed');
      if (refused) reject(new Error(`It was refused: ${refused.failure?.detail}`));
      if (phase === 'gone') reject(error);
      const { text = '' } = [...view.entries].findLast(({ kind }) => kind === 'agent') ?? {};
      process.stdout.write(text.slice(printed));
      printed = text.length;
      if (view.lastRun !== undefined && view.status !== 'running') resolve();
    };
    chat.subscribe(look);
    look();
  });
  const { usage, lastSeq } = chat.getView().chat;
  console.log(`\n${lastSeq} events, ${usage.completionTokens} tokens`);
} catch (error) {
  console.error(error instanceof ClientError ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  client.close();
}
