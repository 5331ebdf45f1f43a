import type { OpsCommand } from './ops-command.ts';
import { withStore } from './with-parts.ts';

const MOST = 1000;

/** Chats whose log and MongoDB disagree. */
export const conflictsList: OpsCommand = {
  usage: 'conflicts list',
  text: 'chats that persistence could not go on with, with the reason; rebuild mends them',
  async run(context) {
    await withStore(context, async (store) => {
      const found = await store.conflicts(MOST);
      for (const { chatId, detail } of found) context.print(`${chatId}  ${detail}`);
      if (found.length === 0) context.print('No chat has a conflict.');
      if (found.length === MOST) context.print(`… and more: only the first ${MOST} are shown.`);
    });
  },
};
