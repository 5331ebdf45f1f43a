import { NextResponse, type NextRequest } from 'next/server';
import { development } from './env.ts';
import { contentPolicy, NONCE_HEADER } from './shell/content-policy.ts';

const POLICY_HEADER = 'content-security-policy';

/** Gives every page a nonce of its own, and the policy that goes with it. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentPolicy(nonce, development);
  const headers = new Headers(request.headers);
  headers.set(NONCE_HEADER, nonce);
  headers.set(POLICY_HEADER, policy); // Next reads the nonce for its own scripts from here
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(POLICY_HEADER, policy);
  return response;
}

export const config = {
  matcher: ['/((?!_next/static|_next/image|v1/|socket.io|live/|livez|readyz|icon.svg).*)'],
};
