import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from '@colloquy/contracts';
import { PROBLEM_TYPE, type ProblemError } from '@colloquy/service';
import { endToEndHeaders, forwardedHeaders } from './forwarded-headers.ts';
import type { InstancePool } from './instance-pool.ts';
import { isUnreachable, serviceBrokeOff, serviceNotUp } from './service-not-up.ts';
import { Tunnel } from './tunnel.ts';

/** A request to upgrade, and where it may go. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly client: Duplex;
  /** What the client has sent already after its request. */
  readonly head: Buffer;
  readonly pool: InstancePool;
  readonly requestId: string;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** How long an instance may leave the upgrade unanswered, ms. */
  readonly upgradeMs: number;
  /** Called when the upgrade is through. */
  readonly onTunnel: (tunnel: Tunnel) => void;
}

function headOf(response: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${response.statusCode ?? 502} ${response.statusMessage ?? ''}`];
  for (let at = 0; at + 1 < response.rawHeaders.length; at += 2) {
    lines.push(`${response.rawHeaders[at] ?? ''}: ${response.rawHeaders[at + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Answers a request that cannot be upgraded; there is no Fastify reply for it. */
export function refuseUpgrade(client: Duplex, problem: ProblemError): void {
  const body = JSON.stringify(problem.toProblem());
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.fields.title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(problem.fields.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  client.resume(); // Nobody reads it any more: without this the client's own end would never be seen.
  client.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** An instance that answers without upgrading (401, 400) has its answer sent on, and the connection closed. */
function passAnswer(client: Duplex, response: IncomingMessage): void {
  const { statusCode, statusMessage } = response;
  const headers = Object.entries(endToEndHeaders(response.headers)).map(([name, value]) => `${name}: ${String(value)}`);
  const head = [`HTTP/1.1 ${statusCode ?? 502} ${statusMessage ?? ''}`, ...headers, 'connection: close'];
  client.resume();
  client.write(`${head.join('\r\n')}\r\n\r\n`);
  response.pipe(client);
}

function headersFor(upgrade: Upgrade): Record<string, string | string[] | undefined> {
  const { request, requestId } = upgrade;
  return {
    ...endToEndHeaders(request.headers),
    ...forwardedHeaders({
      ip: request.socket.remoteAddress ?? '',
      host: request.headers.host ?? '',
      requestId,
    }),
    connection: 'Upgrade',
    upgrade: request.headers.upgrade,
  };
}

function tryNext(upgrade: Upgrade, [url, ...others]: readonly string[]): void {
  const { request, client, pool, clock } = upgrade;
  if (client.destroyed) return;
  if (url === undefined) {
    refuseUpgrade(client, serviceNotUp(pool.service));
    return;
  }
  const target = new URL(request.url ?? '/', url);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const asked = send(new URL(url), { path: request.url, method: 'GET', headers: headersFor(upgrade), agent: false });
  const giveUp = (): void => void asked.destroy();
  client.once('close', giveUp);
  let silent = false;
  const timer = clock.setTimeout(() => {
    silent = true;
    asked.destroy(new Error('the upgrade was not answered in time'));
  }, upgrade.upgradeMs);
  asked.once('upgrade', (response, service, first) => {
    clock.clearTimeout(timer);
    client.off('close', giveUp);
    client.write(headOf(response));
    if (first.length > 0) service.unshift(first);
    if (upgrade.head.length > 0) client.unshift(upgrade.head);
    upgrade.onTunnel(new Tunnel(client, service));
  });
  asked.once('response', (response) => {
    clock.clearTimeout(timer);
    passAnswer(client, response);
  });
  asked.once('error', (error) => {
    clock.clearTimeout(timer);
    client.off('close', giveUp);
    if (!silent && !isUnreachable(error)) {
      refuseUpgrade(client, serviceBrokeOff(pool.service));
      return;
    }
    if (silent) pool.silent(url);
    else pool.refused(url);
    tryNext(upgrade, others);
  });
  asked.end();
}

/**
 * Sends an upgrade to the first instance that takes it, and ties the two connections together. The client's socket
 * must have an `error` listener.
 */
export function forwardUpgrade(upgrade: Upgrade): void {
  tryNext(upgrade, upgrade.pool.order());
}
