export const dynamic = 'force-dynamic';

/** Pages can be served: this service needs no other. */
export function GET(): Response {
  return Response.json({ status: 'ok' });
}
