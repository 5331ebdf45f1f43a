/** The store of files on real servers: NATS, and S3 with the records on NATS. */
import { connectMessaging } from '@colloquy/messaging';
import {
  describeFiles,
  startTestNats,
  startTestS3,
  systemClock,
  systemIds,
  type FilesUnderTest,
} from '@colloquy/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { movedClock } from './fixtures/moved-clock.ts';
import { createFileStore } from './create-file-store.ts';
import { openBlobs, type FilesEnv } from './open-blobs.ts';

async function filesOver(
  url: string,
  env: FilesEnv,
): Promise<Omit<FilesUnderTest, 'close'> & { end(): Promise<void> }> {
  const { clock, pass } = movedClock(systemClock);
  const messaging = await connectMessaging({ url, clock: systemClock, ids: systemIds });
  const blobs = await openBlobs(env, { url });
  const files = createFileStore({ records: messaging.files, blobs, clock, ids: systemIds });
  const end = async (): Promise<void> => {
    await files.close();
    await messaging.drain();
  };
  return { files, blobs, pass, end };
}

describeFiles('NATS', async () => {
  const nats = await startTestNats();
  const { end, ...under } = await filesOver(nats.url, {});
  const connection = await connect({ servers: nats.url });
  const jsm = await jetstreamManager(connection);
  return {
    ...under,
    // Every message of it: pieces and what tells of them.
    count: async () => (await jsm.streams.info('OBJ_FILES')).state.messages,
    async close() {
      await connection.close();
      await end();
      await nats.stop();
    },
  };
});

describeFiles('S3', async () => {
  const [nats, s3] = await Promise.all([startTestNats(), startTestS3()]);
  const { end, ...under } = await filesOver(nats.url, {
    FILES_S3_BUCKET: s3.bucket,
    FILES_S3_ENDPOINT: s3.endpoint,
    FILES_S3_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    FILES_S3_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  });
  return {
    ...under,
    async close() {
      await end();
      await Promise.all([nats.stop(), s3.stop()]);
    },
  };
});
