import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import type { BareOrder } from './bare-sockets.ts';
import { cpuOf } from './cpu-time.ts';

/** A process that writes to bare connections. */
export interface BareSockets {
  /** Has everybody written to; gives the CPU of that process in µs for each write. */
  write(order: BareOrder): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it with so many connections, which are read and thrown away here. */
export async function startBareSockets(viewers: number): Promise<BareSockets> {
  const child = fork(path.join(import.meta.dirname, 'bare-sockets.ts'), [], { execArgv: [] });
  const exited = once(child, 'exit');
  const { pid } = child;
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (first === undefined || pid === undefined) throw new Error('the bare sockets did not start');
  const sockets: Socket[] = [];
  for (let n = 0; n < viewers; n += 1) {
    const socket = connect(Number(first[0]), '127.0.0.1').on('error', () => undefined);
    socket.resume();
    await once(socket, 'connect');
    sockets.push(socket);
  }
  return {
    write: async (order) => {
      const before = cpuOf([pid]);
      child.send(order);
      await once(child, 'message');
      return ((cpuOf([pid]) - before) * 1000) / (order.frames * viewers);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
