/** Files that people give with messages: NATS Object Store, S3, and a twin in memory. */
export type {
  BlobStore,
  Bytes,
  FileOwner,
  FileStore,
  LooseFiles,
  OpenFile,
  StoredFile,
  SweepOptions,
  Upload,
} from './ports.ts';
export {
  EmptyFileError,
  FileExistsError,
  FilesFullError,
  FilesQuotaError,
  FilesUnavailableError,
  FileTooLargeError,
  FileTypeError,
  UnknownFileError,
} from './errors.ts';
export { checkContent, FILE_TYPES, type CheckedContent } from './check-content.ts';
export { createFileStore, type FileStoreParts } from './create-file-store.ts';
export { filesEnv } from './files-env.ts';
export { createMemoryBlobs } from './memory-blobs.ts';
export { connectNatsBlobs } from './nats-blobs.ts';
export { openBlobs, type FilesEnv } from './open-blobs.ts';
export { createS3Blobs, type S3Settings } from './s3-blobs.ts';
export { timelyBytes, type Patience } from './timely-bytes.ts';
