import { describe, expect, it } from '@jest/globals';
import { ByteRoom } from './byte-room.ts';

const never = new AbortController().signal;

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('room for large requests', () => {
  it('lets as many in as fit, the others in the order of asking', async () => {
    const room = new ByteRoom(10);
    const order: string[] = [];
    const take = async (name: string, bytes: number): Promise<() => void> => {
      const give = await room.take(bytes, never);
      order.push(name);
      return give;
    };
    const a = await take('a', 6);
    const b = take('b', 6);
    const c = take('c', 2);
    await settle();
    // c would fit, but b was first: who asks for much is not passed for ever.
    expect(order).toEqual(['a']);
    a();
    a();
    (await b)();
    (await c)();
    expect(order).toEqual(['a', 'b', 'c']);
    (await take('d', 10))();
  });

  it('gives all of it to what is larger than all of it, alone', async () => {
    const room = new ByteRoom(10);
    const give = await room.take(50, never);
    let entered = false;
    const small = room.take(1, never).then((back) => {
      entered = true;
      return back;
    });
    await settle();
    expect(entered).toBe(false);
    give();
    (await small)();
  });

  it('lets who has given up leave the line', async () => {
    const room = new ByteRoom(10);
    const give = await room.take(10, never);
    const stop = new AbortController();
    const gone = room.take(10, stop.signal);
    const next = room.take(1, never);
    stop.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    await expect(room.take(1, stop.signal)).rejects.toThrow('stopped');
    give();
    (await next)();
  });
});
