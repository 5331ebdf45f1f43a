/** An address apart from the secret in it. */
export interface SplitAddress {
  /** Addresses of servers, without user and password: these may be shown. */
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
}

/** Who one is to the broker; nothing of it when the broker asks nobody. */
export type NatsCredentials =
  { readonly user: string; readonly pass: string } | { readonly token: string } | Readonly<Record<string, never>>;

/** NATS_URL cannot be taken apart for sure. Its message quotes nothing: what cannot be read may be a password. */
export class NatsAddressError extends Error {
  override readonly name = 'NatsAddressError';
  constructor() {
    super(
      'NATS_URL: user and password must be percent-encoded, and servers written as [nats://][user:password@]host[:port] ' +
        'with commas between them',
    );
  }
}

const SERVER = /^([a-z]+:\/\/)?(?:([^@/]*)@)?((?:[\w.-]+|\[[\da-f:.]+(?:%\w+)?\])(?::\d{1,5})?\/?)$/i;

/**
 * Takes `nats://user:password@host:4222,nats://other:4222` apart: NATS has one user for all servers of a cluster, so the
 * first one that is found counts. Without a colon it is a token. Both are percent-encoded, as in any address.
 * @throws NatsAddressError for all that is not surely an address: a `/`, `@` or `,` of a password that stands as it is
 * would pass for a part of a server's address, and those are shown
 */
export function splitAddress(url: string): SplitAddress {
  const servers: string[] = [];
  let found: string | undefined;
  for (const part of url.split(',').map((server) => server.trim())) {
    const match = SERVER.exec(part);
    if (match === null) throw new NatsAddressError();
    const [, scheme = '', info, host = ''] = match;
    // The end of a password with a comma in it: what stands before it was taken for a host and a port.
    if (info !== undefined && found === undefined && servers.length > 0 && scheme === '') throw new NatsAddressError();
    found ??= info;
    servers.push(`${scheme}${host}`);
  }
  return { servers, credentials: credentialsOf(found) };
}

function credentialsOf(info: string | undefined): NatsCredentials {
  if (info === undefined || info === '') return {};
  const colon = info.indexOf(':');
  if (colon < 0) return { token: decoded(info) };
  return { user: decoded(info.slice(0, colon)), pass: decoded(info.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new NatsAddressError();
  }
}
