import { expect } from '@jest/globals';
import type { WorkflowDefinition } from '@colloquy/contracts';
import { EMPTY_LOG, type LogDelivery, type Messaging, type ParkedMessage } from '@colloquy/messaging';
import type { Declare, World } from './messaging-world.ts';

const definition: WorkflowDefinition = {
  name: 'sample',
  title: 'Sample',
  description: 'One agent',
  starters: ['Hello'],
  pattern: { kind: 'round_robin', initialAgent: 'agent', maxRounds: 3 },
  agents: [
    {
      name: 'agent',
      title: 'Agent',
      description: 'Answers',
      systemMessage: 'Answer.',
      model: 'default',
      parameters: { temperature: 0 },
      tools: [],
      handoffs: [],
      askPerson: false,
    },
  ],
  tools: [],
  variables: { city: 'Bern' },
  limits: { maxTurns: 10, maxToolCalls: 10 },
  onNewInput: 'queue',
  sequentialTools: false,
};

/** Durables of the log, and the bucket. */
export function describeConsumers(promise: Declare): void {
  promise('a new consumer gets every commit from the first on, and those it does not acknowledge again', async (w) => {
    const messaging = await w.connect();
    const writer = messaging.log.open(w.chatId, EMPTY_LOG);
    const consumer = await messaging.consumer(`suite-${w.nameOf('x').replaceAll(/[^a-z0-9]/g, '')}`);
    for (let i = 1; i <= 20; i += 1) await writer.append({ events: [w.renamed(String(i))] });
    await w.until(async () => (await consumer.lagMs()) > 0, 'the oldest has waited');
    const mine: LogDelivery[] = [];
    const pull = async (): Promise<void> => {
      for (const delivery of await consumer.pull({ count: 256, waitMs: 50 })) {
        if (delivery.commit.chatId !== w.chatId) delivery.ack();
        else if (delivery.deliveryCount === 1 && delivery.commit.events[0]?.seq === 5) delivery.nak(200);
        else {
          mine.push(delivery);
          delivery.ack();
        }
      }
    };
    while (mine.length < 20) await pull();
    expect(mine.map(({ commit }) => commit.events[0]?.seq).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(mine[0]).toMatchObject({ epoch: await messaging.log.epoch(), deliveryCount: 1 });
    await w.until(async () => (await consumer.lag()) === 0, 'nothing is left');
    await w.until(async () => (await consumer.lagMs()) === 0, 'nothing has waited');
  });

  promise('a malformed commit is parked and the rest goes on; it is listed, shown, counted and dropped', async (w) => {
    const messaging = await w.connect();
    const { parked } = messaging;
    const one = await parkedCommit(w, messaging);
    expect(one).toMatchObject({ payload: 'no commit', subject: `chat.${w.chatId}` });
    const { streamSeq, consumer, reason, subject } = one;
    expect(await parked.show(streamSeq)).toEqual(one);
    expect(one.headers).toMatchObject({ 'Colloquy-Reason': reason, 'Colloquy-Subject': subject });
    expect((await parked.counts()).get(consumer)).toBe(1);
    await expect(parked.retry(streamSeq)).rejects.toThrow('rebuild');
    await parked.drop(streamSeq);
    expect((await parked.counts()).has(consumer)).toBe(false);
    await expect(parked.show(streamSeq)).rejects.toThrow(RangeError);
  });

  promise('the bucket of workflows gives back what was put', async (w) => {
    const [a, b] = [await w.connect('a'), await w.connect('b')];
    const hash = w.chatId.replaceAll('-', '');
    expect(await b.workflows.get(hash)).toBeUndefined();
    await a.workflows.put(hash, definition);
    await a.workflows.put(hash, definition);
    expect(await b.workflows.get(hash)).toEqual(definition);
    await expect(a.workflows.put('a.b', definition)).rejects.toThrow(RangeError);
  });
}

/** Puts a commit on the log that cannot be read, and consumes until it is parked. */
async function parkedCommit(w: World, messaging: Messaging): Promise<ParkedMessage> {
  const consumer = await messaging.consumer(`suite-${w.nameOf('y').replaceAll(/[^a-z0-9]/g, '')}`);
  await w.broker.inject(`chat.${w.chatId}`, 'no commit');
  for (let i = 0; i < 100; i += 1) {
    const found = (await messaging.parked.list()).find(({ chatId }) => chatId === w.chatId);
    if (found !== undefined) return found;
    for (const delivery of await consumer.pull({ count: 256, waitMs: 20 })) delivery.ack();
  }
  throw new Error('it was not parked');
}
