import { ToolError } from '@colloquy/workflows';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const refundSchema = z.object({
  refundId: z.string(),
  orderId: z.string(),
  amountUsd: z.number(),
  reason: z.string(),
});

/** A refund that was made. */
export type Refund = z.infer<typeof refundSchema>;

/**
 * The refunds of one chat, one file an order; each chat has a shop of its own, so that the demo can be tried again.
 *
 * A real shop calls its payment provider here and passes the idempotency key on. This stand-in keeps the promise that
 * matters, also across processes and crashes: a file appears whole and only once, so one key is one refund.
 */
export function refundsOf(chatId: string, dir = path.join(tmpdir(), 'colloquy-support-desk')) {
  const fileOf = (orderId: string): string => path.join(dir, chatId, `${orderId}.json`);
  const find = async (orderId: string): Promise<Refund | undefined> =>
    readFile(fileOf(orderId), 'utf8').then(
      (text) => refundSchema.parse(JSON.parse(text)),
      () => undefined,
    );
  return {
    /** The refund of an order, if there was one. */
    find,
    /** Makes the refund. The same `refundId` again gives the refund that it made; another one is refused. */
    async make(refund: Refund): Promise<Refund> {
      const file = fileOf(refund.orderId);
      const draft = `${file}.${refund.refundId}`;
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(draft, JSON.stringify(refund));
      await link(draft, file).catch((error: unknown) => {
        if (!isTaken(error)) throw error;
      });
      await rm(draft, { force: true });
      const made = await find(refund.orderId);
      if (made === undefined) throw new ToolError('The refund could not be recorded.');
      if (made.refundId !== refund.refundId)
        throw new ToolError(`Order ${refund.orderId} has been refunded before: ${made.amountUsd} USD.`);
      return made;
    },
  };
}

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
