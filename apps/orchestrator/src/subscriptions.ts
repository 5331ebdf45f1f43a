import { recordCommand } from './record-command.ts';
import { runChat } from './run-chat.ts';

/** What this service listens to, and the function that each message goes to. */
export const subscriptions = {
  'command.*': recordCommand,
  'run.*': runChat,
} as const;
