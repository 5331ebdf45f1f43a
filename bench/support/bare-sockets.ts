/**
 * The least that fan-out can cost: a process that writes ready bytes to every TCP connection it holds, one after the other.
 * Started by `startBareSockets`; it ends when the process that started it does.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** How often how many bytes go to everybody. */
export interface BareOrder {
  readonly frames: number;
  readonly bytes: number;
  readonly everyMs: number;
}

if (import.meta.main) {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  process.on('message', ({ frames, bytes, everyMs }: BareOrder) => {
    const frame = Buffer.alloc(bytes, 'x');
    let left = frames;
    const timer = setInterval(() => {
      for (const socket of sockets) socket.write(frame);
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      process.send?.('written');
    }, everyMs);
  });
  process.on('disconnect', () => process.exit(0));
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () =>
    process.send?.((server.address() as AddressInfo).port),
  );
}
