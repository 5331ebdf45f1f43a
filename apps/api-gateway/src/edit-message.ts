import type { EditMessageBody } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/edit. The new message's id is that of the command. */
export const editMessage: Handler = (parts, call) => {
  const { messageId, text, attachments } = call.body as EditMessageBody;
  return publishCommand(parts, call, {
    spends: true,
    fileIds: attachments,
    body: (_commandId, files) => ({ kind: 'edit', messageId, text, ...files }),
  });
};
