import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestNats, type TestNats } from '@colloquy/testing';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launch } from '../../tools/launcher/launch.ts';
import { topology } from '../../tools/topology.ts';
import { startOldNats, type OldNats } from './old-nats.ts';
import { runToEnd, type Ended } from './run-service.ts';

const BROKEN = `title: Desk
description: Two faults that a person makes
agents:
  - name: triage
    title: Triage
    system_message: Help.
    handoffs:
      - to: biling
        when: they ask about money
  - name: billing
    title: Billing
    system_message: Help.
`;

/** Services and whole systems that must not start: they end with 1 and say in words what to change. */
describe('a start that cannot succeed', () => {
  let folder: string;
  let nats: TestNats;
  let old: OldNats;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'colloquy-bad-'));
    nats = await startTestNats({ provision: false });
    old = await startOldNats('2.10.27');
  });

  afterAll(async () => {
    await Promise.all([nats.stop(), old.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** A folder with one workflow of this text. */
  async function workflows(text: string): Promise<string> {
    const dir = await mkdtemp(path.join(folder, 'workflows-'));
    await mkdir(path.join(dir, 'desk'));
    await writeFile(path.join(dir, 'desk', 'workflow.yaml'), text);
    return dir;
  }

  const shipped = path.join(import.meta.dirname, '..', '..', 'workflows');

  /** Runs the service in an environment that is right but for these variables; '' is not set. */
  function start(name: string, wrong: Readonly<Record<string, string>>): Promise<Ended> {
    return runToEnd(name, {
      NATS_URL: nats.url,
      // Nobody answers there, and nobody needs to: it is not what is wrong.
      MONGODB_URI: 'mongodb://127.0.0.1:9',
      WORKFLOWS_DIR: shipped,
      AUTH_SECRET: 'a secret that is long enough for HS256',
      DEMO_MODEL_URL: 'http://127.0.0.1:9/v1',
      ...wrong,
    });
  }

  /** It ended by itself with 1, and what it says is for a person: no stack trace, nothing twice. */
  function expectWords({ code, output }: Ended, ...words: readonly RegExp[]): void {
    expect(code).toBe(1);
    for (const each of words) expect(output).toMatch(each);
    expect(output).not.toMatch(/^\s+at /m);
    expect(output.match(/cannot start/g)).toHaveLength(1);
    expect(output.split('\n').length).toBeLessThan(12);
  }

  describe.each(['orchestrator', 'api-gateway'])('%s', (name) => {
    it('names file and line of YAML that cannot be read', async () => {
      const dir = await workflows('title: Desk\nagents:\n  - name: triage\n    tools: [lookup\n');
      expectWords(await start(name, { WORKFLOWS_DIR: dir }), /desk\/workflow\.yaml:\d+:\d+ not valid YAML/);
    });

    it('names file and line of every fault of a workflow', async () => {
      const dir = await workflows(BROKEN);
      const ended = await start(name, { WORKFLOWS_DIR: dir });
      expectWords(ended, /desk\/workflow\.yaml:8:\d+ .*biling/);
    });

    it('says that there is no such folder of workflows, or that it holds none', async () => {
      const none = path.join(folder, 'nowhere');
      expectWords(await start(name, { WORKFLOWS_DIR: none }), /nowhere.* WORKFLOWS_DIR must name the folder/);
      const empty = await mkdtemp(path.join(folder, 'empty-'));
      expectWords(await start(name, { WORKFLOWS_DIR: empty }), /empty-.* has no workflow: .*workflow\.yaml/);
      expectWords(await start(name, { WORKFLOWS_DIR: '' }), /WORKFLOWS_DIR: is not set/);
    });
  });

  it.each(['api-gateway', 'realtime-gateway'])('%s says how long AUTH_SECRET must be, not what it is', async (name) => {
    const ended = await start(name, { AUTH_SECRET: 'hunter2' });
    expectWords(ended, /AUTH_SECRET: must have at least 32 characters/);
    expect(ended.output).not.toContain('hunter2');
  });

  it('a service says every fault of its environment at once', async () => {
    const ended = await start('api-gateway', { AUTH_SECRET: '', AUTH_MODE: 'none', NATS_URL: '', PORT: '70000' });
    expectWords(
      ended,
      /4 faults/,
      /AUTH_SECRET: is not set/,
      /AUTH_MODE: must be guest or jwt/,
      /NATS_URL: is not set/,
      /PORT: /,
    );
  });

  it('the orchestrator says which variables choose a model', async () => {
    expectWords(await start('orchestrator', { DEMO_MODEL_URL: '' }), /OPENAI_API_KEY.*OPENAI_BASE_URL.*DEMO_MODEL_URL/);
    const ended = await start('orchestrator', { OPENAI_BASE_URL: 'localhost:11434' });
    expectWords(ended, /OPENAI_BASE_URL must be an http or https address/);
  });

  it.each(['orchestrator', 'api-gateway', 'realtime-gateway', 'persistence', 'event-logger'])(
    '%s refuses a NATS server that is too old',
    async (name) => {
      const ended = await start(name, { NATS_URL: old.url });
      expectWords(
        ended,
        /nats-server 2\.10\.27 at nats:\/\/127\.0\.0\.1:\d+ is too old/,
        /Upgrade it to 2\.12 or newer/,
      );
    },
  );

  it('a service says that nobody answers at NATS_URL', async () => {
    const ended = await start('event-logger', { NATS_URL: 'nats://127.0.0.1:9' });
    expectWords(ended, /no NATS server takes this connection at nats:\/\/127\.0\.0\.1:9 .*correct NATS_URL/);
  });

  describe('the launcher', () => {
    const system = (env: Readonly<Record<string, string>>): Promise<unknown> =>
      launch({
        dataDir: path.join(folder, 'data'),
        ports: 'free',
        build: false,
        web: false,
        env: { ...process.env, ...env },
      });

    it('refuses NATS_URL of a server that is too old, before anything is started', async () => {
      await expect(system({ NATS_URL: old.url })).rejects.toThrow(
        /NATS_URL points to nats-server 2\.10\.27 at .*; 2\.12 or newer is needed[^]*Upgrade that server, or unset NATS_URL/,
      );
    });

    it('passes on what a service says that cannot start', async () => {
      const services = topology.filter(({ name }) => ['mongodb', 'nats', 'api-gateway'].includes(name));
      const dir = await workflows(BROKEN);
      const env = { ...process.env, NATS_URL: '', MONGODB_URI: '', WORKFLOWS_DIR: dir };
      await expect(
        launch({ dataDir: path.join(folder, 'data'), services, ports: 'free', build: false, env }),
      ).rejects.toThrow(/desk\/workflow\.yaml:8:\d+/);
    });
  });
});
