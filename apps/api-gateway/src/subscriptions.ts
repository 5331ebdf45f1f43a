import { answerInput } from './answer-input.ts';
import { cancelRun } from './cancel-run.ts';
import { createChat } from './create-chat.ts';
import { createGuest } from './create-guest.ts';
import { deleteChat } from './delete-chat.ts';
import { deleteFile } from './delete-file.ts';
import { editMessage } from './edit-message.ts';
import { exportChat } from './export-chat.ts';
import { forkChat } from './fork-chat.ts';
import { getChat } from './get-chat.ts';
import { getFile } from './get-file.ts';
import { getInbox } from './get-inbox.ts';
import { getMe } from './get-me.ts';
import { getSharedFile } from './get-shared-file.ts';
import { getShared } from './get-shared.ts';
import { getUsage } from './get-usage.ts';
import { listChats } from './list-chats.ts';
import { listEvents } from './list-events.ts';
import { getWorkflow, listWorkflows } from './list-workflows.ts';
import { markSeen } from './mark-seen.ts';
import type { Handler } from './ports.ts';
import { regenerate } from './regenerate.ts';
import { restoreChat } from './restore-chat.ts';
import { sendMessage } from './send-message.ts';
import { shareChat } from './share-chat.ts';
import { unshareChat } from './unshare-chat.ts';
import { updateChat } from './update-chat.ts';
import { uploadFile } from './upload-file.ts';

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
  markSeen,
  shareChat,
  unshareChat,
  getShared,
  getSharedFile,
  getInbox,
  listEvents,
  exportChat,
  uploadFile,
  getFile,
  deleteFile,
  listWorkflows,
  getWorkflow,
  getUsage,
  getMe,
  createGuest,
};
