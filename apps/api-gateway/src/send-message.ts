import type { SendMessageBody } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/messages. The message's id is that of its command. */
export const sendMessage: Handler = (parts, call) => {
  const { text, attachments } = call.body as SendMessageBody;
  return publishCommand(parts, call, {
    spends: true,
    fileIds: attachments,
    body: (commandId, files) => ({ kind: 'message', messageId: commandId, text, ...files }),
  });
};
