import { createServer } from 'node:http';
import { connect as connectTo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Server as SocketServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { closeAll, closers, dead, echo, edge, hung, listen, SHORT } from './fixtures/edge-world.ts';

afterEach(closeAll);

describe('websockets', () => {
  async function realtime(): Promise<string> {
    const server = createServer();
    const sockets = new SocketServer(server, { transports: ['websocket'] });
    sockets.use((socket, next) => next(socket.handshake.auth['token'] === 'no' ? new Error('no') : undefined));
    sockets.on('connection', (socket) => {
      socket.on('ask', (value: unknown, answer: (value: unknown) => void) => {
        answer({ value, from: socket.handshake.headers['x-forwarded-for'] });
      });
      socket.on('flood', () => {
        for (let at = 0; at < 200; at += 1) socket.emit('piece', at, 'x'.repeat(5000));
      });
    });
    closers.push(() => sockets.close());
    return listen(server);
  }

  function connect(url: string): Socket {
    const socket = io(url, { transports: ['websocket'], reconnection: false });
    closers.push(async () => socket.disconnect());
    return socket;
  }

  it('speak Socket.IO through the edge, past an instance that is dead', async () => {
    const { url } = await edge({ realtime: [await dead(), await realtime()] });
    for (let at = 0; at < 3; at += 1) {
      const socket = connect(url);
      const large = 'y'.repeat(200_000);
      expect(await socket.timeout(5000).emitWithAck('ask', large)).toEqual({ value: large, from: '127.0.0.1' });
    }
  });

  it('go past an instance that takes them and never answers', async () => {
    const silent = await hung();
    const { url } = await edge({ realtime: [silent.url, await realtime()] }, SHORT);
    for (let at = 0; at < 3; at += 1) {
      expect(await connect(url).timeout(5000).emitWithAck('ask', at)).toMatchObject({ value: at });
    }
    expect(silent.asked).toEqual(['upgrade']);
  });

  it('carry much in order', async () => {
    const { url } = await edge({ realtime: [await realtime()] });
    const socket = connect(url);
    const seen: number[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('piece', (at: number, text: string) => {
        expect(text).toHaveLength(5000);
        seen.push(at);
        if (seen.length === 200) resolve();
      });
    });
    socket.emit('flood');
    await all;
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });

  it('are closed with 1001 when the edge drains', async () => {
    const service = await edge({ realtime: [await realtime()] });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve, { once: true }));
    const report = await service.stop();
    expect(report.clean).toBe(true);
    expect(await closed).toMatchObject({ code: 1001, wasClean: true });
  });

  it('fail with a reason when nobody is up', async () => {
    const { url } = await edge({ realtime: [await dead()] });
    const socket = connect(url);
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    expect(error.message).toContain('websocket error');
  });

  it('are refused without harm to the edge when the client resets its connection', async () => {
    const { url } = await edge({ api: [await echo('api')] });
    for (const path of ['/elsewhere', '/socket.io/?EIO=4']) {
      const client = connectTo(Number(new URL(url).port), '127.0.0.1');
      client.write(`GET ${path} HTTP/1.1\r\nhost: edge\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`);
      const answer = await new Promise<Buffer>((resolve) => client.once('data', resolve));
      expect(answer.toString()).toMatch(/^HTTP\/1.1 (404|502) /);
      client.resetAndDestroy();
      expect((await fetch(`${url}/v1/me`)).status).toBe(200);
    }
  });

  it('get the answer of a service that does not upgrade', async () => {
    const { url } = await edge({ realtime: [await echo('realtime')] });
    const socket = connect(url);
    await expect(new Promise((_resolve, reject) => socket.once('connect_error', reject))).rejects.toThrow();
  });
});
