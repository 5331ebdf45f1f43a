import { connectMessaging } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/service';
import { connect } from '@nats-io/transport-node';
import type { MessagingUnderTest } from './messaging-under-test.ts';
import { startTestNats } from './nats-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Real NATS, one server or three, with a proxy in front of each connection that can harm it. */
export async function natsUnderTest({ nodes = 1 }: { nodes?: 1 | 3 } = {}): Promise<MessagingUnderTest> {
  const nats = await startTestNats({ nodes });
  const raw = await connect({ servers: nats.url.split(',') });
  const proxies = new Map<string, TcpProxy>();
  const find = (name: string): TcpProxy => {
    const proxy = proxies.get(name);
    if (proxy === undefined) throw new RangeError(`no connection ${name}`);
    return proxy;
  };
  return {
    clock: systemClock,
    ids: systemIds,
    async connect(name, { deltaTtlSeconds } = {}) {
      const proxy = await startTcpProxy(nats.ports[proxies.size % nats.ports.length] ?? nats.port);
      proxies.set(name, proxy);
      return connectMessaging({
        url: `nats://127.0.0.1:${String(proxy.port)}`,
        name,
        clock: systemClock,
        ids: systemIds,
        ...(deltaTtlSeconds === undefined ? {} : { deltaTtlSeconds }),
      });
    },
    run: (body) => body(),
    deafen: (name) => find(name).deafen(),
    restore: (name) => find(name).restore(),
    async inject(subject, data) {
      raw.publish(subject, data);
      await raw.flush();
    },
    async stop() {
      await raw.close();
      await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
      await nats.stop();
    },
  };
}
