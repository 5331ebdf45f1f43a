import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** DELETE /v1/chats/:chatId/share. */
export const unshareChat: Handler = (parts, call) =>
  publishCommand(parts, call, { body: () => ({ kind: 'share', shareId: null }) });
