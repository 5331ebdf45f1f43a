import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatHeader } from '@colloquy/contracts';
import {
  EMPTY_LOG,
  createMemoryBroker,
  type MemoryConnection,
  type MemoryFault,
  type MemoryTraffic,
} from '@colloquy/messaging';
import { StoreUnavailableError } from '@colloquy/store';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { ChatAccess, ChatNotFoundError } from './chat-access.ts';

let clock: VirtualClock;
let connection: MemoryConnection;
let chatId: string;
let reads: number;
let fault: (traffic: MemoryTraffic) => MemoryFault;
let header: () => Promise<ChatHeader | undefined>;
let access: ChatAccess;

const identity = (userId: string, tenantId?: string) => ({
  userId,
  guest: false,
  ...(tenantId === undefined ? {} : { tenantId }),
});
const check = (userId: string, tenantId?: string) => clock.run(access.check(identity(userId, tenantId), chatId));

beforeEach(() => {
  clock = new VirtualClock();
  const ids = seededIds(1);
  fault = () => 'none';
  reads = 0;
  const broker = createMemoryBroker({
    clock,
    ids,
    fault: (traffic) => {
      if (traffic.kind === 'read') reads += 1;
      return fault(traffic);
    },
  });
  connection = broker.connect('gateway');
  chatId = ids.uuid();
  header = () => Promise.resolve(undefined);
  access = new ChatAccess({ log: connection.log, store: { header: () => header() }, clock });
});

const create = (tenantId?: string) =>
  clock.run(
    connection.log.open(chatId, EMPTY_LOG).append({
      events: [
        {
          type: 'chat_created',
          ownerId: 'ann',
          workflow: 'w',
          variables: {},
          ...(tenantId === undefined ? {} : { tenantId }),
        },
      ],
    }),
  );

describe('ChatAccess', () => {
  it('O5: forgets an erased chat after ten minutes, and holds what it knows while nobody can tell', async () => {
    await create();
    await check('ann');
    await clock.run(connection.log.erase(chatId, 1));
    await check('ann');
    await clock.advance(10 * 60 * 1000);
    fault = () => 'lose';
    header = () => Promise.reject(new StoreUnavailableError('down'));
    await check('ann');
    fault = () => 'none';
    header = () => Promise.resolve(undefined);
    await expect(check('ann')).rejects.toThrow(ChatNotFoundError);
  });

  it('O1: lets the owner in, and tells everybody else that there is no such chat', async () => {
    await create();
    await expect(check('ann')).resolves.toBeUndefined();
    await expect(check('bob')).rejects.toThrow(ChatNotFoundError);
    await expect(check('ann', 'acme')).rejects.toThrow(ChatNotFoundError);
    await expect(check('')).rejects.toThrow(ChatNotFoundError);
  });

  it('O1: the owner of one tenant is not that of another', async () => {
    await create('acme');
    await expect(check('ann', 'acme')).resolves.toBeUndefined();
    await expect(check('ann')).rejects.toThrow(ChatNotFoundError);
    await expect(check('ann', 'other')).rejects.toThrow(ChatNotFoundError);
  });

  it('O2: works from the log with the database down', async () => {
    header = () => Promise.reject(new StoreUnavailableError('down'));
    await create();
    await expect(check('ann')).resolves.toBeUndefined();
  });

  it('O2: says that it cannot tell when the log has nothing and the database is down', async () => {
    header = () => Promise.reject(new StoreUnavailableError('down'));
    await expect(check('ann')).rejects.toThrow(StoreUnavailableError);
  });

  it('O3: asks the database for a chat that has left the log, or whose log cannot be read', async () => {
    header = () => Promise.resolve({ ownerId: 'ann' } as ChatHeader);
    await expect(check('ann')).resolves.toBeUndefined();
    access = new ChatAccess({ log: connection.log, store: { header }, clock });
    fault = () => 'lose';
    await expect(check('ann')).resolves.toBeUndefined();
  });

  it('O3: a missing row proves nothing while the log cannot be read', async () => {
    await create();
    fault = () => 'lose';
    await expect(check('ann')).rejects.toThrow('no answer');
  });

  it('O4: asks once, however many ask at once and later', async () => {
    await create();
    reads = 0;
    await clock.run(Promise.all(Array.from({ length: 50 }, () => access.check(identity('ann'), chatId))));
    await check('ann');
    expect(reads).toBe(1);
  });

  it('O2: a chat that was accepted while somebody asked for it is there for all who ask after its 202', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let asked = false;
    header = () => {
      asked = true;
      return promise;
    };
    const before = access.check(identity('ann'), chatId).catch((error: unknown) => error);
    await clock.runUntil(() => asked, { deadlineMs: 1000 });
    await create();
    reads = 0;
    const after = Array.from({ length: 50 }, () => access.check(identity('ann'), chatId));
    resolve(undefined);
    await expect(clock.run(Promise.all(after))).resolves.toHaveLength(50);
    expect(await before).toBeInstanceOf(ChatNotFoundError);
    expect(reads).toBe(1);
  });

  it('O4: what was not found is asked for again', async () => {
    await expect(check('ann')).rejects.toThrow(ChatNotFoundError);
    await create();
    await expect(check('ann')).resolves.toBeUndefined();
  });
});
