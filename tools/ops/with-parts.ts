import { platformClock, platformIds } from '@colloquy/client';
import { connectMessaging, type Messaging } from '@colloquy/messaging';
import { connectStore, StoreUnavailableError, type ChatWriter } from '@colloquy/store';
import { addressOf } from './addresses-of.ts';
import { OpsError, type OpsContext } from './ops-command.ts';

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
  const uri = await addressOf('mongodb', context);
  const store = connectStore({ uri, appName: 'colloquy-ops' });
  try {
    await work(store);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    // Several hosts are no URL for URL. A password stays out.
    const [, hosts = 'MONGODB_URI'] = /^mongodb(?:\+srv)?:\/\/(?:[^/@]*@)?([^/?]+)/.exec(uri) ?? [];
    throw new OpsError(`No MongoDB answers at ${hosts}: start it, or correct MONGODB_URI (${error.message}).`);
  } finally {
    await store.close();
  }
}
