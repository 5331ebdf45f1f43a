import { connect, type NatsConnection } from '@nats-io/transport-node';
import { BrokerUnavailableError, UnsupportedServerError } from '../broker-errors.ts';
import { splitAddress } from './split-address.ts';

/** Where the broker is and who asks. */
export interface NatsAddress {
  /** One URL, or those of a cluster's nodes, comma-separated, with `user:password@` or `token@` if need be: NATS_URL. */
  readonly url: string;
  /** Shown in the server's connection list. */
  readonly name?: string;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

/** The API level that came with nats-server 2.12. */
const API_LEVEL = 2;
const CONNECT_MS = 5000;
/** A lost host is noticed after about three of these. */
const PING_MS = 5000;
const RECONNECT_MS = 100;
const RECONNECT_JITTER_MS = 150;

/**
 * Connects, and refuses a server that lacks what the log stands on.
 * @throws BrokerUnavailableError when nobody answers; UnsupportedServerError when the server is older than 2.12, or
 * JetStream is off; NatsAddressError when the URL cannot be taken apart
 */
export async function connectNats({ url, ...who }: NatsAddress): Promise<NatsConnection> {
  const { servers, credentials } = splitAddress(url);
  const connection = await dial(servers, { ...credentials, ...who });
  try {
    requireSupported(servers.join(','), connection.info);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

async function dial(servers: readonly string[], who: Omit<NatsAddress, 'url'>): Promise<NatsConnection> {
  try {
    return await connect({
      ...who,
      servers: [...servers],
      timeout: CONNECT_MS,
      waitOnFirstConnect: false,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      reconnectJitter: RECONNECT_JITTER_MS,
      // A credential that is being rotated must not end the connection for good.
      ignoreAuthErrorAbort: true,
      pingInterval: PING_MS,
      // A stack trace for each request costs as much as the request.
      noAsyncTraces: true,
    });
  } catch (error) {
    throw new BrokerUnavailableError(
      `no NATS server takes this connection at ${servers.join(',')} (${error instanceof Error ? error.message : String(error)}): start it, or correct NATS_URL`,
      { cause: error },
    );
  }
}

/** Refuses a server that lacks what the log stands on. @throws UnsupportedServerError */
function requireSupported(url: string, info: NatsConnection['info']): void {
  if (info?.jetstream !== true) {
    throw new UnsupportedServerError(
      `the NATS server at ${url} has JetStream switched off: start it with -js, or point NATS_URL to one that has it`,
    );
  }
  if (info.api_lvl === undefined || info.api_lvl < API_LEVEL) {
    throw new UnsupportedServerError(
      `nats-server ${info.version} at ${url} is too old: it would ignore the fence and the timers without an error. ` +
        'Upgrade it to 2.12 or newer (2.15 is tested), or point NATS_URL to one that is',
    );
  }
}
