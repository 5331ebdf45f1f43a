import { describe, expect, it } from '@jest/globals';
import { VirtualClock, seededIds } from '@colloquy/testing';
import { problemOf, World } from './fixtures/api-world.ts';

const SHARE = 'share-0000-0000-0001';
const LARGE = 900_000;
const FILES = ['file-0000-0000-0001', 'file-0000-0000-0002'] as const;

/** A shared chat whose message has the first of Ann's two files. */
async function shared(large = false) {
  const world = World.over(new VirtualClock(), seededIds);
  const owner = { ownerId: 'ann' };
  for (const fileId of FILES) {
    const bytes = (async function* () {
      yield await Promise.resolve(new TextEncoder().encode(fileId));
      if (large) for (let at = 0; at < 9; at += 1) yield new Uint8Array(LARGE / 9);
    })();
    const upload = { owner, fileId, name: 'a.txt', bytes, type: () => 'text/plain', maxBytes: 2 * LARGE };
    await world.clock.run(world.parts.files.store.put(upload));
  }
  const body = { workflow: 'assistant', message: 'see', attachments: [FILES[0]] };
  const { chatId } = await world.call<{ chatId: string }>('createChat', { body });
  await world.append(chatId, [{ type: 'share_changed', shareId: SHARE, by: 'ann', commandId: world.ids.uuid() }]);
  await world.persist(chatId);
  const get = (fileId: string, shareId = SHARE) =>
    world.call<AsyncIterable<Uint8Array>>('getSharedFile', { userId: '', params: { shareId, fileId } });
  return { world, chatId, get };
}

describe('a file of a shared chat', () => {
  it('is given to whoever has the link, and no other file of its owner is', async () => {
    const { get } = await shared();
    const pieces: Uint8Array[] = [];
    for await (const piece of await get(FILES[0])) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(FILES[0]);
    expect(await problemOf(get(FILES[1]))).toMatchObject({ status: 404, code: 'file_not_found' });
    expect(await problemOf(get(FILES[0], 'share-0000-0000-0002'))).toMatchObject({ status: 404 });
  });

  it('is gone with the link', async () => {
    const { world, chatId, get } = await shared();
    await world.append(chatId, [{ type: 'share_changed', shareId: null, by: 'ann', commandId: world.ids.uuid() }]);
    expect(await problemOf(get(FILES[0]))).toMatchObject({ status: 404, code: 'link_not_found' });
  });

  it('ends in its middle when the link is withdrawn while somebody reads it', async () => {
    const { world, chatId, get } = await shared(true);
    const [all, cut] = [await get(FILES[0]), await get(FILES[0])];
    let bytes = 0;
    for await (const piece of all) bytes += piece.length;
    expect(bytes).toBeGreaterThan(LARGE);
    const reader = cut[Symbol.asyncIterator]();
    const first = await reader.next();
    bytes = first.done === true ? 0 : first.value.length;
    await world.append(chatId, [{ type: 'share_changed', shareId: null, by: 'ann', commandId: world.ids.uuid() }]);
    await world.clock.advance(2000);
    const rest = (async () => {
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) bytes += next.value.length;
    })();
    await expect(world.clock.run(rest)).rejects.toMatchObject({ code: 'link_not_found' });
    expect(bytes).toBeLessThan(LARGE);
    expect(world.outcomes).toEqual(['whole', 'link_not_found']);
  });
});
