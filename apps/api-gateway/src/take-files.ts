import type { Identity } from '@colloquy/access';
import type { Attachment } from '@colloquy/contracts';
import { UnknownFileError } from '@colloquy/files';
import { ProblemError } from '@colloquy/service';
import { ownerOf } from './owner-of.ts';
import type { GatewayParts } from './ports.ts';
import { withinBrokerTime } from './within.ts';

/** What a message has from its files; nothing when it has none. */
export interface WithFiles {
  readonly attachments?: Attachment[];
}

/**
 * Gives the files to the chat, and says what is known of them, for the message. Before the message is stored: a file that
 * a message names is kept. When no message comes of it after all, the sweep takes the file back.
 * @throws ProblemError 400 when one of them is not the caller's, or has gone; 503 when the broker does not answer
 */
export async function takeFiles(
  { files, clock }: GatewayParts,
  identity: Identity,
  of: { readonly chatId: string; readonly fileIds: readonly string[] | undefined; readonly where?: string },
): Promise<WithFiles> {
  const fileIds = [...new Set(of.fileIds ?? [])];
  if (fileIds.length === 0) return {};
  try {
    const taken = await withinBrokerTime(clock, files.store.attach(ownerOf(identity), fileIds, of.chatId));
    return { attachments: taken.map(({ fileId, name, type, size }) => ({ fileId, name, type, size })) };
  } catch (error) {
    throw error instanceof UnknownFileError ? unknown(error) : error;
  }
}

/**
 * Says once more that the chat has the files, now that the message is stored and before anybody is told so: whatever swept
 * meanwhile, without seeing the message, has taken a file before this or never takes it.
 * @throws ProblemError 409 when one of them has gone, which takes a day between the two; 503 when the broker does not
 * answer: the same request may be sent again
 */
export async function confirmFiles(
  { files, clock }: GatewayParts,
  identity: Identity,
  of: { readonly chatId: string; readonly fileIds: readonly string[] | undefined },
): Promise<void> {
  const fileIds = [...new Set(of.fileIds ?? [])];
  if (fileIds.length === 0) return;
  try {
    await withinBrokerTime(clock, files.store.attach(ownerOf(identity), fileIds, of.chatId));
  } catch (error) {
    throw error instanceof UnknownFileError ? gone(error) : error;
  }
}

function gone({ fileId }: UnknownFileError): ProblemError {
  return new ProblemError({
    status: 409,
    code: 'file_gone',
    title: 'A file of the message has gone',
    detail: `The message is stored, but its file ${fileId} was erased before that: nobody had asked for it for a day. Upload it again, and send it with another message.`,
  });
}

function unknown({ fileId, message }: UnknownFileError): ProblemError {
  return new ProblemError({
    status: 400,
    code: 'unknown_file',
    title: 'No such file',
    detail: `${message} A file that is in no message for a day goes by itself: upload it again.`,
    extra: { errors: [{ path: 'body.attachments', message: `${fileId} is not the id of a file of yours` }] },
  });
}
