import type { Env } from '../servers/env.ts';

/** What the step that makes streams and indexes is given. */
export interface ProvisionParts {
  readonly urls: ReadonlyMap<string, readonly string[]>;
  readonly env: Env;
}

/** Makes streams, consumers, collections and indexes; doing it again changes nothing. */
export type Provision = (parts: ProvisionParts) => Promise<void>;

export const provision: Provision = async () => {};
