/** What the connection needs of a socket: so that tests and simulations can bring their own. */

/** What a transport reports. */
export interface TransportHandlers {
  onConnect(): void;
  /** The connection is gone, or could not be made. It does not come back by itself. */
  onDisconnect(failure: TransportFailure): void;
  onMessage(event: string, payload: unknown): void;
}

/** Why there is no connection. */
export interface TransportFailure {
  /** `unauthorized` when the token was refused; else whatever the transport says. */
  readonly code: string;
  readonly message: string;
}

/** One socket that can be connected and disconnected any number of times. */
export interface Transport {
  connect(): void;
  /** Ends the connection at once; reports nothing. */
  disconnect(): void;
  /** Sends and waits for the answer. Rejects when there is no connection, when it is lost, and after `timeoutMs`. */
  request(event: string, payload: unknown, timeoutMs: number): Promise<unknown>;
}

/** Makes the transport of a client. */
export type CreateTransport = (handlers: TransportHandlers) => Transport;
