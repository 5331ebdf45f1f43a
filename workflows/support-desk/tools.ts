import { createDocsSearch, defineTool, ToolError } from '@colloquy/workflows';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findOrder } from './orders.ts';
import { refundsOf } from './refunds.ts';

const docs = createDocsSearch(fileURLToPath(new URL('../../', import.meta.url)));
const orderId = z.string().min(1).describe('The number of the order, such as A-1001');

export const lookupOrder = defineTool({
  name: 'lookup_order',
  description: 'Looks an order up: what was bought, for how much, where it is, and whether money went back.',
  idempotent: true,
  timeoutMs: 10_000,
  input: z.object({ orderId }),
  async run(input, { chatId }) {
    const order = await findOrder(input.orderId);
    const refund = await refundsOf(chatId).find(order.orderId);
    return refund === undefined ? order : { ...order, refundedUsd: refund.amountUsd };
  },
});

export const refundOrder = defineTool({
  name: 'refund_order',
  description: 'Pays money back for an order, at most what was paid, once an order. A person approves it first.',
  approval: 'required',
  idempotent: false,
  onInterrupted: 'ask',
  timeoutMs: 30_000,
  input: z.object({
    orderId,
    amount: z.number().positive().multipleOf(0.01).describe('US dollars to pay back'),
    reason: z.string().min(1).describe('Why, in one sentence'),
  }),
  async run({ orderId: given, amount, reason }, { chatId, idempotencyKey, progress }) {
    const order = await findOrder(given);
    if (amount > order.totalUsd)
      throw new ToolError(`Order ${order.orderId} cost ${order.totalUsd} USD: no more than that can be paid back.`);
    progress(`Paying ${amount} USD back for order ${order.orderId}`);
    const refund = { refundId: idempotencyKey, orderId: order.orderId, amountUsd: amount, reason };
    return { refunded: true, ...(await refundsOf(chatId).make(refund)) };
  },
});

export const searchDocs = defineTool({
  name: 'search_docs',
  description: 'Searches the documentation of the product. Gives the passages that fit best, each with its file.',
  idempotent: true,
  timeoutMs: 10_000,
  input: z.object({ query: z.string().min(1).describe('What goes wrong or is to be found, in a few words') }),
  async run({ query }) {
    const results = await docs.search(query);
    return results.length > 0 ? { results } : { results, note: 'Nothing fits. Try other words.' };
  },
});
