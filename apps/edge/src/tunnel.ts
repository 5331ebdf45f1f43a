import type { Duplex } from 'node:stream';
import { GOING_AWAY, WebSocketFrames } from './websocket-frames.ts';

/**
 * An upgraded connection, byte for byte in both directions. Who reads slowly slows the writer down: the gateway behind
 * must see that a client lags, so nothing is gathered here.
 */
export class Tunnel {
  /** Resolves when both ends are closed. */
  readonly closed: Promise<void>;
  readonly #client: Duplex;
  readonly #service: Duplex;
  readonly #frames = new WebSocketFrames();
  #leaving = false;

  constructor(client: Duplex, service: Duplex) {
    this.#client = client;
    this.#service = service;
    this.closed = new Promise((resolve) => {
      const end = (): void => {
        client.destroy();
        service.destroy();
        resolve();
      };
      for (const side of [client, service]) side.once('close', end).on('error', end);
    });
    client.pipe(service);
    service.on('data', (chunk: Buffer) => this.#toClient(chunk));
    service.once('end', () => client.end());
    client.on('drain', () => service.resume());
  }

  /** Says goodbye to the client (1001) at the end of the frame that is on its way, and closes. */
  leave(): void {
    this.#leaving = true;
    if (this.#frames.complete) this.#sayGoodbye(Buffer.alloc(0));
  }

  #toClient(chunk: Buffer): void {
    const end = this.#frames.take(chunk);
    if (this.#leaving && end >= 0) this.#sayGoodbye(chunk.subarray(0, end));
    else if (!this.#client.write(chunk)) this.#service.pause();
  }

  #sayGoodbye(last: Buffer): void {
    this.#service.removeAllListeners('data');
    this.#client.end(Buffer.concat([last, GOING_AWAY]), () => this.#client.destroy());
  }
}
