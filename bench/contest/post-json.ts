import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** Sends JSON and gives the JSON that comes back; rejects when the answer is no success. */
export async function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, resolve);
    sent.once('error', reject).end(JSON.stringify(body));
  });
  response.setEncoding('utf8');
  let text = '';
  for await (const part of response as AsyncIterable<string>) text += part;
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) throw new Error(`POST ${url}: ${String(statusCode)} ${text.slice(0, 300)}`);
  return JSON.parse(text) as unknown;
}
