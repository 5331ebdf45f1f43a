import { TOKEN_COOKIE } from '@colloquy/contracts';

/** The token of a request: from `Authorization: Bearer`, else from the cookie. */
export function tokenOf(headers: {
  authorization?: string | undefined;
  cookie?: string | undefined;
}): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '');
  if (bearer) return bearer[1];
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === TOKEN_COOKIE && value !== undefined && value !== '') return decodeURIComponent(value);
  }
  return undefined;
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
