import { createHash } from 'node:crypto';

/** Names the sidebar subject of one user of one tenant: 22 characters of base64url, whatever the ids hold. */
export function ownerKey(owner: { readonly ownerId: string; readonly tenantId?: string | undefined }): string {
  const text = `${owner.tenantId ?? ''}\0${owner.ownerId}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
