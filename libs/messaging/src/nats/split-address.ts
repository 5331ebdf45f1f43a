/** An address apart from the secret in it. */
export interface SplitAddress {
  /** Addresses of servers, without user and password: these may be shown. */
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
}

/** Who one is to the broker; nothing of it when the broker asks nobody. */
export type NatsCredentials =
  { readonly user: string; readonly pass: string } | { readonly token: string } | Readonly<Record<string, never>>;

const USER_INFO = /^([a-z]+:\/\/)?([^@/]*)@/i;

/**
 * Takes `nats://user:password@host:4222,nats://other:4222` apart: NATS has one user for all servers of a cluster, so the
 * first one that is found counts. Without a colon it is a token. Both are percent-encoded, as in any address.
 */
export function splitAddress(url: string): SplitAddress {
  const parts = url.split(',').map((server) => server.trim());
  const [found] = parts.flatMap((server) => USER_INFO.exec(server)?.[2] ?? []);
  return { servers: parts.map((server) => server.replace(USER_INFO, '$1')), credentials: credentialsOf(found) };
}

function credentialsOf(info: string | undefined): NatsCredentials {
  if (info === undefined || info === '') return {};
  const colon = info.indexOf(':');
  if (colon < 0) return { token: decodeURIComponent(info) };
  return { user: decodeURIComponent(info.slice(0, colon)), pass: decodeURIComponent(info.slice(colon + 1)) };
}
