import type { UpdateChatBody } from '@colloquy/contracts';
import type { Answer, Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** PATCH /v1/chats/:chatId: a command each for the title and the pin; answers with the last one's id. */
export const updateChat: Handler = async (parts, call) => {
  const { title, pinned } = call.body as UpdateChatBody;
  let answer: Answer = { body: {} };
  if (title !== undefined) {
    answer = await publishCommand(parts, call, { part: ' title', body: () => ({ kind: 'rename', title }) });
  }
  if (pinned !== undefined) {
    answer = await publishCommand(parts, call, { part: ' pinned', body: () => ({ kind: 'pin', pinned }) });
  }
  return answer;
};
