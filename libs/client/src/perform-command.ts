/** Calls of the service that carry out what a person asked for. */
import type { Accepted, Attachment } from '@colloquy/contracts';
import type { Api } from './api.ts';
import type { OutboxItem } from './outbox-item.ts';

/** Makes one attempt of a command. @throws ApiError, UnreachableError, or the signal's reason */
export function performCommand(api: Api, { key, chatId, command }: OutboxItem, signal: AbortSignal): Promise<Accepted> {
  const options = { key, signal };
  switch (command.kind) {
    case 'create': {
      const { workflow, text, variables } = command;
      const more = { ...(variables === undefined ? {} : { variables }), ...fileIds(command) };
      return api.createChat({ workflow, message: text, id: chatId, ...more }, options);
    }
    case 'message':
      return api.sendMessage(chatId, { text: command.text, ...fileIds(command) }, options);
    case 'edit': {
      const { messageId, text } = command;
      return api.editMessage(chatId, { messageId, text, ...fileIds(command) }, options);
    }
    case 'regenerate': {
      const { messageId } = command;
      return api.regenerate(chatId, messageId === undefined ? {} : { messageId }, options);
    }
    case 'input': {
      const { requestId, value, comment } = command;
      return api.answerInput({ chatId, requestId }, { value, ...(comment === undefined ? {} : { comment }) }, options);
    }
    case 'cancel':
      return api.cancelRun(chatId, options);
  }
}

function fileIds({ attachments }: { readonly attachments?: readonly Attachment[] }): { attachments?: string[] } {
  return attachments === undefined ? {} : { attachments: attachments.map(({ fileId }) => fileId) };
}
