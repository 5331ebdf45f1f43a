import { MAX_COMMIT_BYTES, WIRE_VERSION } from '@colloquy/contracts';
import type { AppendBatch } from './ports.ts';

/** `"seq":<16 digits>,"at":"2026-01-01T00:00:00.000Z",` is added to each event when its commit is built. */
const PLACED_BYTES = 56;

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Bytes of a commit's JSON around its events and deltas. */
export function envelopeBytes(chatId: string): number {
  return jsonBytes({ v: WIRE_VERSION, chatId, events: [], deltas: [] });
}

/** Upper bound of the bytes that the batch takes within a commit. */
export function batchBytes({ events = [], deltas = [] }: AppendBatch): number {
  return jsonBytes(events) + events.length * PLACED_BYTES + jsonBytes(deltas);
}

/** True when the batch fits into a commit of its own; one that does not must be cut before it is appended. */
export function batchFits(chatId: string, batch: AppendBatch): boolean {
  return envelopeBytes(chatId) + batchBytes(batch) <= MAX_COMMIT_BYTES;
}
