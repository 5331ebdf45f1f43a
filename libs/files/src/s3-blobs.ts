/** Bytes in a bucket of S3, or of anything that speaks its protocol. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { FilesFullError } from './errors.ts';
import type { BlobStore, Bytes } from './ports.ts';

/** Where the bucket is. */
export interface S3Settings {
  readonly bucket: string;
  /** Address of the service; without it AWS's own of the region. */
  readonly endpoint?: string;
  /** Default `us-east-1`, which most servers that are not AWS take. */
  readonly region?: string;
  /** Without them: what the AWS SDK finds, such as the role of the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Before each key: the bucket may have other things in it. */
const PREFIX = 'files/';

const CONNECT_MS = 5000;
/** So long a socket may be silent. */
const SILENCE_MS = 60_000;
/** More than a service lets be read and written at once: nobody may wait behind those who read slowly. */
const MOST_SOCKETS = 256;

/** Bytes in the bucket; it must be there. */
export function createS3Blobs({ bucket, endpoint, region = 'us-east-1', credentials }: S3Settings): BlobStore {
  const client = new S3Client({
    region,
    // Not every server has a name for every bucket; nor every checksum.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      httpAgent: { maxSockets: MOST_SOCKETS },
      httpsAgent: { maxSockets: MOST_SOCKETS },
    },
  });
  const at = (blobId: string) => ({ Bucket: bucket, Key: `${PREFIX}${blobId}` });
  return {
    async put(blobId, bytes, { size, signal }) {
      const Body = Readable.from(bytes, { objectMode: false });
      const broken = new AbortController();
      // The SDK waits for bytes that will never come; and an error that nobody listens to ends the process.
      Body.on('error', (error) => broken.abort(error));
      const ending = AbortSignal.any([signal, broken.signal]);
      const object = { ...at(blobId), Body, ContentType: 'application/octet-stream' };
      try {
        if (size === undefined) await putInParts(client, object, ending);
        else await client.send(new PutObjectCommand({ ...object, ContentLength: size }), { abortSignal: ending });
      } catch (error) {
        throw isFull(error) ? new FilesFullError(`the bucket ${bucket} has no room`, { cause: error }) : error;
      }
      ending.throwIfAborted();
    },
    async open(blobId, { signal } = {}) {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(blobId)), signal && { abortSignal: signal });
        return Body === undefined ? undefined : endedBy(Body as Readable, signal);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async remove(blobId) {
      await client.send(new DeleteObjectCommand(at(blobId)));
    },
    // A broken-off upload in parts is aborted by lib-storage; after a crash by the bucket's own lifecycle rule.
    sweep: () => Promise.resolve(0),
    async ping() {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    },
    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

/** 507 Insufficient Storage, or a quota of the bucket: AWS has neither, servers of one's own do. */
const isFull = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (error.$metadata.httpStatusCode === 507 ||
    /^(XMinioStorageFull|XMinioAdminBucketQuotaExceeded|QuotaExceeded)$/.test(error.name));

/** The SDK forgets the signal once the answer has begun; its socket is given back with the stream. */
function endedBy(body: Readable, signal: AbortSignal | undefined): Bytes {
  const end = (): void => void body.destroy();
  // What is destroyed while nobody reads it tells nobody, and ends no process.
  body.on('error', () => undefined);
  signal?.addEventListener('abort', end, { once: true });
  body.once('close', () => signal?.removeEventListener('abort', end));
  if (signal?.aborted === true) end();
  return body;
}

/** Nobody has said how much comes: up to 5 MiB are held at once. */
async function putInParts(
  client: S3Client,
  params: { Bucket: string; Key: string; Body: Readable; ContentType: string },
  signal: AbortSignal,
): Promise<void> {
  const upload = new Upload({ client, params, queueSize: 1 });
  const abort = (): void => void upload.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await upload.done();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
