import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createConnection, type Connection } from './connection.ts';
import { keepToken } from './token-keeper.ts';
import type { TransportHandlers } from './transport.ts';

/** A transport that does what the test says. */
function twin(renewal?: () => Promise<unknown>) {
  const clock = new VirtualClock();
  const log: string[] = [];
  let handlers: TransportHandlers | undefined;
  let renewals = 0;
  const connection: Connection = createConnection({
    clock,
    ids: seededIds(1),
    tokens: keepToken({
      clock,
      token: 'old',
      hook: async () => {
        renewals += 1;
        await renewal?.();
      },
    }),
    onError: (error) => {
      throw error;
    },
    transport: (given) => {
      handlers = given;
      return {
        connect: () => log.push(`connect ${String(Math.round(clock.monotonic()))}`),
        disconnect: () => log.push('disconnect'),
        request: async (event) => {
          log.push(event);
          return { ok: true };
        },
      };
    },
  });
  const peer = (): TransportHandlers => {
    if (handlers === undefined) throw new Error('no transport was made');
    return handlers;
  };
  return { clock, log, connection, peer, renewals: () => renewals };
}

const LOST = { code: 'disconnected', message: 'transport close' };

describe('the connection', () => {
  it('tries again more and more rarely, one attempt at a time', async () => {
    const { clock, log, connection, peer } = twin();
    connection.start();
    connection.start();
    expect(log).toEqual(['connect 0']);
    for (let attempt = 0; attempt < 8; attempt++) {
      peer().onDisconnect(LOST);
      await clock.advance(10_000);
    }
    const times = log.map((line) => Number(line.split(' ')[1]));
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(times).toHaveLength(9);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
  });

  it('sends nothing without a connection', async () => {
    const { connection, log } = twin();
    await expect(connection.request('subscribe', {})).rejects.toThrow('not connected');
    expect(log).toEqual([]);
  });

  it('connects at once when the page wakes', async () => {
    const { clock, log, connection, peer } = twin();
    connection.start();
    peer().onDisconnect(LOST);
    await clock.advance(1);
    expect(connection.state).toBe('offline');
    expect(connection.wake()).toBe(false);
    expect(log).toHaveLength(2);
    await clock.advance(60_000); // the timer of the attempt that it replaced does not fire
    expect(log).toHaveLength(2);
  });

  it('gets a new token when the token is refused', async () => {
    const { clock, log, connection, peer, renewals } = twin();
    connection.start();
    peer().onDisconnect({ code: 'unauthorized', message: 'no' });
    await clock.advance(10_000);
    expect(renewals()).toBe(1);
    expect(log).toHaveLength(2);
  });

  it('tries again when who renews the token never answers', async () => {
    const { clock, log, connection, peer, renewals } = twin(() => new Promise(() => undefined));
    connection.start();
    peer().onDisconnect({ code: 'unauthorized', message: 'no' });
    await clock.advance(21_000);
    expect(log).toHaveLength(2);
    peer().onDisconnect({ code: 'unauthorized', message: 'no' });
    await clock.advance(22_000);
    expect(log).toHaveLength(3);
    expect(renewals()).toBe(2);
  });

  it('drops the line at once when the machine has no network, and is back as soon as there is one', async () => {
    const { clock, log, connection, peer } = twin();
    connection.start();
    peer().onConnect();
    connection.lose();
    expect(connection.state).toBe('offline');
    await clock.advance(10);
    connection.wake();
    expect(log).toEqual(['connect 0', 'disconnect', 'connect 10']);
  });

  it('serves on after bye until it is time to move', async () => {
    const { clock, log, connection, peer } = twin();
    connection.start();
    peer().onConnect();
    peer().onMessage('bye', { reason: 'drain', reconnectInMs: 700 });
    await clock.advance(699);
    expect(connection.state).toBe('online');
    await clock.advance(1);
    expect(log).toEqual(['connect 0', 'disconnect', 'connect 700']);
  });

  it('is silent after close', async () => {
    const { clock, log, connection, peer } = twin();
    connection.start();
    peer().onConnect();
    connection.close();
    peer().onDisconnect(LOST);
    await clock.advance(60_000);
    expect(log).toEqual(['connect 0', 'disconnect']);
    expect(connection.state).toBe('offline');
  });
});
