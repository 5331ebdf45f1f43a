import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/cancel. */
export const cancelRun: Handler = (parts, call) => publishCommand(parts, call, { body: () => ({ kind: 'cancel' }) });
