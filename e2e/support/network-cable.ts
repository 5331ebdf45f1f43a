import { createServer, connect, type Socket } from 'node:net';

/** The way from a browser to the system, which can be pulled out. */
export interface NetworkCable {
  /** Where the browser goes instead of to the system. */
  readonly url: string;
  /** Cuts everything that is connected, and whatever tries from now on. */
  pull(): void;
  plugIn(): void;
  stop(): Promise<void>;
}

/** Lays a cable to the system at `target`. */
export async function layCable(target: string): Promise<NetworkCable> {
  const port = Number(new URL(target).port);
  const sockets = new Set<Socket>();
  let pulled = false;
  const server = createServer((client) => {
    if (pulled) {
      client.destroy();
      return;
    }
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the cable has no port');
  const cutAll = (): void => {
    for (const socket of [...sockets]) socket.destroy();
  };
  return {
    url: `http://localhost:${String(address.port)}`,
    pull() {
      pulled = true;
      cutAll();
    },
    plugIn() {
      pulled = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        cutAll();
      }),
  };
}
