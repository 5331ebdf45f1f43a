import type { NatsAddress } from '@colloquy/messaging';
import { connectNatsBlobs } from './nats-blobs.ts';
import type { BlobStore } from './ports.ts';

/** The settings of an app, as its environment has them. */
export interface FilesEnv {
  readonly FILES_S3_BUCKET?: string | undefined;
  readonly FILES_S3_ENDPOINT?: string | undefined;
  readonly FILES_S3_REGION?: string | undefined;
  readonly FILES_S3_ACCESS_KEY_ID?: string | undefined;
  readonly FILES_S3_SECRET_ACCESS_KEY?: string | undefined;
}

/** Where bytes are kept: in S3 when a bucket of it is named, else in NATS. The SDK is loaded only where it is needed. */
export async function openBlobs(env: FilesEnv, nats: NatsAddress): Promise<BlobStore> {
  const { FILES_S3_BUCKET: bucket, FILES_S3_ENDPOINT: endpoint, FILES_S3_REGION: region } = env;
  if (bucket === undefined) return connectNatsBlobs(nats);
  const { createS3Blobs } = await import('./s3-blobs.ts');
  const { FILES_S3_ACCESS_KEY_ID: accessKeyId, FILES_S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return createS3Blobs({
    bucket,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });
}
