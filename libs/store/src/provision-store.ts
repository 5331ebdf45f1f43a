import { MongoConnection } from './mongo-connection.ts';

/** Building an index on a large collection takes its time, ms. */
const BUILD_MS = 10 * 60 * 1000;

/**
 * Creates the collections' indexes. Safe to run again; services never do it themselves.
 * @throws StoreUnavailableError when MongoDB does not answer
 */
export async function provisionStore({ uri }: { readonly uri: string }): Promise<void> {
  const mongo = new MongoConnection({ uri, appName: 'colloquy-provision' }, BUILD_MS);
  try {
    await mongo.use(async ({ chats, events }) => {
      await chats.createIndexes();
      await events.createIndexes();
    });
  } finally {
    await mongo.close();
  }
}
