import { UnknownFileError } from '@colloquy/files';
import { answerWithFile } from './get-file.ts';
import { chatOfLink } from './get-shared.ts';
import type { Handler } from './ports.ts';
import { readNewestRecord } from './read-chat.ts';
import { sharedEvents } from './shared-events.ts';

/** GET /v1/shared/:shareId/files/:fileId: a file that a message names which whoever has the link can read. */
export const getSharedFile: Handler = async (parts, call) => {
  const { shareId = '', fileId = '' } = call.params;
  const { chatId, ownerId, tenantId } = await chatOfLink(parts, shareId);
  const events = sharedEvents((await readNewestRecord(parts, chatId)).messages);
  const isNamed = events.some(
    (event) => event.type === 'user_message' && event.attachments?.some((file) => file.fileId === fileId) === true,
  );
  if (!isNamed) throw new UnknownFileError(fileId);
  const { body, headers } = await answerWithFile(parts, {
    who: JSON.stringify(['link', shareId]),
    owner: { ownerId, tenantId },
    fileId,
    check: () => chatOfLink(parts, shareId),
  });
  // The link may be withdrawn, and then nobody should have it still.
  return { body, headers: { ...headers, 'cache-control': 'no-store', 'x-robots-tag': 'noindex' } };
};
