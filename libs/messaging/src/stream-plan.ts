import { DURABLES, FILES_BUCKET, STREAMS, WORKFLOWS_BUCKET } from '@colloquy/contracts';
import type { DurablePlan } from './broker-link.ts';
import { FILE_BYTES_STREAM, FILES_STREAM } from './file-records.ts';
import { WORKFLOWS_STREAM } from './workflow-bucket.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** One stream as it must be. */
export interface StreamPlan {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly workQueue: boolean;
  readonly duplicateWindowMs: number;
  /** 0: for ever. */
  readonly maxAgeMs: number;
  readonly messageTtl: boolean;
  readonly schedules: boolean;
  /** Takes several messages as one: all of them or none. */
  readonly atomic: boolean;
  readonly republish?: { readonly src: string; readonly dest: string };
  /** A KV bucket's stream: one value a key; an object store's: pieces of bytes. */
  readonly bucket: 'no' | 'values' | 'objects';
  /** What comes beyond is refused; undefined: as much as the server has. */
  readonly maxBytes?: number;
}

/** What an installation may choose. */
export interface PlanOptions {
  /** Copies of each stream: 1, or 3 in a cluster. Default 1. */
  readonly replicas?: number;
  /** Days that CHATS keeps a commit; older ones are in the database only. Default 30. */
  readonly maxAgeDays?: number;
  /** So many bytes of files NATS takes, in each copy; default: as many as it has room for. */
  readonly filesMaxBytes?: number;
}

const plain = { workQueue: false, messageTtl: false, schedules: false, atomic: false, bucket: 'no' as const };

/** The streams: CHATS, COMMANDS, PARKED, and those behind the buckets WORKFLOWS and FILES. */
export function streamPlans({ maxAgeDays = 30, filesMaxBytes }: PlanOptions = {}): readonly StreamPlan[] {
  return [
    {
      ...plain,
      name: STREAMS.chats,
      subjects: ['chat.*'],
      duplicateWindowMs: 2 * MINUTE_MS,
      maxAgeMs: maxAgeDays * DAY_MS,
      messageTtl: true,
      // A log that is restored appears whole or not at all.
      atomic: true,
      republish: { src: 'chat.*', dest: 'live.chat.{{wildcard(1)}}' },
    },
    {
      ...plain,
      name: STREAMS.commands,
      subjects: ['command.*', 'run.*', 'timer.*.*'],
      workQueue: true,
      duplicateWindowMs: 10 * MINUTE_MS,
      maxAgeMs: 0,
      messageTtl: true,
      schedules: true,
    },
    {
      ...plain,
      name: STREAMS.parked,
      subjects: ['parked.*.*'],
      duplicateWindowMs: 2 * MINUTE_MS,
      maxAgeMs: 30 * DAY_MS,
    },
    {
      ...plain,
      name: WORKFLOWS_STREAM,
      subjects: [`$KV.${WORKFLOWS_BUCKET}.>`],
      duplicateWindowMs: 2 * MINUTE_MS,
      maxAgeMs: 0,
      bucket: 'values',
    },
    {
      ...plain,
      name: FILES_STREAM,
      subjects: [`$KV.${FILES_BUCKET}.>`],
      duplicateWindowMs: 2 * MINUTE_MS,
      maxAgeMs: 0,
      bucket: 'values',
    },
    {
      ...plain,
      name: FILE_BYTES_STREAM,
      subjects: [`$O.${FILES_BUCKET}.C.>`, `$O.${FILES_BUCKET}.M.>`],
      duplicateWindowMs: 2 * MINUTE_MS,
      maxAgeMs: 0,
      bucket: 'objects',
      // Files that fill the disk would stop the log.
      ...(filesMaxBytes === undefined ? {} : { maxBytes: filesMaxBytes }),
    },
  ];
}

/** A consumer of the log under its own name; acks may be outstanding for several instances. */
export function logDurable(name: string): DurablePlan {
  return { stream: STREAMS.chats, durable: name, filter: 'chat.*', ackWaitMs: 10_000, maxAckPending: 16_384 };
}

/** The durables that are provisioned: a dead orchestrator is noticed after `ackWaitMs`. A command takes milliseconds, or
 * the second in which a hung owner is waited for. */
export const DURABLE_PLANS: readonly DurablePlan[] = [
  { stream: STREAMS.commands, durable: DURABLES.commands, filter: 'command.*', ackWaitMs: 3000, maxAckPending: -1 },
  { stream: STREAMS.commands, durable: DURABLES.runs, filter: 'run.*', ackWaitMs: 6000, maxAckPending: -1 },
  logDurable(DURABLES.persistence),
];
