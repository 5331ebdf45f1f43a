import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { CHAT, MINUTE, OTHER, uploaded, worldOver, type World } from './fixtures/erase-world.ts';

function createWorld(): World {
  const clock = new VirtualClock();
  return worldOver({ clock, ids: seededIds(1, () => clock.now()) });
}

const naming = (fileId: string): NewEvent => ({
  type: 'user_message',
  commandId: `command-of-${fileId}`,
  messageId: `message-of-${fileId}`,
  text: 'see',
  by: 'ada',
  attachments: [{ fileId, name: 'a.txt', type: 'text/plain', size: 10 }],
});

describe('sweeping files', () => {
  it('takes what no chat has had for a day, and what no message of its chat names', async () => {
    const world = createWorld();
    await world.project('one');
    const appender = await world.begin();
    const ada = { ownerId: 'ada' };
    const names = ['file-kept-00-0001', 'file-loose-0-0001', 'file-never-0-0001', 'file-other-0-0001'] as const;
    for (const name of names) await uploaded(world, name);
    await world.clock.run(world.files.attach(ada, [names[0], names[3]], CHAT));
    await world.clock.run(world.files.attach(ada, [names[2]], OTHER));
    await world.say(appender, naming(names[0]));
    for (const name of ['one', 'two']) world.sweep(name);
    await world.clock.advance(20 * 60 * MINUTE);
    expect(world.blobs.size).toBe(4);
    await world.clock.advance(8 * 60 * MINUTE);
    const left = await Promise.all(names.map((name) => world.clock.run(world.files.head(ada, name))));
    expect(left.map((file) => file?.fileId)).toEqual([names[0], undefined, undefined, undefined]);
    expect(world.blobs.size).toBe(1);
    expect(world.swept.length).toBeGreaterThan(40);
    expect(world.swept.reduce((all, files) => all + files)).toBe(3);
  });

  it('takes nothing of a chat whose command still waits, or was given up and may be put back', async () => {
    const world = createWorld();
    await world.begin();
    const ada = { ownerId: 'ada' };
    const [waits, parked, aged] = ['file-waits-0-0001', 'file-parked-0-001', 'file-aged-00-0001'] as const;
    for (const name of [waits, parked, aged]) await uploaded(world, name);
    await world.clock.run(world.files.attach(ada, [waits], CHAT));
    await world.clock.run(world.files.attach(ada, [parked, aged], OTHER));
    const command = (chatId: string, fileId: string) => ({
      ...{ v: 1 as const, kind: 'message' as const, commandId: world.ids.uuid(), chatId, userId: 'ada' },
      ...{ at: new Date(world.clock.now()).toISOString(), messageId: world.ids.uuid(), text: 'see' },
      attachments: [{ fileId, name: 'a.txt', type: 'text/plain', size: 10 }],
    });
    await world.clock.run(world.writer.commands.publish(command(OTHER, parked)));
    const consuming = await world.clock.run(world.writer.commands.consume((delivery) => delivery.park('a test')));
    await world.clock.advance(1000);
    await world.clock.run(consuming.close());
    await world.clock.run(world.writer.commands.publish(command(CHAT, waits)));
    // In the store only: the log has let go of it.
    const event: ChatEvent = { ...naming(aged), seq: 1, at: new Date(world.clock.now()).toISOString() };
    const at = { chatId: OTHER, ownerId: 'ada', epoch: 'gone', streamSeq: 1 };
    await world.clock.run(world.store.insertEvents([{ event, ...at }]));
    world.sweep('one');
    await world.clock.advance(40 * 60 * MINUTE);
    const there = async (fileId: string) => (await world.clock.run(world.files.head(ada, fileId))) !== undefined;
    expect([await there(waits), await there(parked), await there(aged)]).toEqual([true, true, true]);
    const [left] = await world.clock.run(world.writer.parked.list());
    await world.clock.run(world.writer.parked.drop(left?.streamSeq ?? 0));
    await world.clock.advance(60 * MINUTE);
    expect([await there(waits), await there(parked), await there(aged)]).toEqual([true, false, true]);
  });
});
