import { readFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import path from 'node:path';
import { root } from '../../tools/paths.ts';

const PREFIX = '/checkout/';
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A web server in front of the system. */
export interface CheckoutServer {
  /** Where the checkout is, with a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the files of the checkout from the same origin as the system at `target`, as somebody's own web server would. */
export async function serveCheckout(target: string): Promise<CheckoutServer> {
  const forward = ({ url = '/', method, headers }: IncomingMessage) =>
    request(new URL(url, target), { method, headers, agent: false });
  const server = createServer((incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', target);
    if (pathname.startsWith(PREFIX)) {
      readFile(path.join(root, pathname.slice(PREFIX.length))).then(
        (body) => response.setHeader('content-type', TYPES[path.extname(pathname)] ?? 'text/plain').end(body),
        () => response.writeHead(404).end(),
      );
      return;
    }
    const outgoing = forward(incoming);
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  const tunnels = new Set<Duplex>();
  server.on('upgrade', (incoming: IncomingMessage, client: Duplex) => {
    const outgoing = forward(incoming).end();
    outgoing.on('error', () => client.destroy());
    outgoing.on('upgrade', (answer, service, first) => {
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
      service.unshift(first); // what came together with the answer
      for (const side of [client, service]) {
        tunnels.add(side);
        side.on('error', () => undefined).on('close', () => [client, service].forEach((one) => one.destroy()));
      }
      service.pipe(client).pipe(service);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the web server has no port');
  return {
    url: `http://localhost:${String(address.port)}${PREFIX}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const side of tunnels) side.destroy();
      }),
  };
}
