import { dirname, join } from 'node:path';

/** The checkout: everything the tools read or write lies under it. */
export const root = dirname(import.meta.dirname);

/** Git-ignored: downloads, private virtual environments, build stamps. Safe to delete. */
export const defaultCacheDir = join(root, '.cache');

/** Git-ignored: streams, databases, keys. Deleting it deletes every chat. */
export const defaultDataDir = join(root, '.data');
