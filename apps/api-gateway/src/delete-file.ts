import { UnknownFileError } from '@colloquy/files';
import { ProblemError } from '@colloquy/service';
import { ownerOf } from './owner-of.ts';
import type { Handler } from './ports.ts';

/** DELETE /v1/files/:fileId: what a message has goes with its chat only. */
export const deleteFile: Handler = async (parts, call) => {
  const fileId = call.params['fileId'] ?? '';
  const done = await parts.files.store.remove(ownerOf(call.identity), fileId);
  if (done === 'removed') return { body: { fileId } };
  if (done === 'unknown') throw new UnknownFileError(fileId);
  throw new ProblemError({
    status: 409,
    code: 'file_in_use',
    title: 'The file is in a message',
    detail: 'It goes when the last chat that has it is deleted.',
  });
};
