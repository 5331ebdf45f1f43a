import { answerInput } from './answer-input.ts';
import { cancelRun } from './cancel-run.ts';
import { createChat } from './create-chat.ts';
import { createGuest } from './create-guest.ts';
import { deleteChat } from './delete-chat.ts';
import { editMessage } from './edit-message.ts';
import { exportChat } from './export-chat.ts';
import { forkChat } from './fork-chat.ts';
import { getChat } from './get-chat.ts';
import { getMe } from './get-me.ts';
import { getUsage } from './get-usage.ts';
import { listChats } from './list-chats.ts';
import { listEvents } from './list-events.ts';
import { getWorkflow, listWorkflows } from './list-workflows.ts';
import type { Handler } from './ports.ts';
import { regenerate } from './regenerate.ts';
import { restoreChat } from './restore-chat.ts';
import { sendMessage } from './send-message.ts';
import { updateChat } from './update-chat.ts';

/** Every call of the API (method, path and schemas are in `operations` of the contracts) and its function. */
export const subscriptions: Readonly<Record<string, Handler>> = {
  createChat,
  listChats,
  getChat,
  updateChat,
  deleteChat,
  restoreChat,
  sendMessage,
  cancelRun,
  regenerate,
  editMessage,
  forkChat,
  answerInput,
  listEvents,
  exportChat,
  listWorkflows,
  getWorkflow,
  getUsage,
  getMe,
  createGuest,
};
