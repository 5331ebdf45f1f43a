import { MAX_ATTACHMENTS } from '@colloquy/contracts';
import { FILE_TYPES } from '@colloquy/files';
import type { Handler } from './ports.ts';

/** GET /v1/me. */
export const getMe: Handler = (parts, call) => {
  const { userId, tenantId, guest } = call.identity;
  const attachments = { maxBytes: parts.files.maxBytes, maxPerMessage: MAX_ATTACHMENTS, types: [...FILE_TYPES] };
  const who = { userId, ...(tenantId === undefined ? {} : { tenantId }), guest };
  return { body: { ...who, demoModel: parts.demoModel, attachments } };
};
