import type { RegenerateBody } from '@colloquy/contracts';
import { checkBudget } from './check-budget.ts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/regenerate. Whether there is such an answer is decided where the chat is known: in its fold. */
export const regenerate: Handler = async (parts, call) => {
  const { messageId } = call.body as RegenerateBody;
  await checkBudget(parts, call.identity);
  return publishCommand(parts, call, {
    body: () => ({ kind: 'regenerate', ...(messageId === undefined ? {} : { messageId }) }),
  });
};
