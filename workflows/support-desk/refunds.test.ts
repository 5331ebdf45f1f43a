import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOrder } from './orders.ts';
import { refundsOf } from './refunds.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'support-desk-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const refund = (refundId: string, orderId = 'A-1001') => ({ refundId, orderId, amountUsd: 10, reason: 'broken' });

describe('refunds', () => {
  it('P3: the same key again is the same refund, not a second one', async () => {
    const refunds = refundsOf('chat-1', dir);
    const first = await refunds.make(refund('key-1'));
    expect(await refunds.make({ ...refund('key-1'), amountUsd: 99 })).toEqual(first);
    expect(await refunds.find('A-1001')).toEqual(first);
  });

  it('refuses a second refund of an order', async () => {
    await expect(refundsOf('chat-1', dir).make(refund('key-2'))).rejects.toThrow(/refunded before: 10 USD/);
  });

  it('makes one refund of many attempts at once', async () => {
    const refunds = refundsOf('chat-2', dir);
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    const outcomes = await Promise.allSettled(keys.map((key) => refunds.make(refund(key))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(path.join(dir, 'chat-2'))).toEqual(['A-1001.json']);
  });

  it('keeps chats apart', async () => {
    expect(await refundsOf('chat-3', dir).find('A-1001')).toBeUndefined();
  });
});

describe('findOrder', () => {
  it('takes a number as people write it, and says what to do about another', async () => {
    expect(await findOrder(' #a-1002 ')).toMatchObject({ orderId: 'A-1002', totalUsd: 129 });
    await expect(findOrder('7')).rejects.toThrow(/no order "7".*A-1001/);
  });
});
