import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformClock, platformIds } from '@colloquy/client';
import type { NewEvent } from '@colloquy/contracts';
import { connect as connectNats } from '@nats-io/transport-node';
import { EMPTY_LOG, connectMessaging } from '@colloquy/messaging';
import { connectStore } from '@colloquy/store';
import { root } from '../paths.ts';
import { startMongo, startNats, type StartedMongo, type StartedNats } from '../servers/index.ts';
import { runOps } from './run-ops.ts';

let folder: string;
let nats: StartedNats;
let mongo: StartedMongo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-ops-'));
  [nats, mongo] = await Promise.all([startNats({ dataDir: folder }), startMongo({ dataDir: folder })]);
  const processes = [
    { name: 'nats', url: nats.url },
    { name: 'mongodb', url: mongo.uri },
  ];
  await writeFile(join(folder, 'local.json'), JSON.stringify({ processes }));
}, 180_000);

afterAll(async () => {
  await Promise.all([nats.stop(), mongo.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function ops(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  await runOps({ args, env: {}, cwd: root, dataDir: folder, print: (line) => lines.push(line) });
  return lines.join('\n');
}

describe('npm run ops', () => {
  it('provisions what runs here, again and again', async () => {
    expect(await ops('provision')).toBe('Streams, consumers and indexes are there.');
    expect(await ops('provision')).toBe('Streams, consumers and indexes are there.');
  }, 60_000);

  it('rebuilds one chat or all from the log, and lists conflicts', async () => {
    await ops('provision');
    const [one, two] = [platformIds.uuid(), platformIds.uuid()];
    const messaging = await connectMessaging({ url: nats.url, name: 'test', clock: platformClock, ids: platformIds });
    const store = connectStore({ uri: mongo.uri, appName: 'test' });
    try {
      for (const chatId of [one, two]) {
        const events: NewEvent[] = [
          { type: 'chat_created', ownerId: 'ada', workflow: 'assistant', variables: {} },
          { type: 'chat_renamed', title: 'right', by: 'ada' },
        ];
        await messaging.log.open(chatId, EMPTY_LOG).append({ events });
      }
      expect(await ops('conflicts', 'list')).toBe('No chat has a conflict.');
      expect(await ops('rebuild', '--all')).toMatch(
        /Persistence may go on[^]*Rebuilt 2 chats with 4 events; 0 are erased/,
      );
      const header = await store.header(one);
      if (header === undefined) throw new Error('it was rebuilt');
      expect(header).toMatchObject({ title: 'right', lastSeq: 2 });
      await store.updateChat(one, 2, { header: { ...header, title: 'wrong', lastSeq: 3 }, push: [] });
      await store.markConflict(one, 'event 3 twice');
      await store.erase(two);
      expect(await ops('conflicts', 'list')).toBe(`${one}  event 3 twice`);
      await expect(ops('rebuild', '--all')).rejects.toThrow('1 chats were not rebuilt');
      expect(await ops('rebuild', one)).toContain('Rebuilt 1 chats with 2 events');
      expect(await ops('rebuild', '--all')).toContain('Rebuilt 1 chats with 2 events; 1 are erased and stay so.');
      expect(await store.header(one)).toMatchObject({ title: 'right', lastSeq: 2 });
      expect(await store.events(one, { after: 0, limit: 10 })).toHaveLength(2);
      expect(await store.header(two)).toBeUndefined();
      expect(await ops('conflicts', 'list')).toBe('No chat has a conflict.');
    } finally {
      await store.close();
      await messaging.drain();
    }
    await expect(ops('rebuild')).rejects.toThrow('Give the id of one, or --all');
    await expect(ops('rebuild', 'chat.*')).rejects.toThrow('"chat.*" is no id of a chat');
    await expect(ops('rebuild', platformIds.uuid())).rejects.toThrow('1 chats were not rebuilt');
  }, 60_000);

  it('lists what is parked, shows all of it, puts it back or forgets it', async () => {
    await ops('provision');
    const messaging = await connectMessaging({ url: nats.url, name: 'test', clock: platformClock, ids: platformIds });
    const connection = await connectNats({ servers: nats.url });
    try {
      const chatId = platformIds.uuid();
      connection.publish(`chat.${chatId}`, '{"v":9}');
      connection.publish(`command.${chatId}`, 'no command');
      await connection.flush();
      const consumer = await messaging.consumer('persistence');
      const consuming = await messaging.commands.consume(() => Promise.resolve());
      for (let tries = 0; tries < 100 && (await messaging.parked.counts()).size < 2; tries += 1) {
        for (const delivery of await consumer.pull({ count: 16, waitMs: 50 })) delivery.ack();
      }
      await consuming.close();
      const lines = (await ops('parked', 'list')).split('\n');
      expect(lines).toHaveLength(2);
      const numberOf = (name: string) => /^\d+/.exec(lines.find((line) => line.includes(name)) ?? '')?.[0] ?? '';
      const [commit, command] = [numberOf('chat.'), numberOf('command.')];
      const shown = await ops('parked', 'show', commit);
      expect(shown).toMatch(/reason: unknown commit version 9/);
      expect(shown).toContain(`came from: chat.${chatId}#`);
      expect(shown).toContain('Colloquy-Subject: ');
      expect(shown).toContain('{\n  "v": 9\n}');
      expect(await ops('parked', 'show', command)).toMatch(/consumer: commands[^]*\n\nno command$/);
      await expect(ops('parked', 'retry', commit)).rejects.toThrow('rebuild');
      expect(await ops('parked', 'retry', command)).toBe(`${command} is on its queue again.`);
      expect(await messaging.commands.oldest(chatId)).toBeGreaterThan(0);
      expect(await ops('parked', 'drop', commit)).toBe(`${commit} is gone.`);
      expect(await ops('parked', 'list')).toBe('Nothing is parked.');
      await expect(ops('parked', 'show', commit)).rejects.toThrow(`nothing is parked at ${commit}`);
      await messaging.log.erase(chatId, Number.MAX_SAFE_INTEGER);
    } finally {
      await connection.close();
      await messaging.drain();
    }
  }, 60_000);

  it('says when nothing is parked, and refuses numbers that are not', async () => {
    await ops('provision');
    expect(await ops('parked', 'list')).toBe('Nothing is parked.');
    await expect(ops('parked', 'retry', '7')).rejects.toThrow('7');
    await expect(ops('parked', 'drop', 'x')).rejects.toThrow('"x" is no number of parked list');
  }, 60_000);

  it('says how to name the servers when nothing runs here', async () => {
    const nowhere = { args: ['parked', 'list'], env: {}, cwd: root, dataDir: join(folder, 'none'), print: () => {} };
    await expect(runOps(nowhere)).rejects.toThrow('start the system with npm start, or set NATS_URL');
  });

  it('says which server does not answer, and what to do', async () => {
    const env = {
      NATS_URL: 'nats://127.0.0.1:1',
      MONGODB_URI: 'mongodb://user:secret@127.0.0.1:1,127.0.0.1:2/colloquy',
    };
    const run = (...args: readonly string[]) => runOps({ args, env, cwd: root, dataDir: folder, print: () => {} });
    await expect(run('conflicts', 'list')).rejects.toThrow(
      /No MongoDB answers at 127.0.0.1:1,127.0.0.1:2: .*MONGODB_URI/,
    );
    await expect(run('conflicts', 'list')).rejects.not.toThrow('secret');
    await expect(run('rebuild', '--all')).rejects.toThrow('NATS_URL');
  }, 30_000);

  it('checks all workflows of a folder, or one', async () => {
    expect(await ops('workflow', 'check', 'workflows')).toMatch(/^No fault in .*support-desk/);
    expect(await ops('workflow', 'check', 'workflows/assistant')).toBe('No fault in assistant.');
  });

  it('gives every fault with file and line, of the one that was asked for', async () => {
    for (const name of ['broken', 'other']) {
      await mkdir(join(folder, 'workflows', name), { recursive: true });
      await writeFile(join(folder, 'workflows', name, 'workflow.yaml'), 'title: x\npattern: [\n');
    }
    const one = ops('workflow', 'check', join(folder, 'workflows', 'broken'));
    await expect(one).rejects.toThrow(/^broken\/workflow\.yaml:\d+:\d+ /);
    await expect(one).rejects.not.toThrow('other/');
    await expect(ops('workflow', 'check', join(folder, 'workflows'))).rejects.toThrow('other/workflow.yaml');
  });

  it('answers an unknown command with the table', async () => {
    await expect(ops('fly')).rejects.toThrow(/no command "fly"[^]*parked retry <number>/);
  });
});
