import { TOKEN_COOKIE } from '@colloquy/contracts';

/** The token of a request: from `Authorization: Bearer`, else from the cookie. */
export function tokenOf(headers: {
  authorization?: string | undefined;
  cookie?: string | undefined;
}): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '');
  if (bearer) return bearer[1];
  for (const part of (headers.cookie ?? '').split(';')) {
    const [, name, value = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? [];
    if (name === TOKEN_COOKIE && value !== '') return decoded(value);
  }
  return undefined;
}

/** A cookie that is not percent-encoded as it should be is taken as it is: it will not verify. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The Set-Cookie value for a token: not readable by scripts, sent to this site only. */
export function tokenCookie(token: string, options: { maxAgeSeconds: number; secure: boolean }): string {
  const parts = [
    `${TOKEN_COOKIE}=${encodeURIComponent(token)}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${String(options.maxAgeSeconds)}`,
  ];
  return [...parts, ...(options.secure ? ['Secure'] : [])].join('; ');
}
