import type { StoredMessage } from '../broker-link.ts';
import { createMessaging, type MessagingOptions } from '../create-messaging.ts';
import type { Messaging } from '../ports.ts';
import { MemoryLink } from './memory-link.ts';
import { type MemoryBrokerOptions, MemoryServer } from './memory-server.ts';

/** A connection that can be harmed. */
export interface MemoryConnection extends Messaging {
  /** The process died: nothing that it sends from now on arrives, its subscriptions and pulls are gone. */
  kill(): void;
  /** The process stands still: what arrives waits for `thaw`. Its timers are its own clock's affair. */
  freeze(): void;
  thaw(): void;
  /** The network is cut: what is on its way is lost, pending questions fail, until `restore`. */
  cut(): void;
  /** Nothing that the broker sends arrives any more, while what is sent to it does; `restore` cuts and reconnects. */
  deafen(): void;
  restore(): void;
}

/** A broker in memory. */
export interface MemoryBroker {
  /** @param options - what to change for this connection: its own clock, say, so that its process can be frozen */
  connect(name: string, options?: Partial<MessagingOptions>): MemoryConnection;
  /** Stops for `ms`, as on a crash or an election: connections are cut and come back; what is stored stays. */
  restart(ms: number): void;
  /** The same, and nothing of what was stored stays, as on a lost disk: the streams begin anew, at another place. */
  lose(ms: number): void;
  /** Puts a message as it is on the stream that takes the subject. */
  inject(subject: string, data: string): void;
  /** What a stream holds, for assertions. */
  messages(stream: string): readonly StoredMessage[];
}

/** An in-memory broker with all streams and durables, in the time of its clock. */
export function createMemoryBroker(options: MemoryBrokerOptions): MemoryBroker {
  const server = new MemoryServer(options);
  const links = new Set<MemoryLink>();
  const { clock, ids } = options;
  const restart = (ms: number): void => {
    for (const link of links) link.cut();
    clock.setTimeout(() => links.forEach((link) => link.restore()), ms);
  };
  return {
    connect(name, overrides = {}) {
      const link = new MemoryLink(server, name);
      links.add(link);
      return {
        ...createMessaging(link, { clock, ids, ...overrides }),
        kill: () => link.kill(),
        freeze: () => link.freeze(),
        thaw: () => link.thaw(),
        cut: () => link.cut(),
        deafen: () => link.deafen(),
        restore: () => link.restore(),
      };
    },
    restart,
    lose(ms) {
      restart(ms);
      server.lose();
    },
    inject: (subject, data) => void server.streamOf(subject)?.publish({ subject, data, headers: {} }),
    messages: (stream) => [...server.stream(stream).from('>', 1)],
  };
}
