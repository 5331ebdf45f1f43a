import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** DELETE /v1/chats/:chatId. */
export const deleteChat: Handler = (parts, call) => publishCommand(parts, call, { body: () => ({ kind: 'delete' }) });
