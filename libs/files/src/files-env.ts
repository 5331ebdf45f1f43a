import { z } from 'zod';

/** Settings of every service that touches files: where their bytes are. Without a bucket they are in NATS. */
export const filesEnv = {
  /** Bucket of S3 that holds the files. */
  FILES_S3_BUCKET: z.string().min(1).optional(),
  /** Address of an S3-compatible server; without it AWS. */
  FILES_S3_ENDPOINT: z.url('must be an address like https://s3.example.com').optional(),
  FILES_S3_REGION: z.string().min(1).optional(),
  /** Without both: what the AWS SDK finds, such as the role of the machine. */
  FILES_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  FILES_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
} as const;
