import type { EditMessageBody } from '@colloquy/contracts';
import { checkBudget } from './check-budget.ts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/edit. The new message's id is that of the command. */
export const editMessage: Handler = async (parts, call) => {
  const { messageId, text } = call.body as EditMessageBody;
  await checkBudget(parts, call.identity);
  return publishCommand(parts, call, { body: () => ({ kind: 'edit', messageId, text }) });
};
