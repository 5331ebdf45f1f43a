import { platformClock, platformIds } from '@colloquy/client';
import { connectMessaging, type Messaging } from '@colloquy/messaging';
import { connectStore, type ChatWriter } from '@colloquy/store';
import { addressOf } from './addresses-of.ts';
import type { OpsContext } from './ops-command.ts';

/** Does something with the broker, and closes the connection. */
export async function withMessaging(context: OpsContext, work: (messaging: Messaging) => Promise<void>): Promise<void> {
  const url = await addressOf('nats', context);
  const messaging = await connectMessaging({ url, name: 'colloquy-ops', clock: platformClock, ids: platformIds });
  try {
    await work(messaging);
  } finally {
    await messaging.drain();
  }
}

/** Does something with MongoDB, and closes the connection. */
export async function withStore(context: OpsContext, work: (store: ChatWriter) => Promise<void>): Promise<void> {
  const store = connectStore({ uri: await addressOf('mongodb', context), appName: 'colloquy-ops' });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
