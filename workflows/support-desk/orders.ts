import { readFile } from 'node:fs/promises';
import { ToolError } from '@colloquy/workflows';
import { z } from 'zod';

const orderSchema = z.object({
  orderId: z.string(),
  customer: z.string(),
  placedOn: z.string(),
  status: z.string(),
  items: z.array(z.string()),
  totalUsd: z.number(),
});

/** An order of the shop. */
export type Order = z.infer<typeof orderSchema>;

/** Finds an order by its number, as people write it; throws with what to do when there is none. */
export async function findOrder(given: string): Promise<Order> {
  const orders = z
    .array(orderSchema)
    .parse(JSON.parse(await readFile(new URL('orders.json', import.meta.url), 'utf8')));
  const wanted = given.trim().replace(/^#/, '').toUpperCase();
  const order = orders.find(({ orderId }) => orderId === wanted);
  if (order === undefined)
    throw new ToolError(`There is no order "${given}". Order numbers look like A-1001: ask the person to check it.`);
  return order;
}
