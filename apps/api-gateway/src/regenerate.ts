import type { RegenerateBody } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/regenerate. Whether there is such an answer is decided where the chat is known: in its fold. */
export const regenerate: Handler = (parts, call) => {
  const { messageId } = call.body as RegenerateBody;
  return publishCommand(parts, call, {
    spends: true,
    body: () => ({ kind: 'regenerate', ...(messageId === undefined ? {} : { messageId }) }),
  });
};
