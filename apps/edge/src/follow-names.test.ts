import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing/virtual-clock';
import { followNames, type Lookup } from './follow-names.ts';
import { InstancePool } from './instance-pool.ts';

describe('followNames', () => {
  function follow(urls: readonly string[], lookup: Lookup) {
    const clock = new VirtualClock();
    const pool = new InstancePool('web', urls, { now: () => clock.monotonic() });
    const stop = followNames({ urls, replace: (found) => pool.replace(found) }, { clock, lookup });
    return { clock, pool, stop, asked: () => [...pool.order()].sort() };
  }

  it('asks all instances behind a name, and learns when they become more or fewer', async () => {
    let hosts = ['10.0.0.2'];
    const { clock, asked } = follow(['http://web:4080'], async () => hosts);
    await clock.advance(0);
    expect(asked()).toEqual(['http://10.0.0.2:4080']);
    hosts = ['10.0.0.2', '10.0.0.3', '[fd00::4]'];
    await clock.advance(2000);
    expect(asked()).toEqual(['http://10.0.0.2:4080', 'http://10.0.0.3:4080', 'http://[fd00::4]:4080']);
    hosts = ['10.0.0.3'];
    await clock.advance(2000);
    expect(asked()).toEqual(['http://10.0.0.3:4080']);
  });

  it('keeps what it knows while a name cannot be looked up, and the name itself until it could', async () => {
    let up = false;
    const { clock, asked } = follow(['http://web', 'http://127.0.0.1:1'], async () => {
      if (!up) throw new Error('EAI_AGAIN');
      return ['10.0.0.2'];
    });
    await clock.advance(10);
    expect(asked()).toEqual(['http://127.0.0.1:1', 'http://web']);
    up = true;
    await clock.advance(2000);
    expect(asked()).toEqual(['http://10.0.0.2', 'http://127.0.0.1:1']);
    up = false;
    await clock.advance(4000);
    expect(asked()).toEqual(['http://10.0.0.2', 'http://127.0.0.1:1']);
  });

  it('keeps the addresses however long the name server is away, and drops them when it says that the name is unknown', async () => {
    let code = '';
    const { clock, asked } = follow(['http://web:1'], async () => {
      if (code !== '') throw Object.assign(new Error(code), { code });
      return ['10.0.0.2'];
    });
    await clock.advance(0);
    code = 'EAI_AGAIN';
    await clock.advance(60_000);
    expect(asked()).toEqual(['http://10.0.0.2:1']);
    code = 'ENOTFOUND';
    await clock.advance(8000);
    expect(asked()).toEqual(['http://10.0.0.2:1']);
    await clock.advance(2000);
    expect(asked()).toEqual(['http://web:1']);
    code = '';
    await clock.advance(2000);
    expect(asked()).toEqual(['http://10.0.0.2:1']);
  });

  it.each(['t', 'http', 'p', 'web'])('puts the address where the name is: %s', async (name) => {
    const { clock, asked } = follow([`http://${name}:80`, `http://${name}/${name}`], async () => ['10.0.0.2']);
    await clock.advance(0);
    expect(asked()).toEqual(['http://10.0.0.2', `http://10.0.0.2/${name}`]);
  });

  it('looks nothing up where there is no name to follow, and nothing more once it is stopped', async () => {
    let looks = 0;
    const lookup: Lookup = async () => {
      looks += 1;
      return ['10.0.0.2'];
    };
    const fixed = follow(['http://127.0.0.1:1', 'http://[::1]:2', 'http://localhost:3', 'https://web.example'], lookup);
    await fixed.clock.advance(10_000);
    expect(looks).toBe(0);
    const { clock, stop } = follow(['http://web:1'], lookup);
    await clock.advance(2000);
    expect(looks).toBe(2);
    stop();
    await clock.advance(10_000);
    expect(looks).toBe(2);
  });
});
