import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.ts';
import { startOrder, topology } from './topology.ts';

describe('topology', () => {
  it('has every app by the name of its folder, and nothing else', () => {
    const apps = readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'package.json')));
    const named = topology.filter(({ kind }) => kind === 'node' || kind === 'next').map(({ name }) => name);
    expect(named.toSorted()).toEqual(apps.toSorted());
  });

  it('gives each service a port of its own with room for instances beside it, and one public one', () => {
    const ports = topology.map(({ port }) => port).toSorted((one, two) => one - two);
    for (const [at, port] of ports.entries()) expect((ports[at + 1] ?? Infinity) - port).toBeGreaterThanOrEqual(20);
    expect(topology.filter((service) => service.public).map(({ name }) => name)).toEqual(['edge']);
  });

  it('refers only to services that exist, and to entries inside their own folders', () => {
    const names = topology.map(({ name }) => name);
    for (const { name, needs, env, entry } of topology) {
      const referred = Object.values(env).flatMap((source) => ('of' in source ? [source.of] : []));
      expect(names).toEqual(expect.arrayContaining([...needs, ...referred]));
      if (entry !== undefined)
        expect(`${dirname(entry)}/`).toMatch(name === 'web' ? /^apps\// : new RegExp(`^apps/${name}/`));
    }
  });

  it('drains before it is killed', () => {
    for (const { env, graceMs } of topology) {
      const drain = env['DRAIN_MS'];
      if (drain?.kind === 'default') expect(graceMs).toBeGreaterThan(Number(drain.value));
    }
    // 5 s: each step of a drain that is late gets half a second more, and the process has to end.
    for (const { production } of topology)
      expect(production.graceMs).toBeGreaterThan(production.preStopMs + production.drainMs + 5000);
  });
});

describe('startOrder', () => {
  it('starts everything after what it needs', () => {
    const started = new Set<string>();
    for (const wave of startOrder(topology)) {
      for (const { needs } of wave) expect(needs.filter((need) => !started.has(need))).toEqual([]);
      for (const { name } of wave) started.add(name);
    }
    expect(started.size).toBe(topology.length);
  });

  it('leaves what is not there out of account', () => {
    const withoutWeb = topology.filter(({ name }) => name !== 'web');
    expect(startOrder(withoutWeb).flat()).toHaveLength(withoutWeb.length);
  });

  it('refuses a circle', () => {
    const [first] = topology;
    if (first === undefined) throw new Error('no services');
    const circle = [
      { ...first, name: 'a', needs: ['b'] },
      { ...first, name: 'b', needs: ['a'] },
    ];
    expect(() => startOrder(circle)).toThrow('need each other in a circle: a, b');
  });
});
