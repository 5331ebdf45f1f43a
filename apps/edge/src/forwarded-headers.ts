type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Headers that are about one connection and not about the message (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Who asked, as seen by the edge. */
export interface Asker {
  readonly ip: string;
  readonly host: string;
  readonly requestId: string;
}

/** The headers without those of this connection alone, also those that `connection` names. */
export function endToEndHeaders(headers: Headers): Record<string, string | string[] | undefined> {
  const named = new Set(
    String(headers['connection'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name)));
}

/** What the services behind learn of the asker. The edge is the outermost: what a client claims about itself is replaced. */
export function forwardedHeaders(asker: Asker): Record<string, string> {
  return {
    'x-forwarded-for': asker.ip,
    'x-forwarded-host': asker.host,
    'x-forwarded-proto': 'http',
    'x-request-id': asker.requestId,
  };
}
