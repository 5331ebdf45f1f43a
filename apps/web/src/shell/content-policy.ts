/** The content security policy of every page. */

/** The request header by which the proxy tells the pages their nonce. */
export const NONCE_HEADER = 'x-nonce';

/**
 * The policy with a page's nonce. Scripts run by nonce only. Styles may be inline, because Radix, TanStack Virtual and
 * the virtual rows place elements by style attributes; no style can load anything, since images, fonts and connections
 * are held to this origin: what an agent writes cannot call out.
 * @param dev - development needs `eval` for React's error stacks
 */
export function contentPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
