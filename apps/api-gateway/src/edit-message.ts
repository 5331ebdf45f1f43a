import type { EditMessageBody } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/edit. The new message's id is that of the command. */
export const editMessage: Handler = (parts, call) => {
  const { messageId, text } = call.body as EditMessageBody;
  return publishCommand(parts, call, { spends: true, body: () => ({ kind: 'edit', messageId, text }) });
};
