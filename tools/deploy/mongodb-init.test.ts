/** The script that makes the replica set, in Kubernetes and by compose, against servers that come when they like. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { root } from '../paths.ts';

const SCRIPT = readFileSync(join(root, 'k8s/components/mongodb/init.js'), 'utf8');
const HOSTS = ['a:1', 'b:1', 'c:1'] as const;

interface Config {
  _id: string;
  version: number;
  members: { _id: number; host: string }[];
}

type Command = Readonly<Record<string, unknown>>;

/** Servers as far as the script asks them: when they answer, who knows which set, who is its primary. */
class Servers {
  /** Milliseconds since the script was started. */
  now = 0;
  config: Config | undefined;
  /** Those that have heard of the set. */
  readonly knowing = new Set<string>();
  readonly initiated: string[] = [];
  /** Members of the set each time that it was changed. */
  readonly sizes: number[] = [];
  primaryAt = Number.POSITIVE_INFINITY;
  /** Answers that are refused before one is given. */
  refusals = 0;
  readonly comes: Readonly<Record<string, number>>;

  constructor(comes: Readonly<Record<string, number>>) {
    this.comes = comes;
  }

  /** A set that has been running. */
  has(...hosts: readonly string[]): this {
    this.config = { _id: 'rs0', version: 1, members: hosts.map((host, _id) => ({ _id, host })) };
    for (const host of hosts) this.knowing.add(host);
    this.primaryAt = 0;
    return this;
  }

  run(): readonly string[] {
    const said: string[] = [];
    const globals = {
      process: { env: { MONGODB_MEMBERS: HOSTS.join(',') } },
      Date: { now: () => this.now },
      Mongo: mongoOf(this),
      sleep: (ms: number) => (this.now += ms),
      print: (text: string) => said.push(text),
    };
    runInNewContext(SCRIPT, globals, { timeout: 5000 });
    return said;
  }

  answer(host: string, command: Command): unknown {
    if (this.now < (this.comes[host] ?? 0)) throw new Error(`connect ECONNREFUSED ${host}`);
    if ('hello' in command) return { ok: 1, isWritablePrimary: this.#isPrimary(host) };
    if ('replSetGetConfig' in command) return this.#configAt(host);
    if ('replSetInitiate' in command) this.#initiate(host, command['replSetInitiate'] as Config);
    if ('replSetReconfig' in command) this.#change(command['replSetReconfig'] as Config);
    return { ok: 1 };
  }

  #isPrimary(host: string): boolean {
    const first = this.config?.members.find((member) => this.knowing.has(member.host));
    return first?.host === host && this.now >= this.primaryAt;
  }

  #configAt(host: string): unknown {
    if (this.knowing.has(host)) return { ok: 1, config: structuredClone(this.config) };
    throw Object.assign(new Error('no replset config has been received'), { code: 94 });
  }

  #initiate(host: string, config: Config): void {
    this.initiated.push(host);
    this.#change(config);
    this.primaryAt = this.now + 5000;
  }

  #change(config: Config): void {
    if (this.refusals-- > 0) throw new Error('the config before is not committed yet');
    const late = config.members.find(({ host }) => this.now < (this.comes[host] ?? 0));
    if (late !== undefined) throw new Error(`NodeNotFound: ${late.host}`);
    this.config = config;
    this.sizes.push(config.members.length);
    for (const { host } of config.members) this.knowing.add(host);
  }
}

function mongoOf(servers: Servers): unknown {
  return function Mongo(address: string) {
    const host = /^mongodb:\/\/([^/]+)\//.exec(address)?.[1] ?? '';
    return { getDB: () => ({ runCommand: (command: Command) => servers.answer(host, command) }) };
  };
}

describe('the script that makes the replica set', () => {
  it('waits for every member, and for a primary', () => {
    const servers = new Servers({ 'b:1': 30_000, 'c:1': 90_000 });
    expect(servers.run().at(-1)).toBe('The replica set rs0 has a primary and 3 members.');
    expect(servers.initiated).toEqual(['a:1']);
    expect(servers.config?.members.map(({ host }) => host)).toEqual([...HOSTS]);
    expect(servers.now).toBeGreaterThanOrEqual(95_000);
  });

  it('only looks the second time', () => {
    const servers = new Servers({}).has(...HOSTS);
    servers.run();
    expect([servers.initiated, servers.sizes]).toEqual([[], []]);
  });

  it('makes three of one, one member at a time, and asks again when it is refused', () => {
    const servers = new Servers({ 'c:1': 10_000 }).has('a:1');
    servers.refusals = 2;
    servers.run();
    expect([servers.initiated, servers.sizes]).toEqual([[], [2, 3]]);
  });

  it('makes no second set when the first member has lost its disk', () => {
    const servers = new Servers({}).has(...HOSTS);
    servers.knowing.delete('a:1');
    servers.run();
    expect(servers.initiated).toEqual([]);
  });

  it('gives up after ten minutes, so that whoever runs it can say so', () => {
    expect(() => new Servers({ 'c:1': Number.POSITIVE_INFINITY }).run()).toThrow(
      'waiting for c:1: not within ten minutes',
    );
  });
});
