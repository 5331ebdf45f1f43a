import type { AnswerInputBody } from '@colloquy/contracts';
import type { Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';

/** POST /v1/chats/:chatId/inputs/:requestId. Whether the value fits is decided where the question is known: in the run. */
export const answerInput: Handler = (parts, call) => {
  const { value, comment } = call.body as AnswerInputBody;
  const requestId = call.params['requestId'] ?? '';
  return publishCommand(parts, call, {
    body: () => ({ kind: 'input', requestId, value, ...(comment === undefined ? {} : { comment }) }),
  });
};
