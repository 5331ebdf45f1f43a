import { attachmentSchema } from '@colloquy/contracts';
import { z } from 'zod';
import type { StoredFile } from './ports.ts';

/** So long after its last sign of life an upload has broken off. */
const LAPSE_MS = 15_000;
/** Records of before uploads gave signs of life: longer than any upload took. */
const SIGNLESS_MS = 60 * 60 * 1000;

const recordSchema = attachmentSchema.extend({
  v: z.literal(1),
  createdAt: z.string(),
  chats: z.array(z.string()),
  /** `coming`: its bytes may not be there yet. `going`: they may not be there any more. */
  state: z.enum(['coming', 'here', 'going']),
  /** Under what its bytes are. */
  blobId: z.string(),
  /** While it comes: when the process that takes it was last alive. */
  aliveAt: z.string().optional(),
  /** While it comes: how many bytes it may have. */
  reserved: z.int().nonnegative().optional(),
  /** While it comes: true once its owner's quota has room for it. */
  admitted: z.boolean().optional(),
  /** When a message named it last, as far as a chat was doubted then. */
  attachedAt: z.string().optional(),
  /** When it was uploaded again, under the same key. */
  renewedAt: z.string().optional(),
  /** Chats that were to have it, of which nobody has seen yet that a message of theirs names it. */
  unsure: z.array(z.string()).optional(),
  /** Of before `unsure`: true when no chat is doubted. */
  sure: z.boolean().optional(),
});

/** What is written down of a file. */
export type FileRecord = z.infer<typeof recordSchema>;

/** Reads what was written down. @throws ZodError when it is no record */
export function parseRecord(text: string): FileRecord {
  const { sure, ...record } = recordSchema.parse(JSON.parse(text));
  return { ...record, unsure: record.unsure ?? (sure === true ? [] : record.chats) };
}

/** What others see of it. */
export function storedFile({ fileId, name, type, size, createdAt, chats }: FileRecord): StoredFile {
  return { fileId, name, type, size, createdAt, chats };
}

/** When somebody last wanted it, in ms since the epoch: it was uploaded, uploaded again, or named by a message. */
export function lastWanted({ createdAt, attachedAt, renewedAt }: FileRecord): number {
  return Math.max(...[createdAt, attachedAt, renewedAt].flatMap((at) => (at === undefined ? [] : Date.parse(at))));
}

/** True for an upload whose process has given no sign of life for too long. */
export function isLapsed({ state, createdAt, aliveAt }: FileRecord, now: number): boolean {
  if (state !== 'coming') return false;
  return aliveAt === undefined ? now - Date.parse(createdAt) > SIGNLESS_MS : now - Date.parse(aliveAt) > LAPSE_MS;
}
