import type { Identity } from '@colloquy/access';
import type { FileOwner } from '@colloquy/files';

/** Whose files somebody uploads. */
export function ownerOf({ userId, tenantId }: Identity): FileOwner {
  return { ownerId: userId, ...(tenantId === undefined ? {} : { tenantId }) };
}
