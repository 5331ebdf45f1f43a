import { MAX_COMMIT_BYTES, WIRE_VERSION, type ChatEvent, type Commit } from '@colloquy/contracts';
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

/** Events that have their places already, in as few commits as hold them. */
export function packEvents(chatId: string, events: readonly ChatEvent[]): readonly Commit[] {
  const commits: Commit[] = [];
  let room = 0;
  for (const event of events) {
    const bytes = jsonBytes(event) + 1;
    const last = commits.at(-1);
    if (last !== undefined && bytes <= room) last.events.push(event);
    else commits.push({ v: WIRE_VERSION, chatId, events: [event] });
    room = (last !== undefined && bytes <= room ? room : MAX_COMMIT_BYTES - envelopeBytes(chatId)) - bytes;
  }
  return commits;
}

/** True when the batch fits into a commit of its own; one that does not must be cut before it is appended. */
export function batchFits(chatId: string, batch: AppendBatch): boolean {
  return envelopeBytes(chatId) + batchBytes(batch) <= MAX_COMMIT_BYTES;
}
