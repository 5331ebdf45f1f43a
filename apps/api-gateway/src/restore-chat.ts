import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/restore. */
export const restoreChat: Handler = (parts, call) => publishCommand(parts, call, { body: () => ({ kind: 'restore' }) });
