import type { SendMessageBody } from '@colloquy/contracts';
import { checkBudget } from './check-budget.ts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/messages. The message's id is that of its command. */
export const sendMessage: Handler = async (parts, call) => {
  const { text } = call.body as SendMessageBody;
  await checkBudget(parts, call.identity);
  return publishCommand(parts, call, { body: (commandId) => ({ kind: 'message', messageId: commandId, text }) });
};
