import { describe, expect, it } from '@jest/globals';
import { commandSubject, WIRE_VERSION } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { createMemoryBroker } from './memory/memory-broker.ts';
import type { CommandDelivery } from './ports.ts';

/** A broker, somebody who takes commands, and one that a newer version sent. */
async function mixedVersions() {
  const clock = new VirtualClock();
  const ids = seededIds(3, () => clock.now());
  const broker = createMemoryBroker({ clock, ids });
  const messaging = broker.connect('an older orchestrator');
  const got: CommandDelivery[] = [];
  const consuming = messaging.commands.consume(async (delivery) => {
    got.push(delivery);
    await delivery.ack();
  });
  await clock.run(consuming);
  const [chatId, commandId, at] = [ids.uuid(), ids.uuid(), new Date(clock.now()).toISOString()];
  const newer = { v: WIRE_VERSION, chatId, commandId, userId: 'ada', at, kind: 'translate', to: 'eo' };
  const parked = () => clock.run(messaging.parked.list());
  const waiting = () => broker.messages('COMMANDS').filter(({ subject }) => subject === commandSubject(chatId));
  const inject = (command: object) => broker.inject(commandSubject(chatId), JSON.stringify(command));
  return { clock, got, newer, parked, waiting, inject };
}

describe('P2: a command of a kind that only a newer version knows', () => {
  it('waits a minute for one, since a deploy replaces one after the other, and is parked then', async () => {
    const { clock, got, newer, parked, waiting, inject } = await mixedVersions();
    inject(newer);
    await clock.advance(55_000);
    expect([got.length, (await parked()).length, waiting().length]).toEqual([0, 0, 1]);
    await clock.advance(10_000);
    expect([got.length, (await parked()).length, waiting().length]).toEqual([0, 1, 0]);
  });

  it('is parked at once when it is no command in any version, or one of ours that is wrong', async () => {
    const { clock, newer, parked, waiting, inject } = await mixedVersions();
    inject({ ...newer, commandId: 'no id' });
    inject({ ...newer, kind: 'rename', title: '' });
    await clock.advance(2000);
    expect([(await parked()).length, waiting().length]).toEqual([2, 0]);
  });
});
