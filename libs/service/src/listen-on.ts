import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { errorCode } from './error-code.ts';

/** Where to listen, and which variable said so. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly variable: string;
}

function inPlainWords(error: unknown, address: ListenAddress): unknown {
  const code = errorCode(error);
  const { variable, port, host } = address;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} is taken by another program: set ${variable} to a free one`, { cause: error });
  }
  if (code === 'EACCES') {
    return new Error(`port ${port} may not be opened by this user: set ${variable} to one above 1023`, {
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL') {
    return new Error(`this machine has no address ${host}: set HOST to one that it has`, { cause: error });
  }
  return error;
}

/**
 * Listens and gives the address to reach it on from this machine.
 * @throws Error that names the variable to change when the port cannot be had.
 */
export async function listenOn(fastify: FastifyInstance, address: ListenAddress): Promise<string> {
  try {
    await fastify.listen({ host: address.host, port: address.port });
  } catch (error) {
    throw inPlainWords(error, address);
  }
  const bound = fastify.server.address() as AddressInfo;
  const host = address.host === '0.0.0.0' || address.host === '::' ? '127.0.0.1' : address.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}
