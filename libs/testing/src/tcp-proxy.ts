import { createServer, connect, type Socket } from 'node:net';

/** Stands between one client and a server, and harms their connection. */
export interface TcpProxy {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** From here on nothing that the server sends arrives. */
  deafen(): void;
  /** Cuts what is connected; new connections are whole again. */
  restore(): void;
  stop(): Promise<void>;
}

/** Starts a proxy in front of a port of 127.0.0.1. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let deaf = false;
  const server = createServer((client) => {
    const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (!deaf) client.write(chunk);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const cut = (): void => {
    for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
  };
  return {
    port: address.port,
    deafen() {
      deaf = true;
    },
    restore() {
      cut();
      deaf = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
