import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Something that speaks just enough of the NATS protocol to be taken for a server of an old version. */
export interface OldNats {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port. */
export async function startOldNats(version: string): Promise<OldNats> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    const info = { server_id: 'OLD', server_name: 'old', version, proto: 1, headers: true, max_payload: 1_048_576 };
    socket.write(`INFO ${JSON.stringify({ ...info, jetstream: true, api_lvl: 0 })}\r\n`);
    socket.on('data', (data) => {
      for (const _ping of data.toString('latin1').matchAll(/^PING\r\n/gm)) socket.write('PONG\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `nats://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
